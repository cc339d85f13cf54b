// Settings and numbers → a sweep whose prior is the numbers; what follows is held against the file.
#include "harness/exchange/problem_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "harness/exchange/problem_export.hpp"
#include "harness/sweep/toml.hpp"
#include "io/user/user_file.hpp"

namespace plumbline {
namespace {

constexpr Real same_numbers = 1e-8;  // of the largest number of an array

GaussianMixture mixture_of(const PointsFile& group) {
  group.refuse_others({"weights", "means", "variances", "covariances"});
  const HostVector weights = group.vector("weights");
  const HostMatrix means = group.matrix("means");
  if (!group.has("variances"))
    return GaussianMixture::full(weights, means, group.matrices("covariances"));
  const StoredArray variances = group.array("variances", 1, 2, "[K] or [K, D]");
  if (variances.shape.size() == 1)
    return GaussianMixture::isotropic(weights, means, group.vector("variances"));
  return GaussianMixture::diagonal(weights, means, group.matrix("variances"));
}

std::vector<double> as_reals(const ArrayFile::Entry& entry) {
  return std::visit([](const auto& v) { return std::vector<double>(v.begin(), v.end()); },
                    entry.values);
}

Table table_in(const std::string& text, const std::string& name, const Location& where) {
  const auto value = parse_toml_value(text, where);
  if (!value || !value->is_table())
    throw SpecError(name, text.substr(0, 60), "must be settings, as export-problem writes them",
                    where);
  return *value->get_if<Table>();
}

}  // namespace

bool is_problem_file(const std::filesystem::path& path) {
  const std::string ending = path.extension().string();
  if (ending == ".json")
    throw SpecError("", path.string(),
                    "is the description of a problem: its numbers are in the .h5 beside it");
  return ending == ".h5" || ending == ".hdf5";
}

void require_same_problem(const std::string& given, const std::vector<std::string>& accepted,
                          const Location& where) {
  if (given.empty() || std::find(accepted.begin(), accepted.end(), given) != accepted.end()) return;
  const bool is_hash =
      given.size() == accepted.front().size() &&
      std::all_of(given.begin(), given.end(), [](unsigned char c) { return std::isxdigit(c); });
  throw SpecError("problem_hash", is_hash ? given : printable(given),
                  fmt::format("must be {}, that of the problem: these are draws of another one",
                              accepted.front()),
                  where);
}

std::string ProblemFile::attribute(const std::string& name) const {
  const auto text = file_.text(name);
  if (!text) throw file_.mistake(name, "missing", "an attribute, as export-problem writes it");
  return *text;
}

Index ProblemFile::number(const std::string& name) const {
  const std::string text = attribute(name);
  Index value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0)
    throw file_.mistake(name, text.substr(0, 40), "a whole number ≥ 0");
  return value;
}

ProblemFile::ProblemFile(const std::filesystem::path& path)
    : path_(path), file_(PointsFile::open(path)) {
  const std::string schema = file_.text("schema").value_or("");
  if (schema != problem_schema)
    throw file_.mistake("schema", schema.empty() ? "missing" : schema.substr(0, 40),
                        fmt::format("must be {}, as export-problem writes it", problem_schema));
  file_.refuse_others(
      {"prior", "observation", "process", "times", "posterior", "target", "draws", "checks"});
  hash_ = attribute("problem_hash");
  replicate_ = number("replicate");
  read_prior();
}

void ProblemFile::read_prior() {
  const Location where{path_.string()};
  prior_ = table_in(attribute("prior"), "prior", where);
  from_file_ = prior_.erase("path");
  known_ = std::make_unique<Galleries>(galleries());
  const Value* kind = prior_.find("kind");
  if (!kind) throw file_.mistake("prior", "no kind", "settings with a kind");
  const std::string name = find_entry(known_->priors, "prior.kind", *kind).name;
  const auto entry = std::find_if(known_->priors.begin(), known_->priors.end(),
                                  [&](const PriorEntry& e) { return e.name == name; });
  GaussianMixture mixture = [&] {
    try {
      return mixture_of(file_.in_group("prior"));
    } catch (const SpecError& error) {
      throw error.at(where, "prior");
    }
  }();
  entry->make = [mixture](const Table&, Rng, const std::string&) { return mixture; };
  entry->size = [mixture](const Table&) {
    return PriorSize{Real(mixture.components()), Real(mixture.dimension()),
                     mixture.kind() == CovarianceKind::full, "kind", "kind"};
  };
  if (!from_file_) return;
  entry->resolved = [](const Table& table) {
    Table settings = table;
    settings.erase("kind");
    return settings;
  };
  entry->classes = [](const Table&, const std::string&) { return ComponentClasses{}; };
}

