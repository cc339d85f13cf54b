// Which errors a comparison excludes: known errors are made, and judged like the given draws.
// harness/verdict/README §10.
#pragma once

#include <string>
#include <vector>

#include "harness/judge/null_sets.hpp"
#include "harness/judge/perturbation.hpp"

namespace plumbline {

/// What is known of one aspect.
struct Excluded {
  ErrorSizes sizes;
  Real bound = infinity;  ///< errors of this size and above are excluded; ∞: none is
  std::string metric;     ///< that saw the error of size `bound` (or the largest) most

  bool within_tolerance() const { return bound <= sizes.tolerance; }
  /// "excludes a shift by more than 0.1 posterior standard deviations" / "… is not excluded".
  std::string text() const;
};

inline constexpr Real exclusion_level = 0.05;
inline constexpr Index exclusion_sets = 59;  ///< none of so many below: at most 4.95 % would be

/// For every aspect the smallest size of `error_sizes` from which on such errors are excluded: sets
/// of draws that are wrong by it deviate more from the null (largest standardised deviation over
/// metrics) than the given ones do, `exclusion_sets` of as many. If the truth is one of these
/// errors, it is excluded with probability at most 5 %. From the largest size down, so an aspect
/// that nobody looks at costs one set.
///   pre  nulls.compare was called with `null_sets`; `comparison` is what it returned
std::vector<Excluded> excluded_errors(const Exec& exec, const Problem& problem, NullSets& nulls,
                                      const Comparison& comparison, Rng rng);

}  // namespace plumbline
