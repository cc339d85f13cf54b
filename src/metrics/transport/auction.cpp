// Bids for columns.
#include <algorithm>
#include <numeric>

#include "core/math.hpp"
#include "core/steps/stop.hpp"
#include "metrics/transport/matching.hpp"

namespace plumbline {
namespace {

/// The largest cost of 16 rows, and the mean least one of 64: the steps go from one to the other.
struct Scales {
  Real largest = 0, least = 0;

  explicit Scales(const AssignmentCosts& costs) {
    const Index m = costs.size();
    const HostVector zero = HostVector::Zero(costs.blocks() * AssignmentCosts::block);
    HostVector row(zero.size()), blocks(costs.blocks());
    Index rows = 0;
    for (Index i = 0; i < m; i += std::max<Index>(1, m / 64), ++rows) {
      costs.reduce(i, zero.data(), row.data(), blocks.data());
      largest = std::max(largest, row.head(m).cwiseAbs().maxCoeff());
      least += row.head(m).minCoeff();
    }
    least = std::abs(least) / static_cast<Real>(std::max<Index>(1, rows));
  }
};

/// Every row bids until all have a partner that is at most `step` dearer than their cheapest.
void bid_all(Shortlists& lists, Matching& matching, Real step) {
  std::vector<Index> open;
  for (Index i = lists.costs().size() - 1; i >= 0; --i) {
    const Index j = matching.column_of_row[i];
    if (j != nobody && matching.cost[i] - lists.potential(j) <= lists.cheapest(i).reduced + step)
      continue;
    if (j != nobody) matching.release(j);
    open.push_back(i);
  }
  for (Index bids = 0; !open.empty(); ++bids) {
    if (bids % 1024 == 0) stop_if_asked();
    const Index i = open.back();
    open.pop_back();
    const Shortlists::Cheapest best = lists.cheapest(i);
    lists.lower(best.column, best.reduced - best.next - step);
    if (const Index loser = matching.release(best.column); loser != nobody) open.push_back(loser);
    matching.pair(i, best.column, best.cost);
  }
}

}  // namespace

void auction(Shortlists& lists) {
  constexpr Real factor = 5;
  if (lists.costs().size() < 2) return;  // nobody to bid against
  const Scales scales(lists.costs());
  const Real last = std::max(Real(0.05) * scales.least, Real(1e-9) * scales.largest);
  if (!(last > 0)) return;  // all costs are 0
  Matching matching(lists.costs().size());
  for (Real step = scales.largest / 4;; step /= factor) {
    bid_all(lists, matching, step);
    if (step <= last) return;
  }
}

Matching tight_pairs(Shortlists& lists) {
  const Index m = lists.costs().size();
  Matching matching(m);
  std::vector<Index> open, later;
  for (Index i = 0; i < m; ++i) {
    const Shortlists::Cheapest best = lists.cheapest(i);
    if (matching.row_of_column[best.column] == nobody)
      matching.pair(i, best.column, best.cost);
    else
      open.push_back(i);
  }
  for (int sweep = 0; sweep < 2; ++sweep) {
    // With a step of 0 rows that compete for equals would bid for ever.
    std::size_t bids = 4 * open.size();
    std::reverse(open.begin(), open.end());
    while (!open.empty() && bids-- > 0) {
      const Index i = open.back();
      open.pop_back();
      Shortlists::Cheapest best = lists.cheapest(i);
      const bool cheaper = best.next > best.reduced && best.next < infinity;
      if (cheaper) {
        lists.lower(best.column, best.reduced - best.next);
      } else if (best.next_column != nobody && matching.row_of_column[best.column] != nobody) {
        best.column = best.next_column;
        best.cost = lists.costs().at(i, best.column);
      }
      const Index loser = matching.release(best.column);
      matching.pair(i, best.column, best.cost);
      if (loser != nobody) (cheaper ? open : later).push_back(loser);
    }
    later.insert(later.end(), open.begin(), open.end());
    open.swap(later);
    later.clear();
  }
  return matching;
}

}  // namespace plumbline
