// Least squares on squared errors, and its bootstrap.
#include "harness/rate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/errors.hpp"
#include "core/rng.hpp"
#include "harness/statistics.hpp"

namespace plumbline {
namespace {

constexpr Real nan = std::numeric_limits<Real>::quiet_NaN();
constexpr Real infinity = std::numeric_limits<Real>::infinity();
constexpr Real slowest = 0.05, fastest = 4;
constexpr int resamples = 400;
constexpr Real confidence = 0.95;

/// error² at every budget, and the weights of their squares.
struct Squares {
  std::vector<Real> error, weight;
};

struct Solution {
  Real rate = 0, plateau_squared = 0, coefficient_squared = 0, cost = 0;
};

/// min Σ w (e − p − c x)² over p, c ≥ 0.
Solution solve(const Squares& squares, const std::vector<Real>& x, std::size_t first) {
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
  const Real determinant = s * sxx - sx * sx;
  const Real p = (se * sxx - sxe * sx) / determinant, c = (s * sxe - sx * se) / determinant;
  if (determinant > 0 && p >= 0 && c >= 0) return {0, p, c, cost(p, c)};
  const Real only_p = std::max<Real>(0, se / s), only_c = std::max<Real>(0, sxe / sxx);
  if (cost(only_p, 0) <= cost(0, only_c)) return {0, only_p, 0, cost(only_p, 0)};
  return {0, 0, only_c, cost(0, only_c)};
}

/// (largest/budget)^{2 rate}: 1 at the largest budget.
std::vector<Real> powers(const std::vector<Real>& budgets, Real rate) {
  std::vector<Real> x;
  for (const Real budget : budgets) x.push_back(std::pow(budgets.back() / budget, 2 * rate));
  return x;
}

/// The columns of every rate on a grid, computed once for all resamples.
struct Grid {
  explicit Grid(const std::vector<Real>& budgets) : budgets(budgets) {
    for (Real rate = slowest; rate < fastest + 1e-9; rate += 0.05) {
      rates.push_back(rate);
      columns.push_back(powers(budgets, rate));
    }
  }
  const std::vector<Real>& budgets;
  std::vector<Real> rates;
  std::vector<std::vector<Real>> columns;
};

/// Best on the grid, then golden section between its neighbours.
Solution search(const Grid& grid, const Squares& squares, std::size_t first) {
  std::size_t best = 0;
  Real least = infinity;
  for (std::size_t i = 0; i < grid.rates.size(); ++i)
    if (const Real cost = solve(squares, grid.columns[i], first).cost; cost < least) {
      least = cost;
      best = i;
    }
  const auto at = [&](Real rate) {
    Solution solution = solve(squares, powers(grid.budgets, rate), first);
    solution.rate = rate;
    return solution;
  };
  const Real step = 0.05, golden = 0.6180339887498949;
  Real low = std::max(slowest, grid.rates[best] - step), high = grid.rates[best] + step;
  for (int i = 0; i < 12; ++i) {
    const Real a = high - golden * (high - low), b = low + golden * (high - low);
    const bool left = at(a).cost < at(b).cost;
    (left ? high : low) = left ? b : a;
  }
  return at((low + high) / 2);
}

/// The mean of one budget's replicates, and what its squares are worth.
struct Level {
  std::vector<double> values;
  Real mean = 0, of_mean = 0;  ///< of_mean: variance of the mean
  Real stretch = 1;

  explicit Level(std::vector<double> list) : values(std::move(list)) {
    if (values.empty()) return;
    const MeanAndError m = mean_and_error(values);
    mean = m.mean;
    of_mean = m.count > 1 ? m.error * m.error : 0;
    if (m.count < 2) return;
    const auto n = static_cast<Real>(m.count);
    const Real half = (1 + confidence) / 2;
    stretch = std::sqrt(n / (n - 1)) * student_quantile(half, n - 1) / normal_quantile(half);
  }
  Real squared() const { return mean * mean - of_mean; }
  /// The square of a resampled mean. Resampling adds the variance of a mean once more.
  Real resampled(const std::vector<std::size_t>& chosen) const {
    Real sum = 0;
    Index count = 0;
    for (const std::size_t r : chosen)
      if (r < values.size() && std::isfinite(values[r])) {
        sum += values[r] - mean;
        ++count;
      }
    const auto n = static_cast<Real>(std::max<Index>(1, count));
    const Real moved = mean + stretch * sum / n;
    return moved * moved - of_mean * (1 + stretch * stretch * (n - 1) / n);
  }
};

std::vector<std::size_t> resample(const Rng& rng, std::uint64_t draw, std::size_t count) {
  std::vector<std::size_t> chosen(count);
  for (std::size_t r = 0; r < count; ++r)
    chosen[r] = std::min(
        count - 1, static_cast<std::size_t>(rng.uniform(draw, 0, static_cast<std::uint32_t>(r)) *
                                            static_cast<Real>(count)));
  return chosen;
}

Interval percentiles(std::vector<Real> draws) {
  std::sort(draws.begin(), draws.end());
  const auto n = static_cast<Real>(draws.size() - 1);
  const auto at = [&](Real q) { return draws[static_cast<std::size_t>(std::lround(q * n))]; };
  return {at((1 - confidence) / 2), at((1 + confidence) / 2)};
}

/// Does the curve fit? F test of the residuals against the spread of replicates.
bool fits(const Squares& squares, const Solution& solution, std::size_t first, Real replicates) {
  const Real parameters = solution.coefficient_squared > 0 ? 3 : 1;
  const Real dof = static_cast<Real>(squares.error.size() - first) - parameters;
  if (dof <= 0) return true;
  return f_upper(solution.cost / dof, dof, replicates - 1) > 0.01;
}

struct Levels {
  std::vector<Level> budgets;
  Level null;

