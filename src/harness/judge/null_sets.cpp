// Exact draws → metrics, and the comparison with sets that claim to be like them.
#include "harness/judge/null_sets.hpp"

#include <algorithm>
#include <cmath>

#include "core/steps/phase.hpp"
#include "core/steps/stop.hpp"
#include "harness/sweep/streams.hpp"
#include "problem/target_density.hpp"

namespace plumbline {
namespace {

bool has_number(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double v) { return !std::isnan(v); });
}

}  // namespace

bool has_null_sets(const MetricInfo& info) {
  return info.has_floor && !is_uniform_law(info);
}

NullSets::NullSets(const Exec& exec, const Plan& plan, const Problem& problem, Index draws,
                   const Precision& precision)
    : exec_(exec),
      problem_(problem),
      draws_(draws),
      precision_(precision),
      stream_(score_stream(static_cast<std::uint64_t>(plan.sweep.settings.seed),
                           plan.problems.front().stream, static_cast<std::uint64_t>(draws))) {
  for (std::size_t m = 0; m < plan.sweep.metrics.size(); ++m) {
    const MetricInfo& info = plan.layout.metrics[m];
    if (!has_null_sets(info)) continue;
    const MetricSpec& spec = plan.sweep.metrics[m];
    MetricSample sample{.info = info, .values = {}, .null = {}};
    sample.resolution =
        resolution(spec.entry->rounding, problem.target_mean(), problem.target_covariance());
    samples_.push_back(std::move(sample));
    metrics_.push_back(spec.entry->make(spec.settings));
  }
}

Rng NullSets::null_rng(Index set) const {
  return stream_.stream("null").stream(static_cast<std::uint64_t>(set));
}

/// Set r of exact draws, as the given ones were written.
HostMatrix NullSets::exact(Index set) const {
  HostMatrix x = to_host_matrix(problem_.draw_exact(exec_, draws_, null_rng(set)));
  precision_.round(x);
  return x;
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

ListLook NullSets::look(const std::vector<Ensemble>& sets, Index null_sets,
                        const JudgeOptions& options) {
  ListLook out;
  out.rows = std::min<Index>(list_rows, draws_);
  const TargetDensity density(exec_, problem_);
  Real least = infinity;
  for (const Ensemble& set : sets) {
    const HostMatrix rows = to_host_matrix(set.x);
    add_list_numbers(rows, out.given);
    std::vector<double> log_density;
    if (density.exists()) {
      Vector log_q("plumbline::harness::log_density", rows.rows());
      density.log_density(exec_, set.x, log_q);
      const HostVector host = to_host_vector(log_q);
      log_density.assign(host.data(), host.data() + host.size());
    }
    const SetOrder order = order_of(rows, log_density, options.level / Real(sets.size()));
    if (!(order.p_value < least)) continue;
    least = order.p_value;
    out.column = order.column;
    out.lag = order.lag;
    out.correlation = order.correlation;
  }
  if (least < infinity) out.p_order = std::min<Real>(1, least * static_cast<Real>(sets.size()));
  for (auto r = static_cast<Index>(null_lists_.repeated.size()); r < null_sets; ++r) {
    stop_if_asked();
    add_list_numbers(exact(r), null_lists_);
  }
  const auto first = [&](const std::vector<double>& all) {
    return std::vector<double>(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(null_sets));
  };
  out.null = {first(null_lists_.repeated), first(null_lists_.nearness)};
  judge_neighbours(out, options.level);
  return out;
}

void NullSets::grow(Index count) {
  for (; measured_ < count; ++measured_) {
    stop_if_asked();
    const Rng rng = null_rng(measured_);
    const Ensemble set = equally_weighted(
        precision_.is_full() ? problem_.draw_exact(exec_, draws_, rng)
                             : to_device("plumbline::harness::exact", exact(measured_)));
    if (lists_ && static_cast<Index>(null_lists_.repeated.size()) == measured_)
      add_list_numbers(to_host_matrix(set.x), null_lists_);
    const std::vector<Real> values = measure(set, rng);
    for (std::size_t m = 0; m < values.size(); ++m) samples_[m].null.push_back(values[m]);
  }
}

std::vector<Real> NullSets::measure_as_given(HostMatrix rows, Rng rng) {
  precision_.round(rows);
  return measure(equally_weighted(to_device("plumbline::harness::rows", rows)), rng);
}

/// NaN where a metric refuses the set.
std::vector<Real> NullSets::measure(const Ensemble& ensemble, Rng rng) {
  // Exact draws never are so: what diverged is worse by every metric.
  if (!has_finite_squares(exec_, ensemble))
    return std::vector<Real>(metrics_.size(), MetricSample::not_a_draw);
  const MetricInput input{problem_, ensemble, nan, metric_stream(rng)};
  std::vector<Real> values;
  for (std::size_t m = 0; m < metrics_.size(); ++m) {
    const Phase phase(metrics_[m]->name());
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
