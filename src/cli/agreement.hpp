// When do two cells agree? Same cell (equal hash): the same numbers, to rounding. Another seed or
// another number of replicates: the same means, to their statistical errors.
#pragma once

#include "core/kokkos.hpp"
#include "io/record.hpp"

namespace plumbline::cli {

/// Mean over the finite values and its standard error (NaN for fewer than two).
struct MeanAndError {
  Real mean = 0, error = 0;
  Index count = 0;
};
MeanAndError mean_and_error(const std::vector<double>& values);

/// Probability that |T| exceeds |t| for Student's t with `dof` > 0 degrees of freedom.
Real student_two_sided(Real t, Real dof);

/// Welch's test of equal means: its two-sided p-value; NaN when either side has fewer than two
/// values, 1 when both are constant and equal, 0 when constant and different.
Real welch_p_value(const std::vector<double>& a, const std::vector<double>& b);

/// Largest |a − b| / max(|a|, |b|) over the entries; 0 for equal (two NaN are equal), ∞ when one is
/// not finite, or sizes differ.
Real largest_difference(const std::vector<double>& a, const std::vector<double>& b);

/// All statuses, metrics and extras equal to the bit, wall time apart.
bool same_numbers(const CellRecord& a, const CellRecord& b);

}  // namespace plumbline::cli
