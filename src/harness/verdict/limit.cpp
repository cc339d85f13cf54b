// A plateau → a limit in the metric's units.
#include "harness/verdict/limit.hpp"

#include <algorithm>
#include <cmath>

#include "harness/statistics/distributions.hpp"
#include "harness/statistics/statistics.hpp"

namespace plumbline {

Limit limit_of(const Trend* trend, const Calibrated& metric, Real level) {
  Limit limit;
  if (!trend) return limit;
  const RateFit& fit = trend->fit;
  limit.known = true;
  limit.spare = fit.spare;
  limit.slope_upper = fit.last_slope_upper;
  limit.squared = fit.plateau * fit.plateau;
  limit.is_most = is_most_of_it(limit.squared, fit.last_squared);
  limit.seen = fit.plateau_interval.low > 0;
  // Two bounds that resampling gives, the lower counts: normal (far tails) and percentile
  // (skewness).
  std::vector<Real> draws = fit.plateau_squared_draws;
  const Real spread = mean_and_error(draws).deviation();
  const Real dof = std::max<Real>(1, static_cast<Real>(metric.replicates - 1));
  std::sort(draws.begin(), draws.end());
  const auto rank = static_cast<std::size_t>(level * static_cast<Real>(draws.size()));
  limit.lower = std::min(limit.squared - student_quantile(1 - level, dof) * spread, draws[rank]);
  const Real floor = std::abs(metric.floor);
  limit.excess =
      (std::sqrt(floor * floor + std::max<Real>(0, limit.squared)) - floor) / metric.floor_sd;
  return limit;
}

}  // namespace plumbline
