// Plateaus of several budgets → one limit.
#include "harness/verdict/limit.hpp"

#include <algorithm>
#include <cmath>

#include "harness/statistics/distributions.hpp"
#include "harness/statistics/statistics.hpp"

namespace plumbline {

Limit limit_of(const std::vector<Trend>& trends, const Calibrated& metric, Real level) {
  std::vector<const RateFit*> fits;
  for (const Trend& trend : trends)
    if (trend.metric == metric.metric) fits.push_back(&trend.fit);
  Limit limit;
  if (fits.empty()) return limit;
  limit.known = true;
  limit.spare = fits.front()->spare;
  for (const RateFit* fit : fits) {
    limit.spare = std::min(limit.spare, fit->spare);
    limit.slope_upper = std::max(limit.slope_upper, fit->last_slope_upper);
  }
  const Real again = static_cast<Real>(fits.size()) - 1;
  const std::size_t resamples = fits.front()->plateau_squared_draws.size();
  std::vector<Real> draws(resamples);
  for (std::size_t b = 0; b < resamples; ++b) {
    for (const RateFit* fit : fits) draws[b] += fit->plateau_squared_draws[b];
    draws[b] -= again * fits.front()->last_squared_draws[b];
  }
  for (const RateFit* fit : fits) limit.squared += fit->plateau * fit->plateau;
  limit.squared -= again * fits.front()->last_squared;
  limit.is_most = is_most_of_it(limit.squared, fits.front()->last_squared);
  // Two bounds that resampling gives, the lower counts: normal (far tails) and percentile
  // (skewness).
  const Real spread = mean_and_error(draws).deviation();
  const Real dof = std::max<Real>(1, static_cast<Real>(metric.replicates - 1));
  std::sort(draws.begin(), draws.end());
  const auto rank = static_cast<std::size_t>(level * static_cast<Real>(resamples));
  limit.lower = std::min(limit.squared - student_quantile(1 - level, dof) * spread, draws[rank]);
  const Real floor = std::abs(metric.floor);
  limit.excess =
      (std::sqrt(floor * floor + std::max<Real>(0, limit.squared)) - floor) / metric.floor_sd;
  return limit;
}

}  // namespace plumbline
