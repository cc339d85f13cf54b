// Two samplers of one file, compared replicate by replicate: they share problem, noise and the
// metrics' own draws (common random numbers), so that differences are less noisy than either.
#pragma once

#include <string>
#include <vector>

#include "core/types.hpp"
#include "record/results.hpp"

namespace plumbline {

/// A metric of two cells with equal coordinates on the axes that both samplers have.
struct PairedComparison {
  std::string cell_a, cell_b;  ///< "smc (particles = 16)"
  std::string metric;
  Better better = Better::lower;
  Index pairs = 0;         ///< replicates that both measured
  Real difference = 0;     ///< mean of a − b
  Real low = 0, high = 0;  ///< its confidence interval 1 − level (Student; one comparison)
  Real p_value = 1;        ///< sign flips: "a − b is symmetric about 0"
  Real p_adjusted = 1;     ///< Holm over all comparisons of the call
  /// Correlation of a and b over replicates: what sharing random numbers is worth.
  Real correlation = 0;
};

/// Every metric of every pair of cells of samplers `a` and `b` that agree on the axes they share (a
/// name in both; axes of one alone give a comparison for each of their values). Exact at any number
/// of replicates: under the hypothesis the two are exchangeable within a replicate.
///   errors  SpecError when there is no such sampler, or a is b
std::vector<PairedComparison> compare_paired(const Results& results, const std::string& a,
                                             const std::string& b, Real level);

}  // namespace plumbline
