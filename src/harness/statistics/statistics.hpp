// Tests that verdicts rest on: ranks, permutations, Welch, uniformity, Holm.
// Pure functions of numbers; nothing here knows of samplers. Oracle of the tests: SciPy.
#pragma once

#include <cstdint>
#include <vector>

#include "core/types.hpp"

namespace plumbline {

/// Which side of the null distribution speaks against it.
enum class Tail { upper, lower, both };

/// Mean over the finite values and its standard error (NaN for fewer than two).
struct MeanAndError {
  Real mean = 0, error = 0;
  Index count = 0;

  /// Standard deviation of one value.
  Real deviation() const;
};
MeanAndError mean_and_error(const std::vector<double>& values);

/// Welch's test of equal means: its two-sided p-value; NaN when either side has fewer than two
/// values, 1 when both are constant and equal, 0 when constant and different.
Real welch_p_value(const std::vector<double>& a, const std::vector<double>& b);

/// Ranks from 1 of what is a number, equal ones sharing their mean; NaN stays NaN.
std::vector<double> mid_ranks(const std::vector<double>& values);

/// Wilcoxon–Mann–Whitney: p-value of "values and null are draws of one law" against values that are
/// larger (upper), smaller (lower) or either. NaN are left out, ±∞ are ranked; NaN when a side is
/// empty.
///
/// Ties get mid-ranks. While m N ≤ `exact_rank_work` (N values together, m in the smaller sample:
/// 40 against 80, one against thousands) the permutation distribution of the rank sum is
/// enumerated, ties included; beyond that the normal approximation with tie and continuity
/// correction. Its tails are the heavier ones; for m = 1, where the law is flat and not normal,
/// they would never see anything.   cost  O(m² N²) additions
Real rank_sum_p_value(const std::vector<double>& values, const std::vector<double>& null,
                      Tail tail);
inline constexpr Index exact_rank_work = 40 * 120;

/// The smallest p-value that `rank_sum_p_value` can give to m values against n: 1/C(m + n, m),
/// twice that for Tail::both.
Real smallest_rank_sum_p_value(Index m, Index n, Tail tail);

/// Wilcoxon's signed ranks: p-value of "the differences are symmetric about 0". Zeros are left out
/// with NaN, ties get mid-ranks; exact up to `exact_signed_ranks` differences, normal beyond.
Real signed_rank_p_value(const std::vector<double>& differences, Tail tail);
inline constexpr Index exact_signed_ranks = 100;

/// Two-sided permutation test of "the differences are symmetric about 0" by their mean: all 2^R
/// signs up to R = 16, else 9999 random ones (fixed seed), counted with the data: (1 + #)/(1 +
/// 9999).
Real sign_flip_p_value(const std::vector<double>& differences);

/// Kolmogorov–Smirnov distance of the finite values to U[0, 1]: sup_u |F(u) − u|.
Real uniform_distance(const std::vector<double>& values);
/// P(distance ≥ d) of n uniform draws, bounded by twice the exact one-sided probability (Birnbaum &
/// Tingey 1951): off by less than 1e-4 of itself below 0.1, too large above.   cost  O(n)
Real uniform_distance_p_value(Real d, Index n);
/// p-value of "the finite values are uniform on [0, 1]"; NaN without values.
Real uniform_p_value(const std::vector<double>& values);

/// Holm 1979: adjusted p-values. Rejecting those < α has family-wise error ≤ α under any
/// dependence. NaN entries are no tests, and stay NaN.
std::vector<Real> holm(const std::vector<Real>& p_values);

}  // namespace plumbline
