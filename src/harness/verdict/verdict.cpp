// Calibrated metrics → findings.
#include "harness/verdict/verdict.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "harness/statistics/family.hpp"
#include "harness/statistics/statistics.hpp"
#include "harness/verdict/cell_test.hpp"
#include "harness/verdict/evidence.hpp"
#include "harness/verdict/metric_samples.hpp"
#include "harness/verdict/sequential.hpp"

namespace plumbline {
namespace {

/// On the side of better than exact draws. "Zero" has no such side.
bool too_good(const Calibrated& metric) {
  return !metric.own_law() && !metric.two_sided && metric.worse.estimate < 0.5;
}

/// True where a metric has a vote on whether the draws are right.
bool speaks_for_draws(const Calibrated& metric) {
  return !metric.mean_one && !metric.mute;
}

/// How many times the present replicates and null sets, given the present estimates: bounds close
/// in as one over the root. ∞ when no number would do.
Real times_to_consistent(const std::vector<Calibrated>& metrics, const JudgeOptions& options) {
  Real times = 1;
  if (std::none_of(metrics.begin(), metrics.end(), speaks_for_draws)) return infinity;
  for (const Calibrated& metric : metrics) {
    if (!speaks_for_draws(metric)) continue;
    const Real size = std::abs(metric.shift());
    const Real room = options.margin - size;
    if (!metric.complete || !metric.null_varies || !(room > 0)) return infinity;
    const Real upper = metric.upper(options.level);
    // Too few numbers for any bound: ask for ten times as many.
    times = std::max(times, std::isfinite(upper) ? std::pow((upper - size) / room, 2) : 10);
  }
  return times;
}

/// The same until the test of one metric, at the level of a single one of `tests`, would see it.
Real times_to_inconsistent(const std::vector<Calibrated>& metrics, Real level) {
  Real times = infinity;
  for (const Calibrated& metric : metrics) {
    const Real size = std::abs(metric.excess);
    if (metric.mean_one || !(size > 0)) continue;
    Real t =
        std::isinf(size) ? 1 : std::pow(metric.detectable(level) * metric.difference_se / size, 2);
    // A rank test needs enough ranks, whatever the effect.
    const auto at = [&](Index count) {
      return static_cast<Index>(std::ceil(t * static_cast<Real>(count)));
    };
    for (int doublings = 0; doublings < 300 && t < 1e6; ++doublings, t *= 1.05)
      if (metric.smallest_p_value(at(std::max<Index>(1, metric.replicates)),
                                  at(std::max<Index>(1, metric.null_replicates))) <= level)
        break;
    if (t > 0) times = std::min(times, t);
  }
  return times;
}

void predict(CellVerdict& verdict, const JudgeOptions& options, Index draws, Index tests) {
  const Real level = options.level / static_cast<Real>(std::max<Index>(1, tests));
  const Real times = verdict.blind_to_y() ? infinity
                                          : std::min(times_to_consistent(verdict.metrics, options),
                                                     times_to_inconsistent(verdict.metrics, level));
  verdict.further_draws = verdict.further_null_replicates = -1;
  if (!(times < 1e6)) return;
  Index replicates = 0, nulls = 0;
  bool floor = false;
  for (const Calibrated& metric : verdict.metrics) {
    replicates = std::max(replicates, metric.replicates);
    nulls = std::max(nulls, metric.null_replicates);
    floor = floor || !metric.own_law();
  }
  const auto more = [&](Index count) {
    const auto n = static_cast<Real>(std::max<Index>(1, count));
    return std::max<Index>(1, static_cast<Index>(std::ceil(n * (times - 1))));
  };
  verdict.further_replicates = more(replicates);
  verdict.further_draws = verdict.further_replicates * draws;
  verdict.further_null_replicates = floor ? more(nulls) : 0;
}

/// The smallest adjusted p-value among metrics on one side; `size()` of the list without any.
std::size_t least(const CellVerdict& verdict, bool good) {
  std::size_t found = verdict.metrics.size();
  for (std::size_t i = 0; i < verdict.metrics.size(); ++i)
    if (!std::isnan(verdict.p_adjusted_all[i]) && too_good(verdict.metrics[i]) == good &&
        (found == verdict.metrics.size() ||
         verdict.p_adjusted_all[i] < verdict.p_adjusted_all[found]))
      found = i;
  return found;
}

void find(CellVerdict& verdict, const JudgeOptions& options) {
  if (verdict.metrics.empty()) return;
  const auto below = [&](std::size_t i) {
    return i < verdict.metrics.size() && verdict.p_adjusted_all[i] < options.level;
  };
  const std::size_t worse = least(verdict, false), better = least(verdict, true);
  std::size_t widest = verdict.metrics.size();
  bool within = true;
  for (std::size_t i = 0; i < verdict.metrics.size(); ++i) {
    const Calibrated& metric = verdict.metrics[i];
    if (!speaks_for_draws(metric)) continue;
    const Real bound = metric.upper(options.level);
    if (widest == verdict.metrics.size() || bound > verdict.metrics[widest].upper(options.level))
      widest = i;
    within = within && metric.complete && bound < options.margin;
  }
  if (widest == verdict.metrics.size()) {
    widest = 0;
    within = false;
  }
  std::size_t deciding = widest;
  if (below(worse)) {
    verdict.finding = Finding::inconsistent;
    deciding = worse;
  } else if (below(better)) {
    verdict.finding = Finding::not_independent;
    deciding = better;
  } else {
    const bool consistent = within && !verdict.blind_to_y();
    verdict.finding = consistent ? Finding::consistent : Finding::unresolved;
  }
  verdict.deciding_metric = verdict.metrics[deciding].metric;
}

}  // namespace

const Calibrated* CellVerdict::deciding() const {
  for (const Calibrated& metric : metrics)
    if (metric.metric == deciding_metric) return &metric;
  return nullptr;
}

std::vector<std::string> CellVerdict::not_judgeable() const {
  std::vector<std::string> names;
  for (const Calibrated& metric : metrics)
    if (!metric.own_law() && !metric.null_varies) names.push_back(metric.metric);
  return names;
}

std::string CellVerdict::not_judgeable_text() const {
  const std::vector<std::string> names = not_judgeable();
  if (names.empty()) return "";
  return fmt::format("{} cannot be judged here: exact draws differ by rounding alone",
                     fmt::join(names, ", "));
}

bool CellVerdict::blind_to_y() const {
  return std::none_of(metrics.begin(), metrics.end(),
                      [](const Calibrated& metric) { return metric.depends_on_y; });
}

std::vector<CellVerdict> judge_cells(const std::vector<std::vector<MetricSample>>& cells,
                                     const JudgeOptions& options, Index draws_per_replicate) {
  const auto count = static_cast<Index>(cells.size());
  const bool by_dealings = dealings_reach(count, options.level);
  const Index permutations = by_dealings ? permutations_for(count, options.level) : 0;
  std::vector<CellVerdict> verdicts;
  std::vector<CellTest> tests;
  std::vector<Real> p_values;
  for (const auto& samples : cells) {
    CellVerdict verdict;
    const std::vector<MetricSample> judged = judgeable(samples);
    for (const MetricSample& sample : judged)
      verdict.metrics.push_back(options.any_time
                                    ? calibrate_any_time(sample, options.level, options.look)
                                    : calibrate(sample));
    verdict.evidence = evidence_text(judged);
    tests.push_back(options.any_time
                        ? any_time_test(verdict.metrics)
                        : cell_test(judged, verdict.metrics, permutations, by_dealings));
    p_values.push_back(tests.back().p_value);
    verdicts.push_back(std::move(verdict));
  }
  const std::vector<Real> adjusted = holm(p_values);
  for (std::size_t c = 0; c < cells.size(); ++c) {
    CellVerdict& verdict = verdicts[c];
    // Holm's factor of the cell is that of each of its metrics.
    const Real factor = p_values[c] > 0 ? adjusted[c] / p_values[c] : 1;
    for (const Real p : tests[c].adjusted)
      verdict.p_adjusted_all.push_back(std::isnan(p) ? nan : std::min<Real>(1, factor * p));
    if (!std::isnan(adjusted[c])) verdict.p_adjusted = adjusted[c];
    verdict.smallest_p = tests[c].smallest * static_cast<Real>(cells.size());
    find(verdict, options);
    if (verdict.finding == Finding::unresolved)
      predict(verdict, options, draws_per_replicate, static_cast<Index>(cells.size()));
  }
  return verdicts;
}

void adjust(CellVerdict& verdict, Real factor, const JudgeOptions& options) {
  for (Real& p : verdict.p_adjusted_all)
    if (!std::isnan(p)) p = std::min<Real>(1, factor * p);
  verdict.p_adjusted = std::min<Real>(1, factor * verdict.p_adjusted);
  verdict.smallest_p *= factor;
  find(verdict, options);
}

std::vector<MetricSample> judgeable(const std::vector<MetricSample>& samples) {
  std::vector<MetricSample> kept;
  for (const MetricSample& sample : samples) {
    const auto is_nan = [](double v) { return std::isnan(v); };
    const auto all_nan = [&](const std::vector<double>& list) {
      return std::all_of(list.begin(), list.end(), is_nan);
    };
    if (!(sample.average || can_be_judged(sample.info)) || all_nan(sample.values)) continue;
    if (!has_own_law(sample) && all_nan(sample.null)) continue;
    kept.push_back(sample);
  }
  return kept;
}

std::vector<Calibrated> calibrate_all(const std::vector<MetricSample>& samples) {
  std::vector<Calibrated> metrics;
  for (const MetricSample& sample : judgeable(samples)) metrics.push_back(calibrate(sample));
  return metrics;
}

CellVerdict judge_cell(const std::vector<MetricSample>& samples, const JudgeOptions& options,
                       Index draws_per_replicate) {
  return judge_cells({samples}, options, draws_per_replicate).front();
}

std::string what_would_settle(const CellVerdict& verdict) {
  if (verdict.finding != Finding::unresolved) return "";
  if (!std::any_of(verdict.metrics.begin(), verdict.metrics.end(),
                   [](const Calibrated& metric) { return !metric.mean_one; }))
    return verdict.metrics.empty() ? "no metric can be judged" : "no metric of the draws is judged";
  if (verdict.blind_to_y())
    return fmt::format("draws of the prior would pass: no metric depends on y, as {} do",
                       fmt::join(ranks_that_depend_on_y(), ", "));
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
