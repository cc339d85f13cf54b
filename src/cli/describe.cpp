// plumbline describe: what a name means, with every setting.
#include <algorithm>

#include "cli/arguments.hpp"
#include "cli/catalogue.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/json.hpp"
#include "record/claim.hpp"

namespace plumbline::cli {
namespace {

Value as_json(const CatalogueEntry& entry) {
  Array settings;
  for (const FieldDoc& field : entry.fields)
    settings.push_back(object({{"name", {field.name}},
                               {"type", {field.type}},
                               {"default", {field.default_value}},
                               {"allowed", {field.allowed}},
                               {"budget", {name_of(field.budget)}},
                               {"doc", {field.doc}}}));
  std::vector<Member> members = {{"group", {entry.group}},
                                 {"name", {entry.name}},
                                 {"summary", {entry.summary}},
                                 {"reference", {entry.reference}}};
  for (const auto& [key, value] : entry.facts) members.push_back({key, {value}});
  members.push_back({"settings", {std::move(settings)}});
  return object(std::move(members));
}

/// What a claim says, for those who do not know its words.
std::string claim_sentence(const std::string& text) {
  const std::optional<Claim> claim = parse_claim(text);
  return claim ? claim->sentence() : text;
}

/// The settings as a table; a column of budgets where there are any.
std::string settings_table(const std::vector<FieldDoc>& fields) {
  const bool budgets = std::any_of(fields.begin(), fields.end(), [](const FieldDoc& field) {
    return field.budget != Budget::none;
  });
  std::vector<std::vector<std::string>> rows = {{"setting", "type", "default", "allowed"}};
  if (budgets) rows.front().push_back("budget");
  rows.front().push_back("meaning");
  for (const FieldDoc& field : fields) {
    rows.push_back({field.name, field.type, field.default_value.empty() ? "–" : field.default_value,
                    field.allowed});
    if (budgets) rows.back().push_back(name_of(field.budget));
    rows.back().push_back(field.doc);
  }
  return columns(rows, 2);
}

std::string as_text(const CatalogueEntry& entry) {
  const std::string kind =
      entry.group == "processes" ? "process" : entry.group.substr(0, entry.group.size() - 1);
  std::string text =
      fmt::format("{} ({})\n", entry.name, kind) + wrapped(entry.summary, 100, 2) + "\n";
  std::vector<std::vector<std::string>> facts;
  if (!entry.reference.empty()) facts.push_back({"reference", entry.reference});
  for (const auto& [key, value] : entry.facts)
    if (!value.empty()) facts.push_back({key, key == "claim" ? claim_sentence(value) : value});
  text += columns(facts, 2);
  if (entry.fields.empty()) return text;
  return text + "\n" + settings_table(entry.fields);
}

}  // namespace

int describe_command(const Invocation& call) {
  Arguments arguments(
      "describe", "NAME",
      "What a sampler, prior, metric, process, kernel or observation is, its reference,\n"
      "its claim, and every setting with its type, default and allowed values; a budget\n"
      "is a setting that a claim may send to its limit, growing or shrinking.");
  arguments.flag("json", "for programs: a list, because groups may share a name");
  if (!arguments.parse(call.words, 1, 1)) return 0;
  const std::string& name = arguments.words().front();

  Array json;
  std::string text;
  std::vector<std::string> names;
  for (const CatalogueEntry& entry : catalogue()) {
    names.push_back(entry.name);
    if (entry.name != name) continue;
    json.push_back(as_json(entry));
    if (!text.empty()) text += '\n';
    text += as_text(entry);
  }
  if (json.empty())
    throw UsageError(
        fmt::format("plumbline describe: nothing is called '{}'{} (see plumbline list)", name,
                    did_you_mean(name, names)));
  if (arguments.has("json"))
    print_json({std::move(json)});
  else
    print(text);
  return 0;
}

}  // namespace plumbline::cli
