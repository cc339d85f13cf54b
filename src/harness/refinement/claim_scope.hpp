// Which cells a claim speaks of: along which axes it is a limit, and which cell stands for it.
#pragma once

#include <string>
#include <vector>

#include "core/types.hpp"
#include "record/claim.hpp"
#include "record/results.hpp"

namespace plumbline {

/// One of a sampler's axes as a budget: its values, from coarse to fine.
struct BudgetAxis {
  BudgetSetting setting;      ///< "steps"
  std::size_t axis = 0;       ///< in SweepLayout::axes of the sampler
  std::vector<Index> order;   ///< indices along the axis, coarse to fine
  std::vector<Real> budgets;  ///< in that order: the value, or 1/value where small is fine

  /// Place of an index in `order`.
  std::size_t rank(Index index) const;
};

/// Every budget of a sampler among its axes, with at least two numeric values.
std::vector<BudgetAxis> budget_axes(const SweepLayout& layout, const SamplerLayout& sampler);

/// The cells of one sampler that share a claim and the place on every axis that is no budget of it.
struct ClaimScope {
  const SamplerLayout* sampler = nullptr;
  Claim claim;
  std::string place;                ///< "context = fixed, kernel = em"; "" without other axes
  std::vector<BudgetAxis> budgets;  ///< the axes along which the claim's cells are refined
  std::vector<const CellRecord*> cells;

  /// The finest cell on every budget axis, among those that have run.
  const CellRecord* corner() const;
  /// The cells that are judged as members of one family: the corner; of `exact` all.
  std::vector<const CellRecord*> judged() const;
  /// The cells along one budget axis through `at`, coarse to fine.
  std::vector<const CellRecord*> line(const BudgetAxis& along, const CellRecord& at) const;
  /// The cells on all of those lines, each once.
  std::vector<const CellRecord*> cross(const CellRecord& at) const;
  /// "steps = 640, particles = 16": where a cell lies on the budget axes.
  std::string budget_text(const SweepLayout& layout, const CellRecord& cell) const;
};

/// The scopes of all finished cells, in the order of the file. For a limit, refined are the axes of
/// the limit; for `nothing` the budgets that grow, and with them the cost; for `exact` all budgets
/// (every cell of such a scope is judged, not only the corner).
///   errors  IoError when the file does not say what some cell claims
std::vector<ClaimScope> claim_scopes(const Results& results);

}  // namespace plumbline
