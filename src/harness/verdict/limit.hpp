// What is left of an error when a budget grows without end, and whether that contradicts a claim.
// harness/verdict/README §3.
#pragma once

#include <string>
#include <vector>

#include "harness/statistics/rate.hpp"
#include "harness/verdict/calibration.hpp"
#include "record/claim.hpp"

namespace plumbline {

/// One metric along one budget axis of a claim, the other budgets being at their finest.
struct Trend {
  BudgetSetting axis;
  std::string metric;
  Real largest = 0;  ///< budget: the axis' value, or one over it where small is fine
  RateFit fit;
  bool at_floor = false;  ///< no budget is told from exact draws, or beyond the margin
  std::string text;       ///< "rate 0.50 ± 0.02, plateau < 0.004"; "at the floor throughout"
};

/// What no budget removes, of one metric, and what is known of it.
struct Limit {
  bool known = false;           ///< some budget's curve could be fitted
  Real squared = 0, lower = 0;  ///< limit², and its lower bound
  Real excess = 0;              ///< the same in null standard deviations
  bool is_most = false;         ///< at least half of the error at the finest budget
  Index spare = 0;              ///< budgets beyond three, on the axis that has fewest
  Real slope_upper = 0;         ///< upper bound of the local slope, of the axis that falls most

  /// True when a method of order 1 or higher does not look like this: something is left beyond
  /// `margin`, it is most of the error, at least two budgets more than unknowns were swept, and
  /// over their last factor of 4 the error falls more slowly than budget^(−1/4). Curves that still
  /// bend (c/T + c'/T²) feign plateaus, but not flat ones.
  bool contradicts(Real margin) const {
    return lower > 0 && excess >= margin && is_most && spare >= fewest_spare &&
           slope_upper < steepest_plateau;
  }
  static constexpr Index fewest_spare = 2;
  static constexpr Real steepest_plateau = 0.25;
};

/// Squared errors add up over the budgets of a claim, each of which was fitted with the others at
/// their finest:
///     limit² = Σ_axes plateau²_axis − (axes − 1) error²_finest.
/// `lower`: the lower of a normal and a percentile bootstrap bound at `level`.
Limit limit_of(const std::vector<Trend>& trends, const Calibrated& metric, Real level);

}  // namespace plumbline
