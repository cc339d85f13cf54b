// Axes → a line, or a diagonal.
#include "harness/refinement/refinement.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/text/numbers.hpp"

namespace plumbline {
namespace {

/// The budgets of the claim that are swept, with the orders that the claim declares; nothing when
/// one is not swept.
std::optional<std::vector<BudgetAxis>> claimed_axes(const ClaimScope& scope) {
  std::vector<BudgetAxis> axes;
  for (const BudgetSetting& claimed : scope.claim.budgets()) {
    const auto found =
        std::find_if(scope.budgets.begin(), scope.budgets.end(),
                     [&](const BudgetAxis& axis) { return axis.setting == claimed; });
    if (found == scope.budgets.end()) return std::nullopt;
    axes.push_back(*found);
    axes.back().setting.order = claimed.order;
  }
  return axes;
}

/// The values of an axis, or of what is zipped with it, by name.
const AxisValues& coordinate(const AxisInfo& axis, const std::string& name) {
  for (const Coordinate& zipped : axis.zipped)
    if (zipped.name == name) return zipped.values;
  return axis.values;
}

const CellRecord* cell_at(const ClaimScope& scope, const std::vector<std::int64_t>& at) {
  for (const CellRecord* cell : scope.cells)
    if (cell->at == at) return cell;
  return nullptr;
}

Real order_of(const BudgetSetting& budget) {
  return budget.order.value_or(1);
}

/// The largest (b/b_finest)^(p_b/p), or the budget itself where there is one axis.
Real budget_at(const std::vector<BudgetAxis>& axes, Real order, const CellRecord& cell,
               const CellRecord& corner) {
  if (axes.size() == 1) return axes.front().budgets[axes.front().rank(cell.at[axes.front().axis])];
  Real most = 0;
  for (const BudgetAxis& axis : axes) {
    const auto budget = [&](const CellRecord& c) {
      return axis.budgets[axis.rank(c.at[axis.axis])];
    };
    most = std::max(most, std::pow(budget(cell) / budget(corner), order_of(axis.setting) / order));
  }
  return most;
}

}  // namespace

std::string Refinement::place_of(Real budget) const {
  for (std::size_t i = 0; i < budgets.size(); ++i)
    if (budgets[i] == budget) return places[i];
  return "";
}

Refinement line_along(const SweepLayout& layout, const ClaimScope& scope, const BudgetAxis& axis,
                      const CellRecord& corner) {
  Refinement out;
  out.name = axis.setting.name;
  const std::vector<AxisInfo> axes = layout.axes(*scope.sampler);
  const AxisValues& values = coordinate(axes[axis.axis], out.name);
  for (const CellRecord* cell : scope.line(axis, corner)) {
    const Real budget = axis.budgets[axis.rank(cell->at[axis.axis])];
    if (!(budget > 0) || !std::isfinite(budget)) continue;
    out.cells.push_back(cell);
    out.budgets.push_back(budget);
    out.places.push_back(fmt::format("{} = {}", out.name, value_text(values, cell->at[axis.axis])));
  }
  return out;
}

std::optional<Refinement> refinement_of(const SweepLayout& layout, const ClaimScope& scope,
                                        const CellRecord& corner) {
  const auto axes = claimed_axes(scope);
  if (!axes || axes->empty()) return std::nullopt;
  Refinement out;
  std::vector<std::string> names;
  out.order = infinity;
  std::size_t most = 0;
  for (const BudgetAxis& axis : *axes) {
    names.push_back(axis.setting.name);
    out.order = std::min(out.order, order_of(axis.setting));
    out.ordered = out.ordered && axis.setting.order;
    const std::size_t places = axis.rank(corner.at[axis.axis]) + 1;
    most = names.size() == 1 ? places : std::min(most, places);
  }
  out.name = fmt::format("{}", fmt::join(names, ", "));
  for (std::size_t back = most; back-- > 0;) {
    std::vector<std::int64_t> at = corner.at;
    for (const BudgetAxis& axis : *axes)
      at[axis.axis] = axis.order[axis.rank(corner.at[axis.axis]) - back];
    const CellRecord* cell = cell_at(scope, at);
    if (!cell) continue;
    const Real budget = budget_at(*axes, out.order, *cell, corner);
    if (!(budget > 0) || !std::isfinite(budget) ||
        (!out.budgets.empty() && !(budget > out.budgets.back())))
      continue;
    out.cells.push_back(cell);
    out.budgets.push_back(budget);
    out.places.push_back(scope.budget_text(layout, *cell));
  }
  if (out.cells.size() < 2) return std::nullopt;
  return out;
}

std::vector<std::string> unjudged_limits(const Results& results) {
  std::vector<std::string> order, sentences;
  std::map<std::string, std::pair<std::string, Index>> found;  // claim → what is missing, places
  for (const ClaimScope& scope : claim_scopes(results)) {
    if (!scope.claim.is_limit()) continue;
    const auto refinement = refinement_of(results.layout, scope, *scope.corner());
    const std::size_t cells = refinement ? refinement->cells.size() : 0;
    if (cells >= fewest_for_consistent) continue;
    std::vector<std::string> quoted;
    for (const BudgetSetting& budget : scope.claim.budgets())
      quoted.push_back(fmt::format("\"{}\"", budget.name));
    const std::string key =
        fmt::format("{}, the limit of {}", scope.sampler->label, scope.claim.text());
    const std::string together =
        quoted.size() > 1
            ? fmt::format("; zip = [[{}]] refines them together", fmt::join(quoted, ", "))
            : "";
    const bool ordered = std::all_of(scope.claim.budgets().begin(), scope.claim.budgets().end(),
                                     [](const BudgetSetting& b) { return b.order.has_value(); });
    const std::string missing = fmt::format(
        "{} of {} that could find it consistent, {} that could contradict it{}",
        cells == 0 ? "none" : fmt::format("{}", cells),
        counted(static_cast<Index>(fewest_for_consistent), "cell"),
        ordered ? fmt::format("{}", fewest_for_contradicted) : "and no number", together);
    const auto [at, fresh] = found.try_emplace(key, missing, 0);
    if (fresh) order.push_back(key);
    ++at->second.second;
  }
  for (const std::string& key : order) {
    const auto& [missing, places] = found.at(key);
    sentences.push_back(fmt::format(
        "{}{}: {}", key, places > 1 ? fmt::format(" ({} claims)", places) : "", missing));
  }
  return sentences;
}

}  // namespace plumbline
