// Which errors a comparison excludes: known errors are made, and judged like the given draws.
// harness/verdict/README §10.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/judge/error_sizes.hpp"
#include "harness/judge/null_sets.hpp"

namespace plumbline {

/// What is known of one aspect.
struct Excluded {
  ErrorSizes sizes;
  Real bound = infinity;  ///< errors of this size and above are excluded; ∞: none is
  std::string metric;     ///< that saw the error of size `bound` most

  bool within_tolerance() const { return bound <= sizes.tolerance; }
  /// "excludes a shift by more than 0.1 posterior standard deviations" / "… is not excluded".
  std::string text() const;
};

/// The smallest of `sizes` from which on errors are excluded, looked for from below: a size that is
/// not excluded costs a set or two, and one alone is paid for in full. Larger errors are seen at
/// least as well; of an aspect where they may not be, the largest comes first.
///   excludes  (size, by): whether errors of that size are, and the metric that sees them
Excluded excluded_from(const ErrorSizes& sizes,
                       const std::function<bool(Real size, std::string& by)>& excludes);

/// Of one given comparison and 19 with an error the given one is nearest by chance in 1 of 20.
inline constexpr Index exclusion_sets = 19;

/// For every aspect the smallest size from which on such errors are excluded: `exclusion_sets`
/// comparisons of draws that are wrong by it all deviate more from the null (largest standardised
/// deviation over metrics) than the given one does. If the truth is one of these errors, given and
/// made ones are exchangeable, and it is excluded with probability at most 1/20, whatever the
/// metrics.
///   pre   nulls.compare was called with `null_sets`; `comparison` is what it returned
///   cost  an aspect that is seen: 19 comparisons a size; one that is not: one or two a size
std::vector<Excluded> excluded_errors(const Exec& exec, const Problem& problem, NullSets& nulls,
                                      const Comparison& comparison, const Tolerances& tolerances,
                                      Rng rng);

}  // namespace plumbline
