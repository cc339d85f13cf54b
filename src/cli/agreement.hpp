// When do two cells agree? Same cell (equal hash): the same numbers, to rounding. Another seed or
// another number of replicates: the same means, to their statistical errors.
#pragma once

#include "core/kokkos.hpp"
#include "harness/statistics/statistics.hpp"
#include "record/cell.hpp"

namespace plumbline::cli {

/// Largest |a − b| / max(|a|, |b|) over the entries; 0 for equal (two NaN are equal), ∞ when one is
/// not finite, or sizes differ.
Real largest_difference(const std::vector<double>& a, const std::vector<double>& b);

/// All statuses, metrics and extras equal to the bit, wall time apart.
bool same_numbers(const CellRecord& a, const CellRecord& b);

}  // namespace plumbline::cli
