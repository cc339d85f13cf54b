// At which rate an error falls from budget to budget, and from where on the rate is one number.
// harness/statistics/README §11.
#pragma once

#include <string>
#include <vector>

#include "core/types.hpp"

namespace plumbline {

struct Interval {
  Real low = 0, high = 0;

  Real half_width() const { return (high - low) / 2; }
};

/// −d log |error|/d log budget between two budgets that follow each other.
struct LocalSlope {
  Real from = 0, to = 0;  ///< the budgets
  Real slope = 0;
  Interval interval;  ///< confidence 0.95
};

struct LocalOrders {
  /// Of every pair whose errors are both told from 0, coarse to fine.
  std::vector<LocalSlope> slopes;
  /// From `from` to `to` a straight law holds: over at least two slopes of one run none is further
  /// than `straightness` from the order fitted to them, for all that its interval says, and the
  /// order is known to within as much. Only then are the others set.
  bool straight = false;
  Real from = 0, to = 0, order = 0;
  Interval interval;
};
inline constexpr Real straightness = 0.1;
/// A straight law that may fall more slowly is not told from a plateau.
inline constexpr Real flattest_law = 0.25;

/// From errors at increasing budgets, and resampled errors [draw][budget] (deviations stretched as
/// their number asks for). An error counts that has one sign in 97.5 % of draws, and so a slope is
/// one of the errors' sizes. The straight law is that of the largest budgets with an error: a line
/// through their logarithms, from the first budget on that allows it.
LocalOrders local_orders(const std::vector<Real>& budgets, const std::vector<Real>& errors,
                         const std::vector<std::vector<Real>>& draws);

/// "0.312 ± 0.004": as many digits as two of the error's.
std::string with_error(Real value, Real error);

/// "first order from 32 on (1.04 ± 0.02)", `from` being what a budget is called; "order 0.53 ± 0.02
/// from 32 on" where the number has no name; "no straight law yet: slopes 0.37, 0.63, 0.85" of the
/// last three; "" of fewer than two slopes.
std::string order_text(const LocalOrders& orders, const std::string& from);

}  // namespace plumbline
