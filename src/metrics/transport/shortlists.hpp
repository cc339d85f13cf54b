// The cheapest columns of every row of an assignment problem under potentials that only fall, known
// from short lists.
#pragma once

#include "metrics/transport/assignment_costs.hpp"

namespace plumbline {

inline constexpr Index nobody = -1;  ///< no row, no column

/// Lists of columns and, for each, a bound: what is not listed has a reduced cost cost(i, j) −
/// potential_j of at least that. As potentials fall, reduced costs rise, and bounds stay true: a
/// list says what is cheapest until its own entries have risen above the bound. Then the whole row
/// is looked at once more. Copies of a row have one list.
///   memory  24 columns and costs per row
class Shortlists {
 public:
  static constexpr int width = 24;

  explicit Shortlists(const AssignmentCosts& costs);

  const AssignmentCosts& costs() const { return costs_; }
  Real potential(Index j) const { return potential_[j]; }
  HostVector potentials() const { return potential_.head(costs_.size()); }
  /// Potentials never rise: `by` is 0 or less.
  void lower(Index j, Real by) { potential_[j] += by; }

  /// The cheapest column of a row, the next best reduced cost and its column; `nobody` where what
  /// is next is not listed, and the cost then a bound from below.
  struct Cheapest {
    Real reduced, next;
    Index column, next_column;
    Real cost;  ///< at(i, column)
  };
  Cheapest cheapest(Index i);

  /// visit(j, cost, reduced cost) of what is listed for row i.
  template <class Visit>
  void listed(Index i, const Visit& visit) const {
    const Index row = costs_.original(i), first = row * width;
    for (Index k = first; k < first + count_[row]; ++k)
      visit(column_[k], cost_[k], cost_[k] - potential_[column_[k]]);
  }
  Real bound(Index i) const { return bound_[costs_.original(i)]; }

  /// Looks at the whole row: its list is new. → reduced costs [m padded], until the next call
  const HostVector& look(Index i);

 private:
  void choose(Index row);

  const AssignmentCosts& costs_;
  HostVector potential_, reduced_, least_, sorted_;
  HostVector cost_, bound_, reach_;  ///< reach: how far above the cheapest a list goes
  std::vector<Index> column_, count_;
  std::vector<std::pair<Real, Index>> chosen_;
};

}  // namespace plumbline
