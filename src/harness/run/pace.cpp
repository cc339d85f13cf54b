// Measured over predicted.
#include "harness/run/pace.hpp"

#include "harness/sweep/cost.hpp"

namespace plumbline {

Real Pace::predicted(const Cell& cell) const {
  return predicted_seconds(plan_, cell, speed_) /
         static_cast<Real>(plan_.sweep.settings.replicates);
}

std::optional<Real> Pace::replicate(const Cell& cell) const {
  if (cell.hash == cell_) return of_cell_.value();
  const auto known = ratio_.find(cell.sampler);
  const Real seconds = predicted(cell) * (known == ratio_.end() ? 1 : known->second);
  return seconds > 0 ? std::optional(seconds) : std::nullopt;
}

std::optional<Real> Pace::exact_set() const {
  return of_point_.count > 0 ? std::optional(of_point_.value()) : std::nullopt;
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
