// How an error depends on a budget: at which rate it falls, and what no budget removes.
// harness/statistics/README §4.
#pragma once

#include <string>
#include <vector>

#include "core/types.hpp"
#include "harness/statistics/local_order.hpp"

namespace plumbline {

/// One metric along one budget axis, and on exact draws. Replicate r of every budget shares its
/// random numbers with replicate r of the others, and with null set r when `paired`.
struct BudgetCurve {
  std::vector<Real> budgets;                ///< increasing, > 0
  std::vector<std::vector<double>> values;  ///< [budget][replicate]; what is not finite is left out
  std::vector<double> null;                 ///< [null_replicate]; empty: the floor is 0
  bool paired = false;
};

/// Three replicates have ten resamples: no distribution.
inline constexpr Index fewest_replicates = 4;

/// error² = plateau² + (coefficient · budget^{−rate})², error² being the mean's square less the
/// floor's.
struct RateFit {
  bool valid = false;     ///< false: fewer than three budgets or `fewest_replicates`
  bool falls = false;     ///< some error goes away with the budget, in 97.5 % of resamples
  bool has_rate = false;  ///< and at a rate that the data bound from both sides
  Real rate = 0, plateau = 0, coefficient = 0;
  Interval rate_interval, plateau_interval;  ///< confidence 0.95
  std::size_t first = 0;  ///< budgets before this one are not yet in the asymptotic regime
  Index spare = 0;        ///< budgets from `first` on, beyond the three that three unknowns need
  Real last_squared = 0;  ///< error² at the largest budget; may be negative
  /// −d log error/d log budget over the last factor of 4 (or the next larger there is), and its
  /// upper bound, confidence 0.99: what no law of a curve is asked for. ∞ where the budgets span
  /// less or the last error² may be 0.
  Real last_slope = infinity, last_slope_upper = infinity;
  LocalOrders orders;  ///< of the errors less the floor
  /// Resampled alongside the intervals: plateau² and error² at the largest budget.
  std::vector<Real> plateau_squared_draws, last_squared_draws;

  /// Budget at which the falling part is down to `error`; ∞ when it does not fall.
  Real budget_for(Real error) const;
};

/// Joint fit of plateau and rate.
///
///   error²_i   v̄² − s_v²/R − (ū² − s_u²/R₀): unbiased for E[v]² − E[u]², so it may be negative
///   estimate   weighted least squares on error², plateau² ≥ 0 and coefficient² ≥ 0 in closed form
///              for every rate in [0.1, 4], the rate by a search on a line (at 0.1 it takes a
///              thousand times the budget to halve an error: no limit that anybody reaches). While
///              an F test (level 0.01) says that the curve does not fit and more than three budgets
///              are left, the smallest is dropped: the law is that of large budgets
///   intervals  bootstrap over replicates (the same ones at every budget, which share random
///              numbers) and null sets: 400 resamples, fixed seed, percentiles. Deviations are
///              stretched by √(R/(R − 1)) t/z: few replicates must not look like certainty. The
///              plateau's upper end is at least that of the profile of the weighted squares; the
///              rate's interval holds that of fits without plateau, where there may be none
///   cost       400 · 100 small solves: 50 ms
///   tested     unit/harness/statistics/rate_test.cpp: coverage on synthetic curves
RateFit fit_rate(const BudgetCurve& curve);

/// True when a plateau is at least half of the error at the largest budget. Below that it is an
/// extrapolation by more than a factor of two, and a curve that is not yet a power law (c/T + c'/T²
/// bends like a fall to a plateau) can feign one.
bool is_most_of_it(Real plateau_squared, Real last_squared);

/// "rate 0.50 ± 0.02, plateau < 0.004"; instead of the rate of the fit, where `from` says what the
/// first budget of the straight law is called, "first order from 32 on (1.04 ± 0.02)" (order_text);
/// "plateaus at 0.31 ± 0.01", with the rate of the fall to it where that is known; "no trend,
/// plateau < 0.1"; "falls at a rate below 0.3, …" where a slow fall and a plateau cannot be told
/// apart; "" without a fit. ± is half the interval.
std::string rate_text(const RateFit& fit, const std::string& from = "");

}  // namespace plumbline
