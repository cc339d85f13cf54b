// Selecting cells, and saying how to run one again.
#include "cli/selection.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <map>

#include "cli/arguments.hpp"
#include "cli/spec.hpp"
#include "harness/run/ledger.hpp"
#include "harness/sweep/sweep.hpp"

namespace plumbline::cli {
namespace {

/// Every coordinate of an axis by name: the axis itself and what is zipped with it.
std::vector<std::pair<std::string, const AxisValues*>> coordinates(const AxisInfo& axis) {
  std::vector<std::pair<std::string, const AxisValues*>> list = {{axis.name, &axis.values}};
  for (const Coordinate& zipped : axis.zipped) list.emplace_back(zipped.name, &zipped.values);
  return list;
}

/// "0.10" selects 0.1: numbers are compared as numbers.
bool says(const AxisValues& values, std::int64_t i, const std::string& text) {
  if (value_text(values, i) == text) return true;
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0') return false;
  const auto index = static_cast<std::size_t>(i);
  if (const auto* reals = std::get_if<std::vector<double>>(&values))
    return (*reals)[index] == number;
  if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&values))
    return static_cast<double>((*whole)[index]) == number;
  return false;
}

struct Condition {
  std::size_t axis;
  std::vector<std::int64_t> allowed;  // indices along it
};

Condition parse_condition(const std::vector<AxisInfo>& axes, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == text.npos)
    throw UsageError(fmt::format("plumbline show: '{}' must be AXIS=VALUE, as in steps=100", text));
  const std::string name = text.substr(0, equals), value = text.substr(equals + 1);
  std::vector<std::string> names;
  for (std::size_t a = 0; a < axes.size(); ++a)
    for (const auto& [known, values] : coordinates(axes[a])) {
      names.push_back(known);
      if (known != name) continue;
      Condition condition{a, {}};
      std::vector<std::string> all;
      for (std::int64_t i = 0; i < static_cast<std::int64_t>(length(*values)); ++i) {
        all.push_back(value_text(*values, i));
        if (says(*values, i, value)) condition.allowed.push_back(i);
      }
      if (condition.allowed.empty())
        throw UsageError(fmt::format("plumbline show: {} = {}: the file has {}", name, value,
                                     fmt::join(all, ", ")));
      return condition;
    }
  throw UsageError(names.empty()
                       ? fmt::format("plumbline show: {}: this sampler has no axes", text)
                       : fmt::format("plumbline show: {}: {}", text, not_one_of(name, names)));
}

/// Names in the result file → dotted paths in the sweep file.
std::map<std::string, std::string> paths_of(const Sweep& sweep, const std::string& label) {
  std::map<std::string, std::string> paths;
  for (const Axis& axis : sweep.problem.axes)
    for (const SweptKey& key : axis.keys) paths[key.name] = "problem." + key.path;
  for (const SamplerSpec& sampler : sweep.samplers)
    if (sampler.label == label)
      for (const Axis& axis : sampler.axes)
        for (const SweptKey& key : axis.keys)
          paths[key.name] = fmt::format("sampler.{}.{}", label, key.path);
  return paths;
}

/// `plumbline merge …`, read off the command that made these parts.
std::string merge_command_of(const std::vector<std::filesystem::path>& parts,
                             const std::filesystem::path& output) {
  Provenance from;
  for (const auto& file : parts)
    if (const std::optional<Part> part = read_part(file); part && !part->command.empty()) {
      from.command = part->command;
      break;
    }
  const Origin origin = origin_of(from);
  std::vector<std::string> words = {"plumbline", "merge", origin.spec};
  words.insert(words.end(), origin.options.overrides.begin(), origin.options.overrides.end());
  if (origin.options.quick) words.push_back("--quick");
  if (!origin.only.empty()) words.insert(words.end(), {"--only", origin.only});
  words.insert(words.end(), {"--out", output.string()});
  return shell_line(words);
}

}  // namespace

ResultFile open_result(const std::filesystem::path& path) {
  std::error_code none;
  if (std::filesystem::exists(path, none)) return ResultFile::open(path);
  const std::filesystem::path folder = parts_folder(path);
  if (const PartFolder found = list_parts(folder); !found.parts.empty())
    throw IoError(
        fmt::format("cannot open {}: it is not there yet, but {} holds cells of it that "
                    "are done; to write it: {}",
                    path.string(), folder.string(), merge_command_of(found.parts, path)));
  return ResultFile::open(path);
}

std::string place_text(const SweepLayout& layout, const Selected& cell) {
  std::vector<std::string> parts;
  const std::vector<AxisInfo> axes = layout.axes(*cell.sampler);
  for (std::size_t a = 0; a < axes.size(); ++a)
    for (const auto& [name, values] : coordinates(axes[a]))
      parts.push_back(fmt::format("{} = {}", name, value_text(*values, cell.at[a])));
  return fmt::format("{}", fmt::join(parts, ", "));
}

Value place_value(const SweepLayout& layout, const Selected& cell) {
  Table at;
  const std::vector<AxisInfo> axes = layout.axes(*cell.sampler);
  for (std::size_t a = 0; a < axes.size(); ++a)
    for (const auto& [name, values] : coordinates(axes[a])) {
      const auto index = static_cast<std::size_t>(cell.at[a]);
      if (const auto* flags = std::get_if<std::vector<std::int8_t>>(values))
        at.set(name, {(*flags)[index] != 0});
      else if (const auto* whole = std::get_if<std::vector<std::int64_t>>(values))
        at.set(name, {(*whole)[index]});
      else if (const auto* reals = std::get_if<std::vector<double>>(values))
        at.set(name, {(*reals)[index]});
      else
        at.set(name, {value_text(*values, cell.at[a])});
    }
  return {std::move(at)};
}

