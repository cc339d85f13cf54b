// Two parameters in closed form, the third on a line.
#include "harness/statistics/power_law.hpp"

#include <algorithm>
#include <cmath>

namespace plumbline {
namespace {

constexpr Real grid_step = 0.05;

/// min Σ w (e − p − c x)² over p, c ≥ 0; p = 0 when there is to be none.
PowerLaw solve(const Squares& squares, const std::vector<Real>& x, std::size_t first,
               Plateau plateau) {
  Real s = 0, sx = 0, sxx = 0, se = 0, sxe = 0, see = 0;
  for (std::size_t i = first; i < x.size(); ++i) {
    const Real w = squares.weight[i], e = squares.error[i];
    s += w;
    sx += w * x[i];
    sxx += w * x[i] * x[i];
    se += w * e;
    sxe += w * x[i] * e;
    see += w * e * e;
  }
  const auto cost = [&](Real p, Real c) {
    return see - 2 * (p * se + c * sxe) + p * p * s + 2 * p * c * sx + c * c * sxx;
  };
  const Real only_c = std::max<Real>(0, sxe / sxx);
  if (plateau == Plateau::none) return {0, 0, only_c, cost(0, only_c)};
  const Real determinant = s * sxx - sx * sx;
  const Real p = (se * sxx - sxe * sx) / determinant, c = (s * sxe - sx * se) / determinant;
  if (determinant > 0 && p >= 0 && c >= 0) return {0, p, c, cost(p, c)};
  const Real only_p = std::max<Real>(0, se / s);
  if (cost(only_p, 0) <= cost(0, only_c)) return {0, only_p, 0, cost(only_p, 0)};
  return {0, 0, only_c, cost(0, only_c)};
}

/// The same with plateau² held at p.
Real cost_at_plateau(const Squares& squares, const std::vector<Real>& x, std::size_t first,
                     Real p) {
  Real sxx = 0, sxe = 0, cost = 0;
  for (std::size_t i = first; i < x.size(); ++i) {
    sxx += squares.weight[i] * x[i] * x[i];
    sxe += squares.weight[i] * x[i] * (squares.error[i] - p);
  }
  const Real c = std::max<Real>(0, sxe / sxx);
  for (std::size_t i = first; i < x.size(); ++i)
    cost += squares.weight[i] * std::pow(squares.error[i] - p - c * x[i], 2);
  return cost;
}

/// (largest/budget)^{2 rate}: 1 at the largest budget.
std::vector<Real> budget_powers(const std::vector<Real>& budgets, Real rate) {
  std::vector<Real> x;
  x.reserve(budgets.size());
  for (const Real budget : budgets) x.push_back(std::pow(budgets.back() / budget, 2 * rate));
  return x;
}

}  // namespace

RateGrid::RateGrid(const std::vector<Real>& list) : budgets(list) {
  for (Real rate = slowest_rate; rate < fastest_rate + 1e-9; rate += grid_step) {
    rates.push_back(rate);
    columns.push_back(budget_powers(budgets, rate));
  }
}

PowerLaw fit_power_law(const RateGrid& grid, const Squares& squares, std::size_t first,
                       Plateau plateau) {
  std::size_t best = 0;
  Real least = infinity;
  for (std::size_t i = 0; i < grid.rates.size(); ++i)
    if (const Real cost = solve(squares, grid.columns[i], first, plateau).cost; cost < least) {
      least = cost;
      best = i;
    }
  const auto at = [&](Real rate) {
    PowerLaw solution = solve(squares, budget_powers(grid.budgets, rate), first, plateau);
    solution.rate = rate;
    return solution;
  };
  const Real step = grid_step, golden = 0.6180339887498949;
  Real low = std::max(slowest_rate, grid.rates[best] - step), high = grid.rates[best] + step;
  for (int i = 0; i < 12; ++i) {
    const Real a = high - golden * (high - low), b = low + golden * (high - low);
    const bool left = at(a).cost < at(b).cost;
    (left ? high : low) = left ? b : a;
  }
  return at((low + high) / 2);
}

Real highest_plateau_squared(const RateGrid& grid, const Squares& squares, std::size_t first,
                             Real allowed) {
  const auto cost = [&](Real p) {
    Real least = infinity;
    for (const auto& column : grid.columns)
      least = std::min(least, cost_at_plateau(squares, column, first, p));
    return least;
  };
  Real low = 0, high = 0;
  for (std::size_t i = first; i < squares.error.size(); ++i)
    high = std::max(high, std::abs(squares.error[i]));
  if (!(high > 0)) return 0;
  while (cost(high) <= allowed) high *= 2;
  for (int i = 0; i < 40; ++i) {
    const Real middle = (low + high) / 2;
    (cost(middle) <= allowed ? low : high) = middle;
  }
  return low;
}

}  // namespace plumbline
