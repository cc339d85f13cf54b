// Rows and columns of an assignment problem that are partners, on the way to all of them being so.
#pragma once

#include <vector>

#include "metrics/transport/shortlists.hpp"

namespace plumbline {

struct Matching {
  std::vector<Index> column_of_row, row_of_column;
  std::vector<Real> cost;  ///< of a row with its partner

  explicit Matching(Index m) : column_of_row(m, nobody), row_of_column(m, nobody), cost(m, 0) {}

  void pair(Index i, Index j, Real cost_ij) {
    column_of_row[i] = j;
    row_of_column[j] = i;
    cost[i] = cost_ij;
  }
  /// Takes column j's partner from it, and says who that was.
  Index release(Index j) {
    const Index i = row_of_column[j];
    if (i != nobody) column_of_row[i] = row_of_column[j] = nobody;
    return i;
  }
};

/// Potentials from an auction (Bertsekas 1988): rows bid for their cheapest column, which raises
/// its price to what makes the next best as cheap, and `step` more. With ever smaller steps, down
/// to a fraction of the distance to neighbours, they come near those of the optimum.
///   cost  some 50 bids per row, of which a third look at the whole row
void auction(Shortlists& lists);

/// Partners of reduced cost 0: the cheapest column of every row, where it is free; then rows
/// without one bid twice more with a step of 0 (Jonker & Volgenant 1987, augmenting row reduction).
Matching tight_pairs(Shortlists& lists);

/// Adds every row without a partner by the shortest alternating path to a free column (Dijkstra's
/// search over reduced costs), which keeps all partners at reduced cost 0: at the end the matching
/// is optimal. A search looks at the whole of a row when what its list does not hold could be
/// nearest.
void augment(Shortlists& lists, Matching& matching);

}  // namespace plumbline
