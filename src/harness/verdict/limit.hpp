// What is left of an error when a budget grows without end, and whether that contradicts a claim.
// harness/verdict/README §3, §15.
#pragma once

#include <string>
#include <vector>

#include "harness/statistics/rate.hpp"
#include "harness/verdict/calibration.hpp"
#include "record/claim.hpp"

namespace plumbline {

/// One metric along one budget axis of a claim, the other budgets being at their finest; or along a
/// refinement of all of them.
struct Trend {
  BudgetSetting axis;  ///< "steps"; of several together "steps, particles"
  std::string metric;
  Real largest = 0;  ///< budget: the axis' value, or one over it where small is fine
  RateFit fit;
  bool at_floor = false;  ///< no budget is told from exact draws, or beyond the margin
  std::string text;       ///< "rate 0.50 ± 0.02, plateau < 0.004"; "at the floor throughout"
};

/// What no budget removes, of one metric, and what is known of it.
struct Limit {
  bool known = false;           ///< the curve could be fitted
  Real squared = 0, lower = 0;  ///< plateau², and its lower bound
  Real excess = 0;              ///< the same in null standard deviations
  bool is_most = false;         ///< at least half of the error at the finest budget
  bool seen = false;            ///< the plateau's 95 % interval ends above 0
  Index spare = 0;              ///< budgets beyond three
  Real slope_upper = 0;         ///< upper bound of the local slope

  /// True when a method of this order or higher does not look like this: something is left beyond
  /// `margin`, it is most of the error, at least two budgets more than unknowns were swept, and
  /// over their last factor of 4 the error falls more slowly than budget^(−order/4). Curves that
  /// still bend (c/T + c'/T²) feign plateaus, but not flat ones.
  bool contradicts(Real margin, Real order) const {
    return lower > 0 && excess >= margin && is_most && spare >= fewest_spare &&
           slope_upper < steepest_plateau * order;
  }
  /// It looks like a plateau beyond `margin`, whether or not that is proven.
  bool looks_left(Real margin) const { return seen && is_most && excess >= margin; }
  static constexpr Index fewest_spare = 2;
  static constexpr Real steepest_plateau = 0.25;
};

/// Of the fit along a refinement of the claim; unknown without one (nullptr).
/// `lower`: the lower of a normal and a percentile bootstrap bound at `level`.
Limit limit_of(const Trend* trend, const Calibrated& metric, Real level);

}  // namespace plumbline
