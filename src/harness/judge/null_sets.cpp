// Exact draws → metrics, and the comparison with sets that claim to be like them.
#include "harness/judge/null_sets.hpp"

#include <algorithm>
#include <cmath>

#include "harness/sweep/stopwatch.hpp"
#include "harness/sweep/streams.hpp"

namespace plumbline {
namespace {

bool has_number(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double v) { return !std::isnan(v); });
}

}  // namespace

bool has_null_sets(const MetricInfo& info) {
  return info.has_floor && !is_uniform_law(info);
}

NullSets::NullSets(const Exec& exec, const Plan& plan, const Problem& problem, Index draws)
    : exec_(exec),
      problem_(problem),
      draws_(draws),
      stream_(score_stream(static_cast<std::uint64_t>(plan.sweep.settings.seed),
                           plan.problems.front().stream, static_cast<std::uint64_t>(draws))) {
  for (std::size_t m = 0; m < plan.sweep.metrics.size(); ++m) {
    if (!has_null_sets(plan.layout.metrics[m])) continue;
    const MetricSpec& spec = plan.sweep.metrics[m];
    samples_.push_back({.info = plan.layout.metrics[m], .values = {}, .null = {}});
    metrics_.push_back(spec.entry->make(spec.settings));
  }
}

Real NullSets::seconds() {
  grow(2);
  return seconds_;
}

Comparison NullSets::compare(const std::vector<Ensemble>& sets, Index null_sets,
                             const JudgeOptions& options) {
  grow(null_sets);
  Comparison out{static_cast<Index>(sets.size()), draws_, null_sets, samples_, {}};
  for (MetricSample& sample : out.samples) sample.null.resize(static_cast<std::size_t>(null_sets));
  for (std::size_t s = 0; s < sets.size(); ++s) {
    const std::vector<Real> values = measure(sets[s], stream_.stream("given").stream(s));
    for (std::size_t m = 0; m < values.size(); ++m) out.samples[m].values.push_back(values[m]);
  }
  for (const MetricSample& sample : out.samples)
    if (!has_number(sample.values) || !has_number(sample.null))
      complaints_.try_emplace(sample.info.name, fmt::format("no number for {} draws", draws_));
  out.verdict = judge_cell(out.samples, options, draws_);
  return out;
}

void NullSets::grow(Index count) {
  for (; measured_ < count; ++measured_) {
    const Stopwatch stopwatch;
    const Rng rng = stream_.stream("null").stream(static_cast<std::uint64_t>(measured_));
    const std::vector<Real> values =
        measure(equally_weighted(problem_.draw_exact(exec_, draws_, rng)), rng);
    for (std::size_t m = 0; m < values.size(); ++m) samples_[m].null.push_back(values[m]);
    seconds_ = stopwatch.seconds();
  }
}

/// NaN where a metric refuses the set.
std::vector<Real> NullSets::measure(const Ensemble& ensemble, Rng rng) {
  const MetricInput input{problem_, ensemble, nan, metric_stream(rng)};
  std::vector<Real> values;
  for (std::size_t m = 0; m < metrics_.size(); ++m) {
    try {
      values.push_back(metrics_[m]->evaluate(exec_, input).value);
    } catch (const SpecError& error) {
      values.push_back(nan);
      complaints_.try_emplace(samples_[m].info.name, error.what());
    }
  }
  return values;
}

}  // namespace plumbline
