// Exact draws made wrong by a known amount: what a comparison would have to see.
// harness/verdict/README §10.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/rng.hpp"
#include "harness/sweep/tolerances.hpp"
#include "mixture/factored_mixture.hpp"
#include "problem/problem.hpp"

namespace plumbline {

/// Sizes of one aspect's error in its users' unit, ascending, and the size that is none.
struct ErrorSizes {
  Aspect aspect = Aspect::location;
  std::vector<Real> sizes;
  Real tolerance = 0;  ///< an error of at most this size is none (one of `sizes`)

  /// "a shift by more than 0.1 posterior standard deviations".
  std::string beyond(Real size) const;
  /// A metric that sees the aspect at few draws: what to add when it is open.
  const char* metric() const;
  /// False where a larger error may be harder to see: draws that ignore y altogether have uniform
  /// ranks again.
  bool grows() const { return aspect != Aspect::conditioning; }
};

ErrorSizes error_sizes_of(Aspect aspect, const Tolerances& tolerances);
/// The aspects that can be wrong in this problem: `dependence` needs two coordinates that vary,
/// `masses` two components that stand apart by 3 of their standard deviations, `conditioning` a y
/// that is drawn per replicate (`drawn`).
std::vector<ErrorSizes> error_sizes(const Problem& problem, const Tolerances& tolerances = {},
                                    bool drawn = false);

/// Makes exact draws wrong.
///
///   location    every draw moved by `size` standard deviations along a principal axis of the
///               posterior (one of the four largest, by turns)
///   spread      distances from the mean times √(1 − size), or divided by it: variance ratio 1 −
///   size
///               or 1/(1 − size), by turns
///   dependence  one coordinate gets correlation about `size` with another that it had not
///   (variances
///               kept): x_j ← √(1 − size²) x_j + size x_i, both centred and in their deviations
///   masses      `size` of the mass moved from one component to another, the two that stand
///   furthest
///               apart, to and fro by turns
///   tails       distances from the mean times √((ν − 2)/χ²_ν): Student's tails of index ν =
///   1/size, the
///               same variance (size < ½)
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
