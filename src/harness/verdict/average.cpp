// Averages → value, error, p-value, in tolerances.
#include "harness/verdict/average.hpp"

#include <algorithm>
#include <cmath>

#include "harness/statistics/unit_means.hpp"
#include "harness/verdict/calibration.hpp"

namespace plumbline {
namespace {

/// Of the mean over the replicates: that of as many independent draws.
Real least_error(const std::vector<double>& se, Index replicates) {
  Real squares = 0;
  Index known = 0;
  for (const double error : se)
    if (std::isfinite(error)) {
      squares += error * error;
      ++known;
    }
  return known == 0 ? 0 : std::sqrt(squares / Real(known) / Real(std::max<Index>(1, replicates)));
}

}  // namespace

Real AverageBound::upper(Real level) const {
  if (!(dof > 0)) return infinity;
  const Real reach = UnitMean{mean, error, dof, nan, static_cast<Index>(dof) + 1}.reach(level);
  return std::max((mean + reach) / tolerated.above, (reach - mean) / tolerated.below);
}

void calibrate_average(const MetricSample& sample, Calibrated& out) {
  const AverageLaw& law = sample.average.value();
  const UnitMean found = unit_mean(sample.values, {.expectation = law.expectation,
                                                   .least = least_error(law.se, out.replicates)});
  out.average = AverageBound{found.mean, found.error, found.dof, law.tolerated};
  out.floor = 0;
  out.floor_sd = found.mean < 0 ? law.tolerated.below : law.tolerated.above;
  out.excess = found.mean / out.floor_sd;
  out.excess_se = out.difference_se = found.error / out.floor_sd;
  out.dof = found.dof;
  const bool failed = std::any_of(sample.values.begin(), sample.values.end(),
                                  [](double v) { return std::isinf(v); });
  out.p_value = failed ? 0 : found.p_value;
}

}  // namespace plumbline