  Squares squares() const {
    Squares out;
    Real largest = 0;
    for (const Level& level : budgets) largest = std::max(largest, level.mean * level.mean);
    for (const Level& level : budgets) {
      out.error.push_back(level.squared() - null.squared());
      const Real variance =
          4 * level.mean * level.mean * level.of_mean + 2 * level.of_mean * level.of_mean;
      out.weight.push_back(1 / std::max(variance, 1e-24 * largest * largest + 1e-300));
    }
    return out;
  }
  std::vector<Real> resampled(const std::vector<std::size_t>& runs,
                              const std::vector<std::size_t>& nulls) const {
    const Real floor = null.values.empty() ? 0 : null.resampled(nulls);
    std::vector<Real> errors;
    for (const Level& level : budgets) errors.push_back(level.resampled(runs) - floor);
    return errors;
  }
};

void bootstrap(const BudgetCurve& curve, const Levels& levels, const Grid& grid, Squares squares,
               RateFit& fit) {
  const Rng rng = Rng::from_seed(0).stream("rate");
  const std::size_t replicates = curve.values.front().size();
  std::vector<Real> plateaus, rates;
  for (std::uint64_t draw = 0; draw < resamples; ++draw) {
    const auto runs = resample(rng.stream("replicates"), draw, replicates);
    const auto nulls =
        curve.paired ? runs : resample(rng.stream("null sets"), draw, curve.null.size());
    squares.error = levels.resampled(runs, nulls);
    const Solution solution = search(grid, squares, fit.first);
    fit.plateau_squared_draws.push_back(solution.plateau_squared);
    fit.last_squared_draws.push_back(squares.error.back());
    plateaus.push_back(std::sqrt(solution.plateau_squared));
    if (solution.coefficient_squared > 0) rates.push_back(solution.rate);
  }
  fit.plateau_interval = percentiles(std::move(plateaus));
  fit.falls = fit.coefficient > 0 && rates.size() >= (1 + confidence) / 2 * resamples;
  if (fit.falls) fit.rate_interval = percentiles(std::move(rates));
}

/// Two digits of the error, no more than the value has.
std::string rounded(Real value, Real error) {
  if (!(error > 0) || !std::isfinite(error)) return fmt::format("{:.3g}", value);
  const int digits = std::clamp(1 - static_cast<int>(std::floor(std::log10(error))), 0, 12);
  return fmt::format("{:.{}f}", value, digits);
}

}  // namespace

Real RateFit::budget_for(Real error) const {
  if (!falls || !(error > 0)) return infinity;
  return std::pow(coefficient / error, 1 / rate);
}

RateFit fit_rate(const BudgetCurve& curve) {
  RateFit fit;
  PLUMBLINE_REQUIRE(curve.values.size() == curve.budgets.size() &&
                        std::is_sorted(curve.budgets.begin(), curve.budgets.end()),
                    "{} budgets, {} sets of values", curve.budgets.size(), curve.values.size());
  Levels levels{{}, Level(curve.null)};
  Index least = std::numeric_limits<Index>::max();
  for (const auto& values : curve.values) {
    levels.budgets.emplace_back(values);
    least = std::min(least, mean_and_error(values).count);
  }
  if (curve.budgets.size() < 3 || least < 2 || !(curve.budgets.front() > 0)) return fit;
  fit.valid = true;
  const Squares squares = levels.squares();
  const Grid grid(curve.budgets);
  Solution solution = search(grid, squares, 0);
  while (curve.budgets.size() - fit.first > 3 &&
         !fits(squares, solution, fit.first, static_cast<Real>(least)))
    solution = search(grid, squares, ++fit.first);
  fit.rate = solution.coefficient_squared > 0 ? solution.rate : nan;
  fit.plateau = std::sqrt(solution.plateau_squared);
  fit.coefficient = solution.coefficient_squared > 0 ? std::sqrt(solution.coefficient_squared) *
                                                           std::pow(curve.budgets.back(), fit.rate)
                                                     : 0;
  fit.last_squared = squares.error.back();
  bootstrap(curve, levels, grid, squares, fit);
  return fit;
}

std::string with_error(Real value, Real error) {
  return fmt::format("{} ± {}", rounded(value, error), rounded(error, error));
}

std::string rate_text(const RateFit& fit) {
  if (!fit.valid) return "";
  const std::string rate =
      fit.falls ? "rate " + with_error(fit.rate, fit.rate_interval.half_width()) : std::string();
  if (fit.plateau_interval.low > 0) {
    const std::string plateau =
        "plateaus at " + with_error(fit.plateau, fit.plateau_interval.half_width());
    return fit.falls ? fmt::format("{} (falls to it at {})", plateau, rate) : plateau;
  }
  const std::string below = fmt::format("plateau < {:.2g}", fit.plateau_interval.high);
  return fit.falls ? rate + ", " + below : "no trend, " + below;
}

}  // namespace plumbline
