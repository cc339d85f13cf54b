// Which errors are looked for, by aspect: sizes, tolerances, words. harness/verdict/README §10.
#pragma once

#include <string>
#include <vector>

#include "harness/sweep/tolerances.hpp"
#include "problem/perturbation.hpp"

namespace plumbline {

/// Sizes of one aspect's error in its users' unit, ascending, and the size that is none.
struct ErrorSizes {
  Aspect aspect = Aspect::location;
  std::vector<Real> sizes;
  Real tolerance = 0;  ///< an error of at most this size is none (one of `sizes`)

  /// "a shift by more than 0.1 posterior standard deviations".
  std::string beyond(Real size) const;
  /// A metric that sees the aspect at few draws: what to add when it is open.
  const char* metric() const;
  /// False where a larger error may be harder to see: draws that ignore y altogether have uniform
  /// ranks again.
  bool grows() const { return aspect != Aspect::conditioning; }
};

ErrorSizes error_sizes_of(Aspect aspect, const Tolerances& tolerances);
/// The aspects that can be wrong in this problem: `dependence` needs two coordinates that vary,
/// `masses` two components that stand apart by 3 of their standard deviations, `conditioning` a y
/// that is drawn per replicate (`drawn`).
std::vector<ErrorSizes> error_sizes(const Problem& problem, const Tolerances& tolerances = {},
                                    bool drawn = false);

}  // namespace plumbline
