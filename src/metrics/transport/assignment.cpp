// An auction for good potentials, then shortest augmenting paths for what it leaves.
#include "metrics/transport/assignment.hpp"

#include "core/reduce.hpp"
#include "metrics/transport/matching.hpp"

namespace plumbline {
namespace {

Assignment solved(const AssignmentCosts& costs) {
  if (costs.size() == 0) return {};
  Shortlists lists(costs);
  auction(lists);
  Matching matching = tight_pairs(lists);
  augment(lists, matching);
  Assignment best{matching.column_of_row, pairwise_sum(matching.cost), HostVector(costs.size()),
                  lists.potentials()};
  for (Index i = 0; i < costs.size(); ++i)
    best.row_potential[i] = matching.cost[i] - best.column_potential[best.column_of_row[i]];
  return best;
}

}  // namespace

Assignment assign(const HostMatrix& cost) {
  return solved(MatrixCosts(cost));
}

Assignment assign_points(const HostMatrix& x, const HostMatrix& y) {
  return solved(SquaredDistances(x, y));
}

Real assignment_bytes(Real m, Real d) {
  // lists, then what the search and the matching know of every row and column, and the points
  const Real costs = SquaredDistances::stored(m, d) ? m : 0;
  return 8 * m * (2 * Shortlists::width + 32 + 2 * d + costs);
}

}  // namespace plumbline
