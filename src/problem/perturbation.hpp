// Exact draws made wrong by a known amount: what a verdict would have to see.
// harness/verdict/README §10.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "core/rng.hpp"
#include "mixture/factored_mixture.hpp"
#include "problem/aspect.hpp"
#include "problem/problem.hpp"

namespace plumbline {

/// Makes exact draws wrong.
///
///   location      every draw moved by `size` standard deviations along a principal axis (one of
///                 the four largest, by turns)
///   spread        distances from the mean times √(1 − size), or over it, by turns
///   tails         distances from the mean times √((ν − 2)/χ²_ν), ν = 1/size > 2: the same variance
///   dependence    x_j ← √(1 − size²) x_j + size x_i, both centred and in their deviations
///   masses        `size` of the mass moved to and fro between the two components that stand
///                 furthest apart
///   conditioning  each draw with probability `size` from the prior instead
class Perturbation {
 public:
  Perturbation(const Exec& exec, Problem problem);

  /// How many different errors there are of one size: directions, pairs, signs, taken by turns.
  Index turns(Aspect aspect) const;
  /// n draws [n, d] that are wrong in one aspect; set `turn` of many, with random numbers of its
  /// own.
  HostMatrix draws(Aspect aspect, Real size, Index n, Index turn, Rng rng) const;

 private:
  HostMatrix moved_mass(Real size, Index n, Index turn, Rng rng) const;
  void ignore_y(Real size, Rng rng, HostMatrix& x) const;
  std::vector<Index> varying() const;
  const MixtureTables& wrong_masses(Real size, bool back) const;

  Exec exec_;
  Problem problem_;
  HostVector mean_, deviation_;  // of the posterior, by coordinate
  HostMatrix axes_;              // columns: principal axes times their standard deviations
  std::optional<std::pair<int, int>> apart_;                       // components
  mutable std::map<std::pair<Real, bool>, MixtureTables> masses_;  // by size and direction
  mutable std::optional<MixtureTables> prior_;                     // of a draw's coordinates
};

/// The two components that stand furthest apart, in units of their standard deviations between
/// them; none when no two are 3 apart, or the target is no mixture.
std::optional<std::pair<int, int>> separate_components(const Problem& problem);

}  // namespace plumbline
