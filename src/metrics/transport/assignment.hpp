// The linear assignment problem: which partner for whom, at least total cost.
#pragma once

#include "core/linalg.hpp"

namespace plumbline {

/// The optimal permutation and its proof: row_potential_i + column_potential_j ≤ cost(i, j), with
/// equality for partners, so no other permutation costs less than Σ of all potentials.
struct Assignment {
  std::vector<Index> column_of_row;  ///< [m]
  Real cost = 0;                     ///< Σ_i cost(i, column_of_row[i])
  HostVector row_potential, column_potential;
};

/// Shortest augmenting paths (Jonker & Volgenant 1987) from the potentials of an auction (Bertsekas
/// 1988), over short lists of the cheapest columns of every row, which say themselves when they are
/// not enough: exact, up to the rounding of sums of costs. One thread, so that no number depends on
/// threads.
///   shapes  cost [m, m], finite
///   cost    about 20 looks at every row: m = 10⁴ draws in the plane take 2.5 s
///   tested  unit/metrics/transport/assignment_test.cpp (all permutations, the dual), against SciPy
///   and POT
Assignment assign(const HostMatrix& cost);

/// The same of cost(i, j) = |x_i − y_j|², which is never stored.   shapes  x, y [m, d]
Assignment assign_points(const HostMatrix& x, const HostMatrix& y);

/// What assign_points holds at once, in bytes.
Real assignment_bytes(Real m, Real d);

}  // namespace plumbline