Sweep ProblemFile::sweep(const std::vector<std::string>& overrides) const {
  for (const std::string& text : overrides)
    if (!text.starts_with("metrics."))
      throw SpecError(text.substr(0, text.find('=')), "",
                      fmt::format("cannot be replaced: the problem is that of {}; metrics.use and "
                                  "settings of metrics can",
                                  path_.string()),
                      Location{"command line"});
  for (const char* part : {"process", "observation"})
    table_in(attribute(part), part, Location{path_.string()});
  std::string text = fmt::format(
      "schema = \"{}\"\nname = {}\nseed = {}\n"
      "problem = {{ process = {}, prior = {}, observation = {} }}\n",
      sweep_schema, to_text({attribute("name")}), number("seed"), attribute("process"),
      to_text({prior_}), attribute("observation"));
  if (const auto metrics = file_.text("metrics")) {
    text += "metrics = " + *metrics + '\n';
  } else if (const auto spec = file_.text("spec")) {  // files of before wrote the sweep alone
    const Table written = parse_toml(*spec, path_.string());
    if (const Value* used = written.find("metrics")) text += "metrics = " + to_text(*used) + '\n';
  }
  return parse_sweep(text, path_.string(),
                     {.overrides = overrides, .needs = {.observation = false, .samplers = false}},
                     *known_);
}

void ProblemFile::name(Plan& plan) const {
  ProblemPoint& point = plan.problems.front();
  const std::string found = problem_hash(plan.sweep, point, replicate_);
  if (from_file_) {
    // The bytes of the prior's file are in the hash, and not here.
    point.hash = hash_;
    const std::string stream = file_.text("stream").value_or("");
    const bool old = stream.empty();  // then the hash began with it
    const std::string& digits = old ? hash_ : stream;
    const auto count =
        static_cast<std::ptrdiff_t>(std::min<std::size_t>(digits.size(), old ? 16 : 20));
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + count, point.stream, old ? 16 : 10);
    if (error != std::errc() || end != digits.data() + count)
      throw file_.mistake("stream", digits.substr(0, 40), "a whole number");
  } else if (hash_ != found && hash_ != point.hash) {
    throw file_.mistake(
        "problem_hash", hash_,
        fmt::format("must be {}, which the file's settings have: they are not those "
                    "that it was written with",
                    found));
  }
}

void ProblemFile::require_equal(const Problem& problem) const {
  ArrayFile expected;
  add_problem_numbers(expected, problem);
  std::map<std::string, std::vector<std::string>> names;
  for (const ArrayFile::Entry& entry : expected.entries()) names[entry.group].push_back(entry.name);
  std::map<std::string, PointsFile> groups;
  for (const auto& [group, known] : names) {
    groups.emplace(group, file_.in_group(group));
    groups.at(group).refuse_others(known);
  }
  for (const ArrayFile::Entry& entry : expected.entries()) {
    const std::string name = entry.group + '/' + entry.name;
    const StoredArray stored =
        groups.at(entry.group).array(entry.name, 0, 3, "as export-problem writes it");
    const std::vector<double> wanted = as_reals(entry);
    if (stored.shape != entry.shape)
      throw file_.mistake(name, "another shape", "the shape that the problem has");
    Real scale = 0;
    for (const double v : wanted) scale = std::max(scale, std::abs(v));
    for (std::size_t i = 0; i < wanted.size(); ++i)
      if (!(std::abs(stored.values[i] - wanted[i]) <= same_numbers * scale))
        throw file_.mistake(
            name, fmt::format("{:.6g}", stored.values[i]),
            fmt::format("must be {:.6g}: the numbers of the file do not belong together",
                        wanted[i]));
  }
}

}  // namespace plumbline
