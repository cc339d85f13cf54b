// Values and null sets → excess and p-value.
#include "harness/verdict/calibration.hpp"

#include <algorithm>
#include <cmath>

#include "harness/statistics/distributions.hpp"
#include "harness/statistics/statistics.hpp"
#include "harness/statistics/uniformity.hpp"
#include "harness/verdict/evidence.hpp"

namespace plumbline {
namespace {

const Real uniform_sd = 1 / std::sqrt(Real{12});

/// The side on which exact draws are exceeded by wrong ones; "zero": the upper, and the other too.
Tail worse_side(const MetricInfo& info) {
  return info.better == Better::higher ? Tail::lower : Tail::upper;
}

std::vector<double> pair_differences(const MetricSample& sample,
                                     const std::vector<double>& values) {
  std::vector<double> differences(values.size());
  for (std::size_t r = 0; r < values.size(); ++r) differences[r] = values[r] - sample.null[r];
  return differences;
}

/// difference/scale; 0/0 is 0: a metric that is constant says nothing.
Real in_units(Real difference, Real scale) {
  return difference == 0 ? 0 : difference / scale;
}

bool varies(const std::vector<double>& null) {
  const auto [low, high] = std::minmax_element(null.begin(), null.end());
  return low != null.end() && *low < *high;
}

/// Every number is the same one; of NaN none is.
bool all_equal(const MetricSample& sample) {
  const auto same = [&](double v) { return v == sample.null.front(); };
  return !sample.null.empty() && std::all_of(sample.null.begin(), sample.null.end(), same) &&
         std::all_of(sample.values.begin(), sample.values.end(), same);
}

/// Values that are worse than every exact set: above all, below all for better = "higher", either
/// for "zero".
Index beyond_all(const std::vector<double>& values, const MetricSample& sample) {
  Real low = infinity, high = -infinity;
  for (const double u : sample.null) {
    if (std::isnan(u)) continue;
    low = std::min(low, u);
    high = std::max(high, u);
  }
  const bool above = sample.info.better != Better::higher;
  const bool below = sample.info.better != Better::lower;
  return std::count_if(values.begin(), values.end(),
                       [&](double v) { return (above && v > high) || (below && v < low); });
}

void calibrate_uniform(const MetricSample& sample, Calibrated& out) {
  out.floor = 0.5;
  out.floor_sd = uniform_sd;
  out.excess = uniform_distance(sample.values) / uniform_sd;
  out.excess_se = out.difference_se =
      1 / std::sqrt(std::max<Real>(1, static_cast<Real>(out.replicates)));
  out.dof = infinity;
  out.p_value = rank_p_value(sample.values);
}

void calibrate_floor(const MetricSample& sample, Calibrated& out) {
  const std::vector<double>& values = sample.values;
  const MeanAndError v = mean_and_error(values), u = mean_and_error(sample.null);
  out.floor = u.mean;
  out.floor_sd = u.deviation();
  out.excess = in_units(v.mean - u.mean, out.floor_sd);
  if (sample.info.better == Better::higher) out.excess = -out.excess;
  // Var(value − floor), from pairs or from both samples; one value alone varies as one null set
  // does.
  const auto r0 = static_cast<Real>(u.count);
  const Real of_value = v.count > 1 ? v.error * v.error : u.error * u.error * r0;
  const Real of_means = out.paired
                            ? std::pow(mean_and_error(pair_differences(sample, values)).error, 2)
                            : of_value + u.error * u.error;
  out.difference_se = in_units(std::sqrt(of_means), out.floor_sd);
  // floor_sd itself is known to 1/√(2(R₀ − 1)) of its size.
  const Real of_scale = out.excess * out.excess / (2 * (r0 - 1));
  out.excess_se = std::sqrt(out.difference_se * out.difference_se + of_scale);
  const Real a = of_value, b = u.error * u.error * (1 + of_scale * r0);
  const Real nu = v.count > 1 ? static_cast<Real>(v.count - 1) : r0 - 1;
  out.dof = a + b > 0 ? (a + b) * (a + b) / (a * a / nu + b * b / (r0 - 1)) : infinity;
  if (out.paired) out.dof = std::min(nu, r0 - 1);
  out.p_value = out.paired ? signed_rank_p_value(pair_differences(sample, values), Tail::both)
                           : rank_sum_p_value(values, sample.null, Tail::both);
  const Tail worse = worse_side(sample.info);
  out.worse = out.paired ? paired_exceedance(values, sample.null, worse)
                         : exceedance(values, sample.null, worse);
  out.bad = beyond_all(values, sample);
  out.null_varies = varies(sample.null);
  out.mute = all_equal(sample);
}

/// v in whole multiples of `resolution`, which keeps every order but that of ties; numbers so large
/// that they are multiples anyway stay.
double multiple_of(double v, Real resolution) {
  const double steps = v / resolution;
  return std::isfinite(v) && std::abs(steps) < 0x1p52 ? std::nearbyint(steps) * resolution : v;
}

/// Of numbers as they are judged.
Calibrated calibrate_rounded(const MetricSample& sample) {
  Calibrated out;
  const MeanAndError value = mean_and_error(sample.values);
  out.metric = sample.info.name;
  out.value = value.mean;
  out.replicates = value.count;
  out.null_replicates = mean_and_error(sample.null).count;
  out.two_sided = sample.info.better == Better::zero;
  out.uniform = is_uniform_law(sample.info);
  out.depends_on_y = sample.depends_on_y;
  out.paired = sample.paired && sample.values.size() == sample.null.size();
  out.complete = std::all_of(sample.values.begin(), sample.values.end(),
                             [](double v) { return std::isfinite(v); });
  if (sample.average)
    calibrate_average(sample, out);
  else if (out.uniform)
    calibrate_uniform(sample, out);
  else
    calibrate_floor(sample, out);
  return out;
}

}  // namespace

const double MetricSample::not_a_draw = infinity;

bool is_uniform_law(const MetricInfo& info) {
  return info.law == Law::uniform;
}
bool is_mean_law(const MetricInfo& info) {
  return info.law == Law::mean_one || info.law == Law::log_mean_one ||
         info.law == Law::inverse_mean_one;
}
bool can_be_judged(const MetricInfo& info) {
  return is_uniform_law(info) || is_mean_law(info) || info.has_floor;
}

bool has_own_law(const MetricSample& sample) {
  return sample.average || is_uniform_law(sample.info) || is_mean_law(sample.info);
}

MetricSample rounded(MetricSample sample) {
  for (double& v : sample.values) v = rounded(v, sample);
  if (sample.resolution > 0)
    for (double& v : sample.null) v = multiple_of(v, sample.resolution);
  return sample;
}

double rounded(double value, const MetricSample& like) {
  if (std::isinf(value)) value = like.info.better == Better::higher ? -infinity : infinity;
  return like.resolution > 0 ? multiple_of(value, like.resolution) : value;
}

Calibrated calibrate(const MetricSample& given) {
  if (is_mean_law(given.info)) return calibrate_mean(given);
  const MetricSample sample = has_own_law(given) ? given : rounded(given);
  Calibrated out = calibrate_rounded(sample);
  // Means and spreads are those of the numbers themselves, but where rounding is all there is of
  // them.
  if (out.own_law() || !out.null_varies || !(given.resolution > 0)) return out;
  MetricSample plain = given;
  plain.resolution = 0;
  const Calibrated exact = calibrate_rounded(rounded(plain));
  out.value = exact.value;
  out.floor = exact.floor;
  out.floor_sd = exact.floor_sd;
  out.excess = exact.excess;
  out.excess_se = exact.excess_se;
  out.difference_se = exact.difference_se;
  out.dof = exact.dof;
  return out;
}

Real Calibrated::upper(Real level) const {
  if (any_time) return any_time->upper;
  if (average) return average->upper(level);
  if (uniform) return replicates > 0 ? excess + detectable(level) * excess_se : infinity;
  if (!null_varies || mean_one) return infinity;
  const Real bound = std::max(worse.upper(level), 1 - worse.lower(level));
  return bound < 1 ? shift_of_exceedance(bound) : infinity;
}

Real Calibrated::shift() const {
  if (own_law()) return excess;
  return std::isnan(worse.estimate) ? nan : shift_of_exceedance(worse.estimate);
}

Real Calibrated::detectable(Real level) const {
  if (average) return dof > 0 ? student_quantile(1 - level / 2, dof) : infinity;
  // P(√R sup|F − u| > x) ≤ 2 exp(−2x²) (Massart 1990), in units of √12.
  if (uniform) return std::sqrt(std::log(2 / level) / 2) / uniform_sd;
  return normal_quantile(1 - level / 2);
}

Real Calibrated::smallest_p_value(Index values, Index nulls) const {
  if (mean_one) return 0;  // a value may be as large as it likes
  if (average) return values > 1 ? 0 : 1;
  if (uniform)
    return rank_tests * uniform_distance_p_value(1 - 0.5 / static_cast<Real>(values), values);
  if (paired) return std::exp2(static_cast<Real>(1 - values));
  return smallest_rank_sum_p_value(values, nulls, Tail::both);
}

}  // namespace plumbline
