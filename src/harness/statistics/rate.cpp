// Squared errors of resampled means, and what the power law says of them.
#include "harness/statistics/rate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/errors.hpp"
#include "core/rng.hpp"
#include "harness/statistics/distributions.hpp"
#include "harness/statistics/power_law.hpp"
#include "harness/statistics/statistics.hpp"

namespace plumbline {
namespace {

constexpr int resamples = 400;
constexpr Real confidence = 0.95;

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
bool fits(const Squares& squares, const PowerLaw& solution, std::size_t first, Real replicates) {
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

/// The largest budget that is at most a quarter of the last; `size()` without one.
std::size_t quarter_of_last(const std::vector<Real>& budgets) {
  for (std::size_t i = budgets.size(); i-- > 0;)
    if (budgets[i] <= budgets.back() / 4 * (1 + 1e-9)) return i;
  return budgets.size();
}

/// The rate at which error² falls from budget `from` to the last; ∞ when nothing is left there.
Real slope_to_last(const std::vector<Real>& budgets, const std::vector<Real>& squared,
                   std::size_t from) {
  if (from >= budgets.size() || !(squared.back() > 0)) return infinity;
  if (!(squared[from] > 0)) return -infinity;
  return std::log(squared[from] / squared.back()) / (2 * std::log(budgets.back() / budgets[from]));
}

/// Errors of squares: with the sign of a square that noise made negative.
std::vector<Real> roots(const std::vector<Real>& squares) {
  std::vector<Real> errors;
  errors.reserve(squares.size());
  for (const Real square : squares)
    errors.push_back(std::copysign(std::sqrt(std::abs(square)), square));
  return errors;
}

void bootstrap(const BudgetCurve& curve, const Levels& levels, const RateGrid& grid,
               Squares squares, RateFit& fit) {
  const Rng rng = Rng::from_seed(0).stream("rate");
  const std::size_t replicates = curve.values.front().size();
  std::vector<Real> plateaus, rates, without_plateau, slopes;
  std::vector<std::vector<Real>> errors;
  const std::size_t quarter = quarter_of_last(curve.budgets);
  const std::vector<Real> measured = roots(squares.error);
  fit.last_slope = slope_to_last(curve.budgets, squares.error, quarter);
  for (std::uint64_t draw = 0; draw < resamples; ++draw) {
    const auto runs = resample(rng.stream("replicates"), draw, replicates);
    const auto nulls =
        curve.paired ? runs : resample(rng.stream("null sets"), draw, curve.null.size());
    squares.error = levels.resampled(runs, nulls);
    errors.push_back(roots(squares.error));
    const PowerLaw solution = fit_power_law(grid, squares, fit.first);
    fit.plateau_squared_draws.push_back(solution.plateau_squared);
    fit.last_squared_draws.push_back(squares.error.back());
    slopes.push_back(slope_to_last(curve.budgets, squares.error, quarter));
    plateaus.push_back(std::sqrt(solution.plateau_squared));
    if (solution.coefficient_squared > 0) rates.push_back(solution.rate);
    without_plateau.push_back(fit_power_law(grid, squares, fit.first, Plateau::none).rate);
  }
  fit.orders = local_orders(curve.budgets, measured, errors);
  std::sort(slopes.begin(), slopes.end());
  fit.last_slope_upper = slopes[static_cast<std::size_t>(std::ceil(0.99 * (resamples - 1)))];
  fit.plateau_interval = percentiles(std::move(plateaus));
  fit.falls = fit.coefficient > 0 && rates.size() >= (1 + confidence) / 2 * resamples;
  if (!fit.falls) return;
  fit.rate_interval = percentiles(std::move(rates));
  if (fit.plateau_interval.low <= 0) {
    // At the edge of plateau ≥ 0 noise makes plateaus that are not there, and rates too fast.
    const Interval other = percentiles(std::move(without_plateau));
    fit.rate_interval.low = std::min(fit.rate_interval.low, other.low);
    fit.rate_interval.high = std::max(fit.rate_interval.high, other.high);
  }
  fit.has_rate =
      fit.rate_interval.low > slowest_rate + 0.01 && fit.rate_interval.high < fastest_rate - 0.01;
}

}  // namespace

Real RateFit::budget_for(Real error) const {
  if (!has_rate || !(error > 0)) return infinity;
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
  if (curve.budgets.size() < 3 || least < fewest_replicates || !(curve.budgets.front() > 0))
    return fit;
  fit.valid = true;
  const Squares squares = levels.squares();
  const RateGrid grid(curve.budgets);
  PowerLaw solution = fit_power_law(grid, squares, 0);
  while (curve.budgets.size() - fit.first > 3 &&
         !fits(squares, solution, fit.first, static_cast<Real>(least)))
    solution = fit_power_law(grid, squares, ++fit.first);
  fit.spare = static_cast<Index>(curve.budgets.size() - fit.first) - 3;
  fit.rate = solution.coefficient_squared > 0 ? solution.rate : nan;
  fit.plateau = std::sqrt(solution.plateau_squared);
  fit.coefficient = solution.coefficient_squared > 0 ? std::sqrt(solution.coefficient_squared) *
                                                           std::pow(curve.budgets.back(), fit.rate)
                                                     : 0;
  fit.last_squared = squares.error.back();
  bootstrap(curve, levels, grid, squares, fit);
  const Real z = levels.budgets.back().stretch * normal_quantile((1 + confidence) / 2);
  const Real dof = static_cast<Real>(curve.budgets.size() - fit.first) - 3;
  const Real misfit = dof > 0 ? std::max<Real>(1, solution.cost / dof) : 1;
  fit.plateau_interval.high = std::max(
      fit.plateau_interval.high,
      std::sqrt(highest_plateau_squared(grid, squares, fit.first, solution.cost + z * z * misfit)));
  return fit;
}

bool is_most_of_it(Real plateau_squared, Real last_squared) {
  return 4 * plateau_squared >= last_squared;
}

std::string rate_text(const RateFit& fit, const std::string& from) {
  if (!fit.valid) return "";
  // A line that hardly falls is no law of a fall.
  const bool falls = !fit.orders.straight || fit.orders.interval.low > flattest_law;
  const std::string orders = from.empty() || !falls ? "" : order_text(fit.orders, from);
  const std::string rate = !orders.empty() ? orders
                           : fit.has_rate
                               ? "rate " + with_error(fit.rate, fit.rate_interval.half_width())
                               : "";
  if (fit.plateau_interval.low > 0 && is_most_of_it(fit.plateau * fit.plateau, fit.last_squared)) {
    const std::string plateau =
        "plateaus at " + with_error(fit.plateau, fit.plateau_interval.half_width());
    return fit.has_rate ? fmt::format("{} (falls to it at rate {})", plateau,
                                      with_error(fit.rate, fit.rate_interval.half_width()))
                        : plateau;
  }
  const std::string below = fmt::format("plateau < {:.2g}", fit.plateau_interval.high);
  if (!rate.empty()) return rate + ", " + below;
  if (!fit.falls) return "no trend, " + below;
  if (fit.rate_interval.high < fastest_rate - 0.01)
    return fmt::format("falls at a rate below {:.2g}, {}", fit.rate_interval.high, below);
  return "falls, at a rate that is not known, " + below;
}

}  // namespace plumbline
