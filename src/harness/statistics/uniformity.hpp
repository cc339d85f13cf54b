// Are ranks uniform? Tests for simulation-based calibration beside Kolmogorov–Smirnov
// (statistics.hpp): bins, and the distribution function in all places at once.
#pragma once

#include <vector>

#include "core/types.hpp"

namespace plumbline {

/// Pearson's χ² of the finite values in `bins` ≥ 2 equal bins of [0, 1]. Asymptotic: at least five
/// values a bin. NaN without values.
Real chi_squared_p_value(const std::vector<double>& values, int bins);

/// P(low_j ≤ #{values ≤ levels_j} ≤ high_j for all j) of n uniform values. The counts are a Markov
/// chain in the level: exact.   cost  O(levels · width²), width of the widest interval
///   shapes  levels ascending in (0, 1), low, high [levels]
Real ecdf_inside_probability(Index n, const std::vector<Real>& levels,
                             const std::vector<Index>& low, const std::vector<Index>& high);

/// p-value of the most extreme count #{values ≤ j/(levels + 1)}, each judged by its two-sided
/// binomial probability: exact for uniform values, simultaneous over levels, and as sharp in the
/// tails as in the middle (Säilynoja et al. 2022). NaN without values.
Real ecdf_p_value(const std::vector<double>& values, int levels);

/// p-value of "the finite values are uniform on [0, 1]" by three tests with different eyes, three
/// times the smallest (Bonferroni: valid whatever hangs on whatever): Kolmogorov–Smirnov (a shift),
/// the distribution function at 31 levels (its tails), and, from 20 values a bin on, χ² of 11 bins
/// (anything local). NaN without values.
Real rank_p_value(const std::vector<double>& values);
inline constexpr int rank_tests = 3;

}  // namespace plumbline
