// Draws as a list: rows that repeat, or nearly do, or keep too even a distance.
// harness/verdict/README §5.
#pragma once

#include "core/linalg.hpp"

namespace plumbline {

struct Coincidences {
  Index repeated = 0;  ///< rows that equal an earlier one, bit for bit
  Real nearness = 0;  ///< mean of log distance to the nearest other row; −745 for one that is equal
};

/// Of rows [n, d], n ≥ 2. Distances are Euclidean in units of `scale` [d] (a coordinate's standard
/// deviation; 0: left out), from at most `coincidence_queries` rows spread over the list to all
/// others: among independent draws a copy with a little noise added lies far nearer than any.
///   cost  sorted by the coordinate that spreads most: near n^(1/2) rows each where d is 1 or 2,
///   all n
///         in many dimensions
Coincidences coincidences(const HostMatrix& rows, const HostVector& scale);
inline constexpr Index coincidence_queries = 1024;

}  // namespace plumbline
