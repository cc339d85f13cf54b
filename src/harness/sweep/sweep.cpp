// TOML table → Sweep: one function per section of the file.
#include "harness/sweep/sweep.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "diffusion/processes/process.hpp"
#include "harness/sweep/overrides.hpp"
#include "harness/sweep/toml.hpp"
#include "problem/observation.hpp"
#include "problem/observations/entry.hpp"
#include "record/layout.hpp"

namespace plumbline {
namespace {

const std::vector<std::string> top_level = {
    "schema",  "name",    "seed",    "replicates", "draws", "null_replicates",
    "samples", "problem", "sampler", "metrics",    "quick", "tolerance"};

const Table& require_table(const std::string& key, const Value& value) {
  const auto* table = value.get_if<Table>();
  if (!table)
    throw SpecError(key, to_text(value, 60), "must be a table, not " + type_name(value), value.at);
  return *table;
}

const Value& require_key(const Table& table, const std::string& key, const std::string& allowed,
                         const Location& where) {
  const Value* value = table.find(key);
  if (!value) throw SpecError(key, "", "is missing: " + allowed, where);
  return *value;
}

/// Runs `body`; a SpecError from it gets `prefix` before its key and a place.
template <class Body>
auto located(const std::string& prefix, const Location& where, const Body& body) {
  try {
    return body();
  } catch (const SpecError& error) {
    throw error.at(where, prefix);
  }
}

SweepSettings read_top_level(const Table& root, const std::string& path) {
  settings::refuse_unknown(root, top_level, {});
  const Location start = {path, 1, 1};
  const Value& schema = require_key(root, "schema", "schema = \"plumbline/1\"", start);
  SweepSettings out;
  read_settings(out, root, top_level);
  if (out.schema != sweep_schema)
    throw SpecError("schema", to_text(schema, 60), fmt::format("must be \"{}\"", sweep_schema),
                    schema.at);
  if (out.name.empty()) out.name = std::filesystem::path(path).stem().string();
  return out;
}

/// The settings of one of the problem's tables by its kinds (several when the kind is swept).
template <class Entry>
std::vector<FieldDoc> fields_of(const std::vector<Entry>& entries, const std::string& key,
                                const Value& kinds) {
  std::vector<FieldDoc> fields = {{"kind", "text", "", "", "which " + key}};
  const auto* list = kinds.get_if<Array>();
  for (const Value& kind : list ? *list : Array{kinds}) {
    const Entry& entry = find_entry(entries, "kind", kind);
    fields.insert(fields.end(), entry.fields.begin(), entry.fields.end());
  }
  return fields;
}

/// observation = { kind = "none" }
Value nothing_observed(const Location& at) {
  Table table;
  table.set("kind", {std::string("none"), at});
  return {std::move(table), at};
}

ProblemSpec read_problem(const Value& written, const Galleries& known, const SweepNeeds& needs) {
  ProblemSpec spec{require_table("problem", written), {}, written.at};
  settings::refuse_unknown(spec.tables, {"process", "prior", "observation", "zip"}, {});
  if (!needs.observation && !spec.tables.find("observation"))
    spec.tables.set("observation", nothing_observed(written.at));
  std::vector<SweptKey> swept;
  for (const std::string part : {"process", "prior", "observation"}) {
    const Value& value = require_key(spec.tables, part, "a table with a kind", written.at);
    Table table = require_table(part, value);
    located(part, value.at, [&] {
      const Value& kind = require_key(table, "kind", "which " + part, value.at);
      const auto fields = part == "process" ? fields_of(process_catalogue(), part, kind)
                          : part == "prior" ? fields_of(known.priors, part, kind)
                                            : fields_of(observation_catalogue(), part, kind);
      for (SweptKey& key : take_axes(table, fields, part)) swept.push_back(std::move(key));
    });
    spec.tables.set(part, {std::move(table), value.at});
  }
  spec.axes = zip_axes(std::move(swept), spec.tables.find("zip"));
  spec.tables.erase("zip");
  return spec;
}

/// A label must be usable as a group of the result file.
void check_label(const std::string& label, const Value& where,
                 const std::vector<SamplerSpec>& others) {
  const std::vector<std::string>& reserved = reserved_labels();
  const auto refuse = [&](const std::string& why) {
    throw SpecError("label", '"' + label + '"', why, where.at);
  };
  if (label.empty()) refuse("must not be empty");
  if (label.find('/') != label.npos || label == "." || label == "..")
    refuse("must be without '/' and not '.' or '..'");
  if (std::find(reserved.begin(), reserved.end(), label) != reserved.end())
    refuse(fmt::format("is a group of its own in the result file; so are {}",
                       fmt::join(reserved, ", ")));
  for (const SamplerSpec& other : others)
    if (other.label == label)
      refuse(fmt::format("names two samplers (the other at line {}): give one a label of its own",
                         other.at.line));
}

SamplerSpec read_sampler(const Value& written, const std::vector<SamplerSpec>& others,
                         const Galleries& known) {
  SamplerSpec spec;
  spec.at = written.at;
  spec.settings = require_table("", written);
  const Value kind = require_key(spec.settings, "kind", "which sampler", written.at);
  spec.entry = &find_entry(known.samplers, "kind", kind);
  const Value* label = spec.settings.find("label");
  spec.label = spec.entry->name;
  if (label) settings::read("label", *label, spec.label, {});
  check_label(spec.label, label ? *label : kind, others);
  located(spec.label, written.at, [&] {
    if (const Value* own = spec.settings.find("replicates")) {
      Table shared;
      shared.set("replicates", *own);
      read_settings(spec.share, shared);
    }
    std::vector<SweptKey> swept = take_axes(spec.settings, spec.entry->fields, "");
    spec.axes = zip_axes(std::move(swept), spec.settings.find("zip"));
  });
  for (const char* key : {"kind", "label", "zip", "replicates"}) spec.settings.erase(key);
  return spec;
}

std::vector<SamplerSpec> read_samplers(const Value& written, const Galleries& known) {
  const auto* list = written.get_if<Array>();
  if (!list || list->empty())
    throw SpecError("sampler", to_text(written, 60), "must be one or more [[sampler]] tables",
                    written.at);
  std::vector<SamplerSpec> specs;
  for (const Value& sampler : *list)
    specs.push_back(
        located("sampler", written.at, [&] { return read_sampler(sampler, specs, known); }));
  return specs;
}

std::vector<MetricSpec> read_metrics(const Value& written, const Galleries& known) {
  const Table& table = require_table("metrics", written);
  std::vector<std::string> keys = {"use"};
  for (const MetricEntry& entry : known.metrics) keys.push_back(entry.name);
  const auto read_all = [&] {
    settings::refuse_unknown(table, keys, {});
    const Value& use = require_key(table, "use", "a list of metrics", written.at);
    const Array single = {use};
    const auto* list = use.get_if<Array>();
    if (list && list->empty()) throw SpecError("use", "[]", "needs at least one metric", use.at);
    std::vector<MetricSpec> specs;
    for (const Value& name : list ? *list : single) {
      const MetricEntry& entry = find_entry(known.metrics, "use", name);
      for (const MetricSpec& other : specs)
        if (other.entry == &entry)
          throw SpecError("use", to_text(name), "a metric is listed once", name.at);
      const Value* own = table.find(entry.name);
      const Table given = own ? require_table(entry.name, *own) : Table{};
      located(entry.name, own ? own->at : name.at, [&] { entry.make(given); });
      specs.push_back({&entry, given, name.at});
    }
    // Settings of a metric that is not in use may stay in a file; typed, they are a mistake.
    for (const Member& member : table.members)
      if (member.key != "use" && member.value.at.file == "command line" &&
          std::none_of(specs.begin(), specs.end(),
                       [&](const MetricSpec& spec) { return spec.entry->name == member.key; }))
        throw SpecError(member.key, "", "is not measured: metrics.use does not name it",
                        member.value.at);
    return specs;
  };
  return located("metrics", written.at, read_all);
}

/// Where a file names none: together they see errors of every kind (metrics/README §11).
std::vector<MetricSpec> usual_metrics(const Galleries& known, const Location& at) {
  std::vector<MetricSpec> specs;
  for (const MetricEntry& entry : known.metrics)
    if (entry.usual) specs.push_back({&entry, {}, at});
  return specs;
}

/// The file's [quick] entries, or the built-in shortening.
void shorten(Table& root) {
  const Value* quick = root.find("quick");
  if (quick) {
    for (const Override& change : quick_overrides(require_table("quick", *quick)))
      apply(change, root);
    return;
  }
  const auto at_most = [](Table& table, const char* key, std::int64_t most, bool anyway) {
    const Value* written = table.find(key);
    const auto* number = written ? written->get_if<std::int64_t>() : nullptr;
    if ((!written && anyway) || (number && *number > most))
      table.set(key, {most, written ? written->at : Location{}});
  };
  at_most(root, "replicates", 4, true);
  at_most(root, "draws", 500, true);
  for (auto& [key, value] : root.members)
    if (auto* samplers = std::get_if<Array>(&value.data); samplers && key == "sampler")
      for (Value& sampler : *samplers)
        if (auto* table = std::get_if<Table>(&sampler.data))
          at_most(*table, "replicates", 4, false);
}

Sweep read_sweep(const Table& root, const std::string& path, const Galleries& known,
                 const SweepNeeds& needs) {
  const Location start = {path, 1, 1};
  Sweep sweep;
  sweep.path = path;
  sweep.folder = std::filesystem::path(path).parent_path().string();
  sweep.known = &known;
  sweep.settings = read_top_level(root, path);
  for (const Member& member : root.members)
    if (!member.value.is_table() && !member.value.is_array())
      sweep.written.set(member.key, member.value);
  if (const Value* tolerance = root.find("tolerance"))
    located("tolerance", tolerance->at,
            [&] { read_settings(sweep.tolerances, require_table("tolerance", *tolerance)); });
  const Value& problem = require_key(root, "problem", "[problem]", start);
  sweep.problem =
      located("problem", problem.at, [&] { return read_problem(problem, known, needs); });
  if (needs.samplers || root.find("sampler"))
    sweep.samplers =
        read_samplers(require_key(root, "sampler", "one or more [[sampler]]", start), known);
  if (needs.metrics && !root.find("metrics")) {
    sweep.metrics = usual_metrics(known, start);
    sweep.usual_metrics = true;
  }
  if (root.find("metrics") || (needs.metrics && sweep.metrics.empty()))
    sweep.metrics =
        read_metrics(require_key(root, "metrics", "[metrics] use = [...]", start), known);
  return sweep;
}

}  // namespace

Sweep parse_sweep(const std::string& text, const std::string& path, const SweepOptions& options,
                  const Galleries& known) {
  Table root = parse_toml(text, path);
  Table shortened = root;
  shorten(shortened);
  std::vector<Override> changes;
  for (const std::string& change : options.overrides) changes.push_back(parse_override(change));
  of_all_first(changes);
  for (const Override& change : changes) {
    apply(change, root);
    apply(change, shortened);
  }
  read_sweep(shortened, path, known,
             options.needs);  // [quick] is checked whether or not it is asked for
  if (options.quick) root = std::move(shortened);
  Sweep sweep = read_sweep(root, path, known, options.needs);
  sweep.verbatim = text;
  return sweep;
}

std::vector<std::string> texts_of(Tolerances tolerances) {
  std::vector<std::string> texts;
  for (const Member& member : write_settings(tolerances).members)
    texts.push_back(fmt::format("tolerance.{} = {}", member.key, to_text(member.value)));
  return texts;
}

Sweep load_sweep(const std::string& path, const SweepOptions& options, const Galleries& known) {
  const auto refuse = [&](const std::string& why) {
    throw SpecError("", path, "must be a sweep file: " + why);
  };
  std::error_code none;
  if (std::filesystem::is_directory(path, none)) refuse("it is a folder");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) refuse(std::strerror(errno));
  std::stringstream text;
  if (file.peek() == std::ifstream::traits_type::eof() || !(text << file.rdbuf()))
    refuse("there is nothing to read in it");
  return parse_sweep(text.str(), path, options, known);
}

}  // namespace plumbline
