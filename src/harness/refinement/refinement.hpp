// The cells along which every budget of a claim is refined at once: what a limit is judged by.
// harness/verdict/README §15.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/refinement/claim_scope.hpp"

namespace plumbline {

/// Along one axis (budgets walked together by `zip` are one), or the diagonal of the product of
/// several: the i-th cell from the end is i places from the finest on every axis.
struct Refinement {
  std::string name;                      ///< "steps", "steps, particles"
  std::vector<const CellRecord*> cells;  ///< coarse to fine, the corner last
  std::vector<std::string> places;       ///< "steps = 32", "steps = 32, particles = 8"
  /// Along one axis the budget itself. Of several the largest of (b/b_finest)^(p_b/p), p_b their
  /// orders and p the smallest of these: what was refined least. The error, a sum over budgets,
  /// falls at least as fast as this^−p.
  std::vector<Real> budgets;
  Real order = 1;  ///< p; budgets without an order count as of the first
  /// Every budget has one. Where a mode may be as hard to find as it likes, what does not move
  /// proves nothing: such a limit is never contradicted, and right where its finest cell is.
  bool ordered = true;

  /// What a budget of this list is called.
  std::string place_of(Real budget) const;
};

/// The cells along one axis through `corner`, as a path of that budget alone. Budgets that are not
/// positive are left out.
Refinement line_along(const SweepLayout& layout, const ClaimScope& scope, const BudgetAxis& axis,
                      const CellRecord& corner);

/// Nothing when some budget of the claim is not swept, or fewer than two cells refine all of them.
std::optional<Refinement> refinement_of(const SweepLayout& layout, const ClaimScope& scope,
                                        const CellRecord& corner);

/// Fewest cells of a refinement by which a limit is found consistent, and contradicted.
inline constexpr std::size_t fewest_for_consistent = 4, fewest_for_contradicted = 5;

/// A sentence for every sampler and claim whose limit this sweep cannot judge, so that only a
/// finest cell at the floor settles it. Of a file that has not run: cells with `label`, `cell`,
/// `at` and `claim` are enough.
std::vector<std::string> unjudged_limits(const Results& results);

}  // namespace plumbline
