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

/// Shortest augmenting paths (Jonker & Volgenant 1987): columns that are the cheapest of some free
/// row are taken first, every other row is added by one Dijkstra search over reduced costs. Ties go
/// to the lower index: no number depends on threads.
///   shapes  cost [m, m], finite
///   cost    at most m searches of m² steps
///   tested  unit/metrics/transport/assignment_test.cpp (all permutations, the dual), against SciPy
///   and POT
Assignment assign(const HostMatrix& cost);

}  // namespace plumbline
