// Jonker–Volgenant without its tricks for sparse costs: column reduction, then augmentation.
#include "metrics/transport/assignment.hpp"

#include <algorithm>

#include "core/math.hpp"
#include "core/reduce.hpp"
#include "core/steps/stop.hpp"

namespace plumbline {
namespace {

constexpr Index nobody = -1;

struct Matching {
  std::vector<Index> column_of_row, row_of_column;
  HostVector column_potential;
};

/// column_potential_j = min_i cost(i, j); the row of that minimum takes j if it is still free.
Matching reduce_columns(const HostMatrix& cost) {
  const Index m = cost.rows();
  Matching matching{std::vector<Index>(m, nobody), std::vector<Index>(m, nobody), HostVector(m)};
  for (Index j = 0; j < m; ++j) {
    Index cheapest = 0;
    for (Index i = 1; i < m; ++i)
      if (cost(i, j) < cost(cheapest, j)) cheapest = i;
    matching.column_potential[j] = cost(cheapest, j);
    if (matching.column_of_row[cheapest] != nobody) continue;
    matching.column_of_row[cheapest] = j;
    matching.row_of_column[j] = cheapest;
  }
  return matching;
}

/// A search from one free row to the nearest free column, and what it knows of every column.
struct Search {
  HostVector distance;        ///< of the shortest alternating path found so far
  std::vector<Index> before;  ///< the row that path comes from
  std::vector<char> done;     ///< its distance is final
  std::vector<Index> order;   ///< final columns as they came

  explicit Search(Index m) : distance(m), before(m), done(m) {}
};

/// Shortest paths until a free column is final; returns it. Reduced costs of a row are relative to
/// its partner's, which is 0.
Index nearest_free_column(const HostMatrix& cost, const Matching& matching, Index row,
                          Search& search) {
  const Index m = cost.rows();
  search.distance.setConstant(infinity);
  std::fill(search.done.begin(), search.done.end(), 0);
  search.order.clear();
  Real base = 0;  // distance of the column whose partner is `row`
  Index partner = nobody;
  while (true) {
    const Real own =
        partner == nobody ? 0 : cost(row, partner) - matching.column_potential[partner];
    Index nearest = nobody;
    for (Index j = 0; j < m; ++j) {
      if (search.done[j]) continue;
      const Real through = base + (cost(row, j) - matching.column_potential[j] - own);
      if (through < search.distance[j]) {
        search.distance[j] = through;
        search.before[j] = row;
      }
      if (nearest == nobody || search.distance[j] < search.distance[nearest]) nearest = j;
    }
    if (matching.row_of_column[nearest] == nobody) return nearest;
    search.done[nearest] = 1;
    search.order.push_back(nearest);
    base = search.distance[nearest];
    partner = nearest;
    row = matching.row_of_column[nearest];
  }
}

/// Potentials of the final columns fall by how much nearer they were; then partners change along
/// the path.
void augment(const Search& search, Index column, Matching& matching) {
  for (const Index j : search.order)
    matching.column_potential[j] += search.distance[j] - search.distance[column];
  for (Index j = column; j != nobody;) {
    const Index i = search.before[j];
    matching.row_of_column[j] = i;
    std::swap(j, matching.column_of_row[i]);  // nobody at the row the search started from
  }
}

}  // namespace

Assignment assign(const HostMatrix& cost) {
  const Index m = cost.rows();
  Matching matching = reduce_columns(cost);
  Search search(m);
  for (Index row = 0; row < m; ++row) {
    if (matching.column_of_row[row] != nobody) continue;
    stop_if_asked();
    augment(search, nearest_free_column(cost, matching, row, search), matching);
  }
  Assignment best{matching.column_of_row, 0, HostVector(m), matching.column_potential};
  std::vector<Real> costs;
  for (Index i = 0; i < m; ++i) {
    const Index j = best.column_of_row[i];
    costs.push_back(cost(i, j));
    best.row_potential[i] = cost(i, j) - best.column_potential[j];
  }
  best.cost = pairwise_sum(costs);
  return best;
}

}  // namespace plumbline
