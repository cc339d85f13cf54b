// Cells → scopes of claims.
#include "harness/refinement/claim_scope.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include "core/errors.hpp"

namespace plumbline {
namespace {

/// The numbers along a coordinate; empty when they are none.
std::vector<Real> numbers(const AxisValues& values) {
  if (const auto* reals = std::get_if<std::vector<double>>(&values)) return *reals;
  if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&values))
    return {whole->begin(), whole->end()};
  return {};
}

/// Coarse to fine. A budget of 0 (no correction at all) sorts first where it grows; a curve that
/// has such a point gets no rate.
BudgetAxis make_budget(const BudgetSetting& setting, std::size_t axis,
                       const std::vector<Real>& values) {
  BudgetAxis budget{setting, axis, std::vector<Index>(values.size()), {}};
  std::iota(budget.order.begin(), budget.order.end(), Index{0});
  const auto fineness = [&](Index i) {
    const Real value = values[static_cast<std::size_t>(i)];
    return setting.way == Budget::shrinks ? 1 / value : value;
  };
  std::stable_sort(budget.order.begin(), budget.order.end(),
                   [&](Index a, Index b) { return fineness(a) < fineness(b); });
  for (const Index i : budget.order) budget.budgets.push_back(fineness(i));
  return budget;
}

Claim claim_of(const CellRecord& cell, const SamplerLayout& sampler) {
  const std::string& text = cell.claim.empty() ? sampler.claim : cell.claim;
  const std::optional<Claim> claim = parse_claim(text);
  if (!claim)
    throw IoError(fmt::format(
        "'{}' claims '{}': the file does not say which of its cells claims what; `plumbline merge` "
        "of its sweep writes it again",
        sampler.label, text));
  return *claim;
}

bool refines(const Claim& claim, const BudgetSetting& budget) {
  if (claim.is_exact()) return true;
  if (claim.is_nothing()) return budget.way == Budget::grows;
  const auto& limits = claim.budgets();
  return std::find(limits.begin(), limits.end(), budget) != limits.end();
}

/// "steps = 10" for the axis and what is zipped with it.
void add_texts(const AxisInfo& axis, Index at, std::vector<std::string>& parts) {
  parts.push_back(fmt::format("{} = {}", axis.name, value_text(axis.values, at)));
  for (const Coordinate& zipped : axis.zipped)
    parts.push_back(fmt::format("{} = {}", zipped.name, value_text(zipped.values, at)));
}

}  // namespace

std::size_t BudgetAxis::rank(Index index) const {
  return static_cast<std::size_t>(std::find(order.begin(), order.end(), index) - order.begin());
}

std::vector<BudgetAxis> budget_axes(const SweepLayout& layout, const SamplerLayout& sampler) {
  std::vector<BudgetAxis> budgets;
  const std::vector<AxisInfo> axes = layout.axes(sampler);
  for (std::size_t a = layout.problem_axes.size(); a < axes.size(); ++a) {
    std::vector<std::pair<std::string, const AxisValues*>> names = {
        {axes[a].name, &axes[a].values}};
    for (const Coordinate& zipped : axes[a].zipped) names.emplace_back(zipped.name, &zipped.values);
    for (const BudgetSetting& budget : sampler.budgets)
      for (const auto& [name, values] : names)
        if (name == budget.name && numbers(*values).size() > 1)
          budgets.push_back(make_budget(budget, a, numbers(*values)));
  }
  return budgets;
}

std::vector<ClaimScope> claim_scopes(const Results& results) {
  std::vector<ClaimScope> scopes;
  std::map<std::pair<std::string, std::string>, std::size_t> known;
  std::vector<const CellRecord*> cells;
  for (const CellRecord& cell : results.cells) cells.push_back(&cell);
  const auto place_in_file = [&](const CellRecord* cell) {
    return std::pair(results.layout.find_sampler(cell->label), cell->cell);
  };
  std::stable_sort(cells.begin(), cells.end(), [&](const CellRecord* a, const CellRecord* b) {
    return place_in_file(a) < place_in_file(b);
  });
  for (const CellRecord* cell : cells) {
    const SamplerLayout& sampler = *results.layout.find_sampler(cell->label);
    const Claim claim = claim_of(*cell, sampler);
    std::vector<BudgetAxis> budgets = budget_axes(results.layout, sampler);
    std::erase_if(budgets, [&](const BudgetAxis& b) { return !refines(claim, b.setting); });
    const std::vector<AxisInfo> axes = results.layout.axes(sampler);
    std::vector<std::string> parts;
    for (std::size_t a = 0; a < axes.size(); ++a)
      if (std::none_of(budgets.begin(), budgets.end(),
                       [&](const BudgetAxis& b) { return b.axis == a; }))
        add_texts(axes[a], cell->at[a], parts);
    const std::string place = fmt::format("{}", fmt::join(parts, ", "));
    const auto [found, fresh] =
        known.try_emplace({cell->label, claim.text() + "\n" + place}, scopes.size());
    if (fresh) scopes.push_back({&sampler, claim, place, std::move(budgets), {}});
    scopes[found->second].cells.push_back(cell);
  }
  return scopes;
}

const CellRecord* ClaimScope::corner() const {
  const auto fineness = [&](const CellRecord* cell) {
    std::vector<std::size_t> ranks;
    for (const BudgetAxis& budget : budgets) ranks.push_back(budget.rank(cell->at[budget.axis]));
    const std::size_t sum = std::accumulate(ranks.begin(), ranks.end(), std::size_t{0});
    return std::pair(sum, ranks);
  };
  return *std::max_element(
      cells.begin(), cells.end(),
      [&](const CellRecord* a, const CellRecord* b) { return fineness(a) < fineness(b); });
}

std::vector<const CellRecord*> ClaimScope::judged() const {
  if (claim.is_exact()) return cells;
  return {corner()};
}

std::vector<const CellRecord*> ClaimScope::line(const BudgetAxis& along,
                                                const CellRecord& at) const {
  std::vector<const CellRecord*> found;
  for (const Index index : along.order)
    for (const CellRecord* cell : cells) {
      auto moved = at.at;
      moved[along.axis] = index;
      if (cell->at == moved) found.push_back(cell);
    }
  return found;
}

std::vector<const CellRecord*> ClaimScope::cross(const CellRecord& at) const {
  std::vector<const CellRecord*> all = {&at};
  for (const BudgetAxis& budget : budgets)
    for (const CellRecord* cell : line(budget, at))
      if (std::find(all.begin(), all.end(), cell) == all.end()) all.push_back(cell);
  return all;
}

std::string ClaimScope::budget_text(const SweepLayout& layout, const CellRecord& cell) const {
  const std::vector<AxisInfo> axes = layout.axes(*sampler);
  std::vector<std::string> parts;
  std::vector<std::size_t> done;
  for (const BudgetAxis& budget : budgets) {
    if (std::find(done.begin(), done.end(), budget.axis) != done.end()) continue;
    done.push_back(budget.axis);
    add_texts(axes[budget.axis], cell.at[budget.axis], parts);
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace plumbline