std::string status_text(const Selected& cell) {
  if (!cell.record) return "missing";
  std::vector<std::string> parts;
  for (const Status status : {Status::failed, Status::diverged, Status::degenerate})
    if (const auto n = std::count(cell.record->status.begin(), cell.record->status.end(), status))
      parts.push_back(fmt::format("{} {}", n, names(status)[static_cast<std::size_t>(status)]));
  return parts.empty() ? "ok" : fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<Selected> select(const SweepLayout& layout, const SamplerLayout& sampler,
                             const std::vector<CellRecord>& records,
                             const std::vector<std::string>& where) {
  const std::vector<AxisInfo> axes = layout.axes(sampler);
  std::vector<Condition> conditions;
  conditions.reserve(where.size());
  for (const std::string& text : where) conditions.push_back(parse_condition(axes, text));
  std::map<std::int64_t, const CellRecord*> by_cell;
  for (const CellRecord& record : records) by_cell[record.cell] = &record;

  std::int64_t cells = 1;
  for (const AxisInfo& axis : axes) cells *= static_cast<std::int64_t>(axis.size());
  std::vector<Selected> chosen;
  for (std::int64_t cell = 0; cell < cells; ++cell) {
    Selected one{&sampler, cell, std::vector<std::int64_t>(axes.size()), nullptr};
    std::int64_t rest = cell;
    for (std::size_t a = axes.size(); a-- > 0;) {
      one.at[a] = rest % static_cast<std::int64_t>(axes[a].size());
      rest /= static_cast<std::int64_t>(axes[a].size());
    }
    const bool wanted = std::all_of(conditions.begin(), conditions.end(), [&](const Condition& c) {
      return std::find(c.allowed.begin(), c.allowed.end(), one.at[c.axis]) != c.allowed.end();
    });
    if (!wanted) continue;
    if (const auto found = by_cell.find(cell); found != by_cell.end()) one.record = found->second;
    chosen.push_back(std::move(one));
  }
  return chosen;
}

Origin origin_of(const Provenance& provenance) {
  Origin origin;
  bool found = false, only = false;
  for (const std::string& word : split_words(provenance.command)) {
    if (only) origin.only = word;
    only = word == "--only";
    if (word == "--quick") origin.options.quick = true;
    if (!found && word.ends_with(".toml")) {
      origin.spec = word;
      found = true;
    } else if (found && !word.starts_with("--") && word.find('=') != word.npos) {
      origin.options.overrides.push_back(word);
    }
  }
  return origin;
}

std::optional<Plan> plan_of(const Exec& exec, const ResultFile& file) {
  try {
    const Origin origin = origin_of(file.provenance());
    Sweep sweep = parse_sweep(file.layout().spec, origin.spec, origin.options);
    if (!origin.only.empty()) keep_only(sweep, origin.only);
    sweep.limits.max_cells = std::numeric_limits<Index>::max();  // the file holds them
    Plan plan = make_plan(exec, std::move(sweep));
    if (plan.layout.spec_hash != file.layout().spec_hash) {  // more replicates of some cells
      const Results results = file.read();
      const Replicates there = replicates_of(plan, results.cells, results.nulls);
      plan = enlarged(std::move(plan), there);
    }
    if (plan.layout.spec_hash == file.layout().spec_hash) return plan;
  } catch (const std::exception&) {
    // A sweep of another version, or of another folder: its prior's file is not here.
  }
  return std::nullopt;
}

std::string rerun_command(const ResultFile& file, const Selected& cell) {
  const Origin origin = origin_of(file.provenance());
  std::vector<std::string> words = {"plumbline", "run", origin.spec, "--only", cell.sampler->label};
  if (origin.options.quick) words.push_back("--quick");
  words.insert(words.end(), origin.options.overrides.begin(), origin.options.overrides.end());
  std::map<std::string, std::string> paths;
  try {
    paths =
        paths_of(parse_sweep(file.layout().spec, origin.spec, origin.options), cell.sampler->label);
  } catch (const std::exception&) {
    // A sweep of another version or of another folder: name the axes as the file does.
  }
  const std::vector<AxisInfo> axes = file.layout().axes(*cell.sampler);
  for (std::size_t a = 0; a < axes.size(); ++a)
    for (const auto& [name, values] : coordinates(axes[a])) {
      const auto path = paths.find(name);
      words.push_back(fmt::format("{}={}", path == paths.end() ? name : path->second,
                                  value_text(*values, cell.at[a])));
    }
  words.insert(words.end(), {"--out", "cell.h5"});
  return shell_line(words);
}

std::string shell_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    line += quote(word);
  }
  return line;
}

std::string quote(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("_-+=./,:@%").find(c) != std::string_view::npos;
  });
  if (plain) return word;
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out + "'";
}

std::vector<std::string> split_words(const std::string& line) {
  std::vector<std::string> words;
  bool inside = false, quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (!quoted && c == ' ') {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    inside = true;
    if (c == '\'')
      quoted = !quoted;
    else if (!quoted && c == '\\' && i + 1 < line.size())
      words.back() += line[++i];
    else
      words.back() += c;
  }
  return words;
}

}  // namespace plumbline::cli
