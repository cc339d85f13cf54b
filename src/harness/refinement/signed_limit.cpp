// Contrasts of budgets, a number per replicate.
#include "harness/refinement/signed_limit.hpp"

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "core/rng.hpp"
#include "harness/statistics/distributions.hpp"
#include "harness/statistics/rate.hpp"
#include "harness/statistics/statistics.hpp"

namespace plumbline {
namespace {

constexpr int order_resamples = 400;
constexpr Real flat_confidence = 0.99;

/// Rows of replicates that have a number at every budget.   shapes  → [replicate][budget]
std::vector<std::vector<Real>> whole_rows(const SignedCurve& curve) {
  std::vector<std::vector<Real>> rows;
  for (std::size_t r = 0; r < curve.values.front().size(); ++r) {
    std::vector<Real> row;
    for (const auto& values : curve.values)
      if (r < values.size() && std::isfinite(values[r])) row.push_back(values[r]);
    if (row.size() == curve.values.size()) rows.push_back(std::move(row));
  }
  return rows;
}

/// Σ_i weights_i row_i over the budgets from `first` on, for every replicate: its mean.
SignedMean contrast(const std::vector<std::vector<Real>>& rows, std::size_t first,
                    const std::vector<Real>& weights) {
  std::vector<double> sums;
  for (const auto& row : rows) {
    Real sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * row[first + i];
    sums.push_back(sum);
  }
  const MeanAndError m = mean_and_error(sums);
  return {m.mean, m.error, static_cast<Real>(m.count - 1)};
}

/// Weights of values at x_0, x_1 (, x_2) in the intercept of the curve a + c x (+ c' x^power)
/// through them: its value at `at` instead, where that is > 0.
std::vector<Real> through(const std::vector<Real>& x, Real power, Real at = 0) {
  // Basis of the curves less a: values of a + c x + c' y at (at, at^power) by Cramer's rule.
  const auto y = [&](Real v) { return std::pow(v, power); };
  if (x.size() == 2) {
    const Real w = (x[0] - at) / (x[0] - x[1]);
    return {1 - w, w};
  }
  const auto det = [&](Real a, Real b, Real c) {
    return (b - a) * (y(c) - y(a)) - (c - a) * (y(b) - y(a));
  };
  const Real all = det(x[0], x[1], x[2]);
  return {det(at, x[1], x[2]) / all, det(x[0], at, x[2]) / all, det(x[0], x[1], at) / all};
}

/// The extrapolation from the `count` budgets that end with index `last`.
SignedMean extrapolated(const std::vector<std::vector<Real>>& rows, const std::vector<Real>& x,
                        Real power, std::size_t last, std::size_t count) {
  const std::size_t first = last + 1 - count;
  const auto from = x.begin() + static_cast<std::ptrdiff_t>(first);
  return contrast(rows, first, through({from, from + static_cast<std::ptrdiff_t>(count)}, power));
}

/// The last budget that is at most a quarter of the finest; `size()` without one.
std::size_t quarter_of_finest(const std::vector<Real>& budgets) {
  std::size_t quarter = budgets.size();
  for (std::size_t i = 0; i < budgets.size(); ++i)
    if (budgets[i] <= budgets.back() / 4 * (1 + 1e-9)) quarter = i;
  return quarter;
}

/// of_quarter · error at budget `quarter` + of_finest · error at the finest.
SignedMean two_errors(const std::vector<std::vector<Real>>& rows, std::size_t quarter,
                      Real of_quarter, Real of_finest) {
  std::vector<Real> weights(rows.front().size() - quarter, 0);
  weights.front() = of_quarter;
  weights.back() = of_finest;
  return contrast(rows, quarter, weights);
}

/// |error| moves by less than budget^(±p/4).
bool is_flat(const std::vector<std::vector<Real>>& rows, std::size_t quarter, Real factor,
             Real finest) {
  const Real sign = finest < 0 ? -1 : 1;
  const auto surely_positive = [&](Real of_quarter, Real of_finest) {
    const SignedMean m = two_errors(rows, quarter, sign * of_quarter, sign * of_finest);
    return m.estimate - student_quantile(flat_confidence, m.dof) * m.error > 0;
  };
  return surely_positive(-1, factor) && surely_positive(factor, -1);
}

LocalOrders orders_of(const std::vector<std::vector<Real>>& rows,
                      const std::vector<Real>& budgets) {
  const std::size_t count = rows.size();
  const auto n = static_cast<Real>(count);
  std::vector<Real> means(budgets.size(), 0);
  for (const auto& row : rows)
    for (std::size_t i = 0; i < means.size(); ++i) means[i] += row[i] / n;
  const Real stretch =
      std::sqrt(n / (n - 1)) * student_quantile(0.975, n - 1) / normal_quantile(0.975);
  const Rng rng = Rng::from_seed(0).stream("signed orders");
  std::vector<std::vector<Real>> draws;
  for (std::uint64_t draw = 0; draw < order_resamples; ++draw) {
    std::vector<Real> sum(means.size(), 0);
    for (std::size_t r = 0; r < count; ++r) {
      const Real u = rng.uniform(draw, 0, static_cast<std::uint32_t>(r));
      const auto& row = rows[std::min(count - 1, static_cast<std::size_t>(u * n))];
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += (row[i] - means[i]) / n;
    }
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = means[i] + stretch * sum[i];
    draws.push_back(std::move(sum));
  }
  return local_orders(budgets, means, draws);
}

}  // namespace

Real SignedMean::upper(Real level) const {
  if (!(dof > 0)) return infinity;
  return std::abs(estimate) + student_quantile(1 - level, dof) * error;
}

Real SignedMean::lower(Real level) const {
  if (!(dof > 0)) return 0;
  return std::max<Real>(0, std::abs(estimate) - student_quantile(1 - level / 2, dof) * error);
}

Real SignedLimit::share_of(Real tolerance, Real level, Real finest_allowed) const {
  if (!known) return infinity;
  return std::max({plateau.upper(level), bent_plateau.upper(level), missed.upper(level),
                   finest.upper(level) / finest_allowed}) /
         tolerance;
}

bool SignedLimit::stays_beyond(Real tolerance, Real level) const {
  if (!known || spare < 2 || !flat) return false;
  std::vector<SignedMean> all = earlier;
  all.insert(all.end(), {plateau, bent_plateau, finest});
  return std::all_of(all.begin(), all.end(), [&](const SignedMean& m) {
    return m.lower(level) > tolerance && m.estimate * plateau.estimate > 0;
  });
}

bool SignedLimit::has_stopped(Real tolerance, Real level) const {
  return moved.upper(level) <= tolerance;
}

SignedLimit signed_limit(const SignedCurve& curve) {
  PLUMBLINE_REQUIRE(curve.values.size() == curve.budgets.size() &&
                        std::is_sorted(curve.budgets.begin(), curve.budgets.end()),
                    "{} budgets, {} sets of values", curve.budgets.size(), curve.values.size());
  SignedLimit limit;
  const std::size_t count = curve.budgets.size();
  if (count < 4 || !(curve.budgets.front() > 0)) return limit;
  const auto rows = whole_rows(curve);
  if (static_cast<Index>(rows.size()) < fewest_replicates) return limit;
  limit.known = true;
  limit.spare = static_cast<Index>(count) - 3;
  // x = (finest/budget)^p: 1 at the finest
  std::vector<Real> x;
  for (const Real budget : curve.budgets)
    x.push_back(std::pow(curve.budgets.back() / budget, curve.order));
  const Real power = (curve.order + 1) / curve.order;
  limit.finest = contrast(rows, count - 1, {1});
  limit.plateau = extrapolated(rows, x, power, count - 1, 2);
  limit.bent_plateau = extrapolated(rows, x, power, count - 1, 3);
  std::vector<Real> weights = through({x[count - 4], x[count - 3], x[count - 2]}, power, 1);
  for (Real& weight : weights) weight = -weight;
  weights.push_back(1);
  limit.missed = contrast(rows, count - 4, weights);
  for (std::size_t last = count - 2; last + 3 >= count && last >= 2; --last) {
    limit.earlier.push_back(extrapolated(rows, x, power, last, 2));
    limit.earlier.push_back(extrapolated(rows, x, power, last, 3));
  }
  if (const std::size_t quarter = quarter_of_finest(curve.budgets); quarter < count) {
    limit.flat = is_flat(rows, quarter, std::pow(x[quarter], Real{0.25}), limit.finest.estimate);
    limit.moved = two_errors(rows, quarter, -1, 1);
  }
  limit.orders = orders_of(rows, curve.budgets);
  return limit;
}

}  // namespace plumbline
