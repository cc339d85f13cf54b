// Ratios of evidences → e-values, p-values and what their tail says.
#include "harness/verdict/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "harness/statistics/betting.hpp"
#include "harness/statistics/statistics.hpp"
#include "harness/statistics/tail_shape.hpp"
#include "metrics/metric.hpp"

namespace plumbline {
namespace {

/// X by a stored value.
double e_value(const MetricInfo& info, double v) {
  return std::max(0.0, info.law == Law::log_mean_one ? std::exp(v) : 1 + v);
}

/// "2e+05", or "20000": a number of runs.
std::string runs_text(Real count) {
  return count < 1e5 ? fmt::format("{:.0f}", std::ceil(count)) : fmt::format("{:.0e}", count);
}

/// Of one that is tested upwards only.
std::string outlook_text(const MeanOutlook& outlook) {
  const std::string only = "evidence: tested upwards only";
  if (outlook.judgeable)
    return fmt::format("{} (k̂ = {:.2f} of {} runs, which is no certificate)", only, outlook.shape,
                       outlook.runs);
  const std::string cannot = fmt::format("{}; the mean cannot be judged from {} run{}", only,
                                         outlook.runs, outlook.runs == 1 ? "" : "s");
  if (outlook.runs < fewest_for_tail_shape)
    return fmt::format("{}: at least {}", cannot, fewest_for_tail_shape);
  if (std::isnan(outlook.shape)) return outlook.varies ? cannot : only + ": all runs agree";
  if (std::isinf(outlook.enough))
    return fmt::format("{} (k̂ = {:.2f}): it looks as if there were none", cannot, outlook.shape);
  return fmt::format("{} (k̂ = {:.2f}); about {} would do", cannot, outlook.shape,
                     runs_text(outlook.enough));
}

/// Where an exact path could have been kept: what would have tested the other side.
std::string other_side() {
  for (const MetricEntry& entry : metric_catalogue())
    if (entry.law == Law::inverse_mean_one)
      return fmt::format("; {} tests the other side", entry.name);
  return "";
}

}  // namespace

double no_estimate(const MetricInfo& info) {
  return info.law == Law::log_mean_one ? -infinity : -1;
}

std::vector<double> e_values(const MetricSample& sample) {
  PLUMBLINE_REQUIRE(is_mean_law(sample.info), "{} is of no law of mean one", sample.info.name);
  std::vector<double> x;
  for (const double v : sample.values) x.push_back(std::isnan(v) ? nan : e_value(sample.info, v));
  return x;
}

Calibrated calibrate_mean(const MetricSample& sample) {
  Calibrated out;
  const MeanAndError value = mean_and_error(sample.values);
  out.metric = sample.info.name;
  out.value = value.mean;
  out.replicates = value.count;
  out.floor_sd = value.deviation();
  out.excess = value.mean == 0 ? 0 : value.mean / out.floor_sd;
  out.excess_se = out.difference_se =
      1 / std::sqrt(std::max<Real>(1, static_cast<Real>(value.count)));
  out.dof = std::max<Real>(1, static_cast<Real>(value.count - 1));
  out.two_sided = out.mean_one = true;
  out.at_any_budget = sample.at_any_budget;
  MeanAboveOne bet;
  for (const double x : e_values(sample)) bet.add(x);
  out.p_value = bet.p_value();
  return out;
}

MeanOutlook mean_outlook(const MetricSample& sample) {
  std::vector<double> x;
  for (const double v : e_values(sample))
    if (!std::isnan(v))
      x.push_back(sample.resolution > 0 && std::isfinite(v)
                      ? std::nearbyint(v / sample.resolution) * sample.resolution
                      : v);
  MeanOutlook out;
  out.runs = static_cast<Index>(x.size());
  if (x.empty()) return out;
  const auto [low, high] = std::minmax_element(x.begin(), x.end());
  out.varies = *low < *high;
  out.shape = out.varies ? tail_shape(x) : nan;
  out.enough = std::max<Real>(fewest_for_tail_shape, values_for_tail_shape(out.shape));
  out.judgeable = out.shape < largest_tail_shape(out.runs);
  return out;
}

std::string evidence_text(const std::vector<MetricSample>& samples) {
  const MetricSample *upward = nullptr, *downward = nullptr;
  for (const MetricSample& sample : samples) {
    if (!is_mean_law(sample.info)) continue;
    if (sample.info.law == Law::inverse_mean_one)
      downward = &sample;
    else if (!upward || sample.info.law == Law::mean_one)
      upward = &sample;
  }
  if (downward)
    return fmt::format(
        "evidence: {}p = {:.2g} for one too small, by runs with an exact path",
        upward ? fmt::format("p = {:.2g} for one too large, ", calibrate_mean(*upward).p_value)
               : "",
        calibrate_mean(*downward).p_value);
  if (!upward) return "";
  return outlook_text(mean_outlook(*upward)) + (upward->at_any_budget ? other_side() : "");
}

}  // namespace plumbline
