// Calibrated metrics → findings.
#include "harness/verdict/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/statistics/statistics.hpp"

namespace plumbline {
namespace {

Real size_of(const Calibrated& metric) {
  return metric.two_sided ? std::abs(metric.excess) : metric.excess;
}

/// How many times the present replicates and null sets, given the present estimates: standard
/// errors fall as one over the root. ∞ when no number would do.
Real times_to_consistent(const std::vector<Calibrated>& metrics, const JudgeOptions& options) {
  Real times = 1;
  for (const Calibrated& metric : metrics) {
    const Real room = options.margin - size_of(metric), half = metric.half_width(options.level);
    if (!metric.complete || !(room > 0)) return infinity;
    // With fewer than two null sets there is no scale yet: ask for ten times as many.
    times = std::max(times, std::isfinite(half) ? std::pow(half / room, 2) : 10);
  }
  return times;
}

/// The same until the test of one metric, at the level of a single one of `tests`, would see it.
Real times_to_inconsistent(const std::vector<Calibrated>& metrics, Real level) {
  Real times = infinity;
  for (const Calibrated& metric : metrics) {
    const Real size = size_of(metric);
    if (!(size > 0)) continue;
    Real t =
        std::isinf(size) ? 1 : std::pow(metric.detectable(level) * metric.difference_se / size, 2);
    // A rank test needs enough ranks, whatever the effect.
    const auto at = [&](Index count) {
      return static_cast<Index>(std::ceil(t * static_cast<Real>(count)));
    };
    while (t < 1e6 &&
           metric.smallest_p_value(at(std::max<Index>(1, metric.replicates)),
                                   at(std::max<Index>(1, metric.null_replicates))) > level)
      t *= 1.05;
    times = std::min(times, t);
  }
  return times;
}

void predict(CellVerdict& verdict, const JudgeOptions& options, Index draws, Index tests) {
  const Real level = options.level / static_cast<Real>(std::max<Index>(1, tests));
  const Real times = std::min(times_to_consistent(verdict.metrics, options),
                              times_to_inconsistent(verdict.metrics, level));
  verdict.further_draws = verdict.further_null_replicates = -1;
  if (!(times < 1e6)) return;
  Index replicates = 0, nulls = 0;
  bool floor = false;
  for (const Calibrated& metric : verdict.metrics) {
    replicates = std::max(replicates, metric.replicates);
    nulls = std::max(nulls, metric.null_replicates);
    floor = floor || !metric.uniform;
  }
  const auto more = [&](Index count) {
    const auto n = static_cast<Real>(std::max<Index>(1, count));
    return std::max<Index>(1, static_cast<Index>(std::ceil(n * (times - 1))));
  };
  verdict.further_replicates = more(replicates);
  verdict.further_draws = verdict.further_replicates * draws;
  verdict.further_null_replicates = floor ? more(nulls) : 0;
}

void find(CellVerdict& verdict, const JudgeOptions& options) {
  if (verdict.metrics.empty()) return;
  std::size_t least = 0, highest = 0;
  Real highest_bound = -infinity;
  bool within = true;
  verdict.p_adjusted = 1;
  for (std::size_t i = 0; i < verdict.metrics.size(); ++i) {
    const Calibrated& metric = verdict.metrics[i];
    if (verdict.p_adjusted_all[i] < verdict.p_adjusted) {
      verdict.p_adjusted = verdict.p_adjusted_all[i];
      least = i;
    }
    const Real bound = metric.upper(options.level);
    if (bound > highest_bound) {
      highest_bound = bound;
      highest = i;
    }
    within = within && metric.complete && bound < options.margin;
  }
  verdict.finding = verdict.p_adjusted < options.level ? Finding::inconsistent
                    : within                           ? Finding::consistent
                                                       : Finding::unresolved;
  verdict.deciding_metric =
      verdict.metrics[verdict.finding == Finding::inconsistent ? least : highest].metric;
}

}  // namespace

const Calibrated* CellVerdict::deciding() const {
  for (const Calibrated& metric : metrics)
    if (metric.metric == deciding_metric) return &metric;
  return nullptr;
}

std::vector<CellVerdict> judge_cells(const std::vector<std::vector<Calibrated>>& cells,
                                     const JudgeOptions& options, Index draws_per_replicate) {
  std::vector<Real> p_values;
  for (const auto& metrics : cells)
    for (const Calibrated& metric : metrics) p_values.push_back(metric.p_value);
  const std::vector<Real> adjusted = holm(p_values);
  std::vector<CellVerdict> verdicts;
  auto next = adjusted.begin();
  for (const auto& metrics : cells) {
    CellVerdict verdict;
    verdict.metrics = metrics;
    const auto end = next + static_cast<std::ptrdiff_t>(metrics.size());
    verdict.p_adjusted_all.assign(next, end);
    next = end;
    find(verdict, options);
    if (verdict.finding == Finding::unresolved)
      predict(verdict, options, draws_per_replicate, static_cast<Index>(p_values.size()));
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

std::vector<Calibrated> calibrate_all(const std::vector<MetricSample>& samples) {
  std::vector<Calibrated> metrics;
  for (const MetricSample& sample : samples) {
    const auto is_nan = [](double v) { return std::isnan(v); };
    const auto all_nan = [&](const std::vector<double>& list) {
      return std::all_of(list.begin(), list.end(), is_nan);
    };
    if (!can_be_judged(sample.info) || all_nan(sample.values)) continue;
    if (!is_uniform_law(sample.info) && all_nan(sample.null)) continue;
    metrics.push_back(calibrate(sample));
  }
  return metrics;
}

CellVerdict judge_cell(const std::vector<MetricSample>& samples, const JudgeOptions& options,
                       Index draws_per_replicate) {
  return judge_cells({calibrate_all(samples)}, options, draws_per_replicate).front();
}

std::string what_would_settle(const CellVerdict& verdict) {
  if (verdict.finding != Finding::unresolved) return "";
  if (verdict.metrics.empty()) return "no metric can be judged";
  if (verdict.further_draws < 0) return "more draws would not settle it";
  Index replicates = 0, nulls = 0;
  for (const Calibrated& metric : verdict.metrics) {
    replicates = std::max(replicates, metric.replicates + verdict.further_replicates);
    nulls = std::max(nulls, metric.null_replicates + verdict.further_null_replicates);
  }
  return fmt::format(
      "{:.6g} further draws would settle it (replicates = {}{})",
      static_cast<Real>(verdict.further_draws), replicates,
      verdict.further_null_replicates > 0 ? fmt::format(", null_replicates = {}", nulls) : "");
}

}  // namespace plumbline
