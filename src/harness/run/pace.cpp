// Measured over predicted.
#include "harness/run/pace.hpp"

namespace plumbline {

Real seconds_left(const Costs& costs, const Ledger& ledger, Index problem, std::ptrdiff_t cell) {
  if (cell < 0) {
    const NullRecord* begun = ledger.null_begun(static_cast<std::size_t>(problem));
    const std::size_t sets =
        begun && !begun->metrics.empty() ? begun->metrics.front().value.size() : 0;
    return costs.exact_draws(problem) - static_cast<Real>(sets) * costs.exact_set(problem);
  }
  const auto i = static_cast<std::size_t>(cell);
  const CellRecord* begun = ledger.cell_begun(i);
  return costs.cell(i) - static_cast<Real>(begun ? begun->status.size() : 0) * costs.replicate(i);
}

Real seconds_left(const Plan& plan, const Costs& costs, const Ledger& ledger) {
  std::vector<bool> begun(plan.problems.size(), false);
  Real seconds = 0;
  const auto need = [&](Index problem, Real more) {
    if (!begun[static_cast<std::size_t>(problem)]) seconds += costs.problems(problem);
    begun[static_cast<std::size_t>(problem)] = true;
    seconds += more;
  };
  for (std::size_t i = 0; i < plan.cells.size(); ++i)
    if (!ledger.cell(i))
      need(plan.cells[i].problem,
           seconds_left(costs, ledger, plan.cells[i].problem, static_cast<std::ptrdiff_t>(i)));
  for (std::size_t p = 0; p < plan.null_hashes.size(); ++p)
    if (const auto point = static_cast<Index>(p); !ledger.null(p))
      need(point, seconds_left(costs, ledger, point, -1));
  return seconds;
}

Real Pace::predicted(const Cell& cell) const {
  return costs_ ? costs_->replicate(static_cast<std::size_t>(&cell - plan_.cells.data())) : 0;
}

std::optional<Real> Pace::replicate(const Cell& cell) const {
  if (cell.hash == cell_) return of_cell_.value();
  const auto known = ratio_.find(cell.sampler);
  const Real seconds = predicted(cell) * (known == ratio_.end() ? 1 : known->second);
  return seconds > 0 ? std::optional(seconds) : std::nullopt;
}

std::optional<Real> Pace::exact_set(Index problem) const {
  if (problem == problem_) return of_point_.value();
  return costs_ ? std::optional(costs_->exact_set(problem)) : std::nullopt;
}

void Pace::took(const Cell& cell, Real seconds) {
  if (cell.hash != cell_) of_cell_ = {};
  cell_ = cell.hash;
  of_cell_.add(seconds);
  if (const Real expected = predicted(cell); expected > 0)
    ratio_[cell.sampler] = of_cell_.value() / expected;
}

void Pace::took_set(Index problem, Real seconds) {
  if (problem != problem_) of_point_ = {};
  problem_ = problem;
  of_point_.add(seconds);
}

}  // namespace plumbline
