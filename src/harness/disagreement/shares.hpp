// Shares of draws: in a mode, far out, in a ball. Where they are furthest off, and by how much.
#pragma once

#include "harness/disagreement/moments.hpp"

namespace plumbline {

/// The mode whose share is off most; no promise where there is one mode, or few rows would be in
/// each.
Choice choose_mass(int modes, const BothRows& rows);
void measure_mass(Disagreement& what, const BothRows& rows);

/// Distances from the middle of a row's mode, in that mode's own deviations, and beyond which 90,
/// 50, 10 and 1 % of exact rows lie: learnt once, asked of any rows.
class Tails {
 public:
  Tails(const WeightedRows& exact, int modes, const HostMatrix& middles);

  Choice choose(const BothRows& rows) const;
  void measure(Disagreement& what, const BothRows& rows) const;

 private:
  Real distance(const WeightedRows& rows, Index n) const;
  HostVector beyond(const WeightedRows& rows, std::size_t level) const;  // of 0 and 1

  std::vector<Place> places_;              // [modes], of all rows where a mode has few
  std::vector<std::vector<Real>> beyond_;  // [modes][levels]
};

/// Balls in the widest principal axes of the modes, in deviations there.
class Balls {
 public:
  /// `place`: all modes.
  explicit Balls(const Place& place);

  int axes() const { return static_cast<int>(axes_.cols()); }
  /// Of balls around given and exact rows that hold 0.5 to 10 % of either, the one whose share is
  /// off most.   cost  256 centres, each with its 4000 distances sorted
  Choice choose(const BothRows& rows) const;
  void measure(Disagreement& what, const BothRows& rows) const;

 private:
  HostMatrix axes_;  // [q, ≤ 4]
};

}  // namespace plumbline
