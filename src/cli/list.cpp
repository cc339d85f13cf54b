// plumbline list: the names a sweep file may use, one line each.
#include <algorithm>

#include "cli/arguments.hpp"
#include "cli/catalogue.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/json.hpp"

namespace plumbline::cli {

int list_command(const Invocation& call) {
  Arguments arguments("list", "[samplers|priors|metrics|processes|kernels|observations]",
                      "The names a sweep file may use. `plumbline describe NAME` says more.");
  arguments.flag("json", "for programs");
  if (!arguments.parse(call.words, 0, 1)) return 0;
  std::vector<std::string> groups = catalogue_groups();
  if (!arguments.words().empty()) {
    const std::string& wanted = arguments.words().front();
    if (std::find(groups.begin(), groups.end(), wanted) == groups.end())
      throw UsageError("plumbline list: " + not_one_of(wanted, groups));
    groups = {wanted};
  }

  const std::vector<CatalogueEntry> entries = catalogue();
  Table json;
  std::string text;
  for (const std::string& group : groups) {
    Array names;
    std::vector<std::vector<std::string>> rows;
    for (const CatalogueEntry& entry : entries) {
      if (entry.group != group) continue;
      names.push_back(object({{"name", {entry.name}}, {"summary", {entry.summary}}}));
      rows.push_back({entry.name, shortened(entry.summary, 90)});
    }
    json.set(group, {std::move(names)});
    if (groups.size() > 1) text += (text.empty() ? "" : "\n") + group + "\n";
    text += columns(rows, groups.size() > 1 ? 2 : 0);
  }
  if (arguments.has("json"))
    print_json({std::move(json)});
  else
    print(text);
  return 0;
}

}  // namespace plumbline::cli
