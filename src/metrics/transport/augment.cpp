// Shortest alternating paths over short lists.
#include <algorithm>

#include "core/math.hpp"
#include "core/steps/stop.hpp"
#include "metrics/transport/matching.hpp"

namespace plumbline {
namespace {

/// One search from a free row to the nearest free column, and what it knows of every column. In the
/// queue are columns that were reached, and rows at the distance where what their list leaves out
/// could begin.
class Search {
 public:
  Search(Shortlists& lists, Matching& matching)
      : lists_(lists),
        matching_(matching),
        m_(lists.costs().size()),
        distance_(m_),
        base_(m_),
        own_(m_),
        before_(m_),
        done_(m_),
        seen_(m_) {
    for (Index j = 0; j < m_; ++j)
      if (matching.row_of_column[j] == nobody) free_.push_back(j);
  }

  void add(Index row) {
    start(row);
    const Index column = nearest_free();
    // Potentials of the final columns fall by how much nearer they were.
    for (const Index j : order_) lists_.lower(j, distance_[j] - distance_[column]);
    free_.erase(std::find(free_.begin(), free_.end(), column));
    for (Index j = column; j != nobody;) {
      const Index i = before_[j], next = i == row ? nobody : matching_.column_of_row[i];
      matching_.pair(i, j, lists_.costs().at(i, j));
      j = next;
    }
  }

 private:
  using Entry = std::pair<Real, Index>;  ///< distance, and column or m + row

  void push(Real distance, Index what) {
    queue_.emplace_back(distance, what);
    std::push_heap(queue_.begin(), queue_.end(), std::greater<>());
  }

  void start(Index row) {
    distance_.setConstant(infinity);
    std::fill(done_.begin(), done_.end(), 0);
    std::fill(seen_.begin(), seen_.end(), 0);
    queue_.clear();
    order_.clear();
    nearest_ = infinity;
    const Real own = lists_.cheapest(row).reduced;
    for (const Index j : free_)
      reach(row, j, lists_.costs().at(row, j) - lists_.potential(j) - own);
    expand(row, 0, own);
  }

  /// Column j is at most so far, by way of row i.
  void reach(Index i, Index j, Real distance) {
    if (!(distance < nearest_) || !(distance < distance_[j]) || done_[j]) return;
    distance_[j] = distance;
    before_[j] = i;
    if (matching_.row_of_column[j] == nobody) nearest_ = distance;
    push(distance, j);
  }

  /// Row i, whose own column is `base` away; reduced costs are relative to that column's. A copy of
  /// a row that was nearer leads nowhere sooner.
  void expand(Index i, Real base, Real own) {
    const Index original = lists_.costs().original(i);
    if (seen_[original]) return;
    seen_[original] = 1;
    base_[i] = base;
    own_[i] = own;
    lists_.listed(i, [&](Index j, Real, Real reduced) { reach(i, j, base + (reduced - own)); });
    const Real beyond = base + (lists_.bound(i) - own);
    if (beyond < nearest_) push(beyond, m_ + i);
  }

  /// The whole of row i, free columns first: they bound what is worth a look.
  void widen(Index i) {
    const HostVector& reduced = lists_.look(i);
    const Real base = base_[i], own = own_[i];
    for (const Index j : free_) reach(i, j, base + (reduced[j] - own));
    for (Index j = 0; j < m_; ++j)
      if (base + (reduced[j] - own) < std::min(nearest_, distance_[j]))
        reach(i, j, base + (reduced[j] - own));
  }

  Index nearest_free() {
    while (true) {
      std::pop_heap(queue_.begin(), queue_.end(), std::greater<>());
      const auto [distance, what] = queue_.back();
      queue_.pop_back();
      if (what >= m_) {
        widen(what - m_);
        continue;
      }
      if (done_[what] || distance > distance_[what]) continue;
      const Index i = matching_.row_of_column[what];
      if (i == nobody) return what;
      done_[what] = 1;
      order_.push_back(what);
      expand(i, distance, matching_.cost[i] - lists_.potential(what));
    }
  }

  Shortlists& lists_;
  Matching& matching_;
  Index m_;
  HostVector distance_;        ///< of the shortest alternating path to a column found so far
  HostVector base_, own_;      ///< of rows that were expanded
  std::vector<Index> before_;  ///< the row a path comes from
  std::vector<char> done_;     ///< a column's distance is final
  std::vector<char> seen_;     ///< a row, or one it is a copy of, was expanded
  std::vector<Index> order_;   ///< final columns as they came
  std::vector<Index> free_;
  std::vector<Entry> queue_;
  Real nearest_ = infinity;  ///< the nearest free column so far
};

}  // namespace

void augment(Shortlists& lists, Matching& matching) {
  Search search(lists, matching);
  for (Index row = 0; row < lists.costs().size(); ++row) {
    if (matching.column_of_row[row] != nobody) continue;
    stop_if_asked();
    search.add(row);
  }
}

}  // namespace plumbline
