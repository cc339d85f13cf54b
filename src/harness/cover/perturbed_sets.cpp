// Draw, make wrong, measure, remember.
#include "harness/cover/perturbed_sets.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/named_enum.hpp"
#include "core/steps/phase.hpp"
#include "core/steps/stop.hpp"
#include "harness/sweep/digest.hpp"
#include "harness/sweep/streams.hpp"
#include "harness/sweep/toml.hpp"

namespace plumbline {
namespace {

/// Metrics that something is known of when the draws are exact.
bool is_measured(const MetricInfo& info) {
  return info.has_floor || is_uniform_law(info);
}

/// Everything that the numbers depend on.
std::string key_of(const SweepLayout& layout, const ProblemRecord& problem) {
  std::string text =
      fmt::format("perturbed {} seed {} draws {}\n", results_version, layout.seed, layout.draws);
  for (const MetricInfo& info : layout.metrics)
    if (is_measured(info)) text += fmt::format("metric {} {}\n", info.name, info.settings);
  text += fmt::format("{}\n{}\n{}\n", problem.process, problem.prior, problem.observation);
  for (const double m : problem.target_mean) text += fmt::format("{} ", m);
  return sha256_hex(text).substr(0, 16);
}

Table settings_of(const MetricInfo& info) {
  if (info.settings.empty()) return {};
  const auto value = parse_toml_value(info.settings, {info.name, 1, 1});
  if (!value || !value->is_table())
    throw IoError(fmt::format("cannot read the settings of {}", info.name));
  return std::get<Table>(value->data);
}

}  // namespace

PerturbedSets::PerturbedSets(const Exec& exec, const Results& results, Index point,
                             ProblemOf problem, LookRecord& look)
    : exec_(exec),
      draws_(results.layout.draws),
      replicates_(results.layout.replicates),
      problem_(std::move(problem)),
      look_(look),
      stream_(perturbed_stream(results.layout.seed, static_cast<std::uint64_t>(point))) {
  const auto record = std::find_if(results.problems.begin(), results.problems.end(),
                                   [&](const ProblemRecord& r) { return r.problem == point; });
  if (record == results.problems.end()) throw IoError("the file has no /problem group");
  drawn_ = record->y.shape.size() > 1;
  key_ = key_of(results.layout, *record);
  for (const MetricInfo& info : results.layout.metrics) {
    if (!is_measured(info)) continue;
    names_.push_back(info.name);
    metrics_.push_back(find_metric(info.name).make(settings_of(info)));
  }
  if (look_.metrics != names_) {  // other metrics: their keys are others too
    look_.sets.clear();
    look_.metrics = names_;
  }
  for (std::size_t i = 0; i < look_.sets.size(); ++i) {
    const PerturbedSet& set = look_.sets[i];
    const std::optional<Aspect> aspect = named<Aspect>(set.aspect);
    if (aspect && set.key == key_) known_[{static_cast<int>(*aspect), set.size, set.number}] = i;
  }
}

const PerturbedSets::At& PerturbedSets::at(Index replicate) {
  const Index key = drawn_ ? replicate : 0;
  if (const auto found = built_.find(key); found != built_.end()) return found->second;
  const Problem problem = problem_(key);
  At made{problem, Perturbation(exec_, problem)};
  if (built_.size() >= most_problems) return overflow_.emplace(std::move(made));
  return built_.emplace(key, std::move(made)).first->second;
}

std::vector<ErrorSizes> PerturbedSets::errors(const Tolerances& tolerances) {
  std::vector<ErrorSizes> all = error_sizes(at(0).problem, tolerances, drawn_);
  if (!drawn_) return all;
  constexpr Index looked_at = 8;
  Index with = 0;
  const Index few = std::min(looked_at, replicates_);
  for (Index r = 0; r < few; ++r) with += separate_components(at(r).problem).has_value();
  std::erase_if(all, [](const ErrorSizes& e) { return e.aspect == Aspect::masses; });
  if (2 * with > few) all.push_back(error_sizes_of(Aspect::masses, tolerances));
  return all;
}

Index PerturbedSets::turns(Aspect aspect) {
  return at(0).perturbation.turns(aspect);
}

std::vector<double> PerturbedSets::measured(Aspect aspect, Real size, Index number) {
  const Index turns = this->turns(aspect);
  const At& here = at((number / turns) % replicates_);
  const Rng rng = stream_.stream(static_cast<std::uint64_t>(number));
  const HostMatrix x =
      here.perturbation.draws(aspect, size, draws_, number % turns, rng.stream("draws"));
  const Ensemble set = equally_weighted(to_device("plumbline::harness::perturbed", x));
  const MetricInput input{here.problem, set, nan, metric_stream(rng)};
  std::vector<double> values;
  for (const auto& metric : metrics_) try {
      const Phase phase(metric->name());
      values.push_back(metric->evaluate(exec_, input).value);
    } catch (const SpecError&) {
      values.push_back(nan);
    }
  return values;
}

MeasuredRow PerturbedSets::row(Aspect aspect, Real size, Index number,
                               const std::vector<std::string>& metrics) {
  const std::tuple place{static_cast<int>(aspect), size, number};
  if (!known_.contains(place)) {
    stop_if_asked();
    look_.sets.push_back({key_, name_of(aspect), size, number, measured(aspect, size, number)});
    known_[place] = look_.sets.size() - 1;
  }
  const std::vector<double>& values = look_.sets[known_[place]].value;
  MeasuredRow row{(number / turns(aspect)) % replicates_, {}};
  for (const std::string& name : metrics) {
    const auto found = std::find(names_.begin(), names_.end(), name);
    row.values.push_back(
        found == names_.end() ? nan : values[static_cast<std::size_t>(found - names_.begin())]);
  }
  return row;
}

}  // namespace plumbline
