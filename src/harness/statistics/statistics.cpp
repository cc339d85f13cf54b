// Student, Kolmogorov–Smirnov, multiplicity.
#include "harness/statistics/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/errors.hpp"

namespace plumbline {
namespace {

constexpr Real nan = std::numeric_limits<Real>::quiet_NaN();

/// Continued fraction of the incomplete beta function by Lentz's method (Press et al. 2007, eq.
/// 6.4.6); converges in O(√max(a, b)) terms for x < (a + 1)/(a + b + 2).
Real beta_fraction(Real a, Real b, Real x) {
  constexpr Real tiny = 1e-300;
  const auto away_from_zero = [](Real v) { return std::abs(v) < tiny ? tiny : v; };
  Real c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), h = d;
  for (int m = 1; m <= 10'000; ++m) {
    const Real even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    h *= d * c;
    const Real odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    h *= d * c;
    if (std::abs(d * c - 1) < 1e-15) break;
  }
  return h;
}

/// Regularised incomplete beta function I_x(a, b).
Real incomplete_beta(Real a, Real b, Real x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const Real front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                              a * std::log(x) + b * std::log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
  return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

/// The z where the increasing function `cdf` passes p, to the last bits, by bisection.
template <class Function>
Real invert(Real p, const Function& cdf) {
  PLUMBLINE_REQUIRE(p > 0 && p < 1, "a quantile at {}", p);
  Real low = -1, high = 1;
  while (cdf(low) > p) low *= 2;
  while (cdf(high) < p) high *= 2;
  for (int i = 0; i < 200 && low < high; ++i) {
    const Real middle = low + (high - low) / 2;
    if (middle == low || middle == high) break;
    (cdf(middle) < p ? low : high) = middle;
  }
  return high;
}

Real log_choose(Index n, Index k) {
  const auto a = static_cast<Real>(n), b = static_cast<Real>(k);
  return std::lgamma(a + 1) - std::lgamma(b + 1) - std::lgamma(a - b + 1);
}

}  // namespace

Real MeanAndError::deviation() const {
  return error * std::sqrt(static_cast<Real>(count));
}

MeanAndError mean_and_error(const std::vector<double>& values) {
  MeanAndError out;
  for (const double v : values)
    if (std::isfinite(v)) {
      out.mean += v;
      ++out.count;
    }
  out.mean = out.count ? out.mean / static_cast<Real>(out.count) : nan;
  Real squares = 0;
  for (const double v : values)
    if (std::isfinite(v)) squares += (v - out.mean) * (v - out.mean);
  const auto n = static_cast<Real>(out.count);
  out.error = out.count > 1 ? std::sqrt(squares / (n * (n - 1))) : nan;
  return out;
}

Real normal_quantile(Real p) {
  return invert(p, [](Real z) { return std::erfc(-z / std::sqrt(Real{2})) / 2; });
}

Real student_two_sided(Real t, Real dof) {
  return incomplete_beta(dof / 2, 0.5, dof / (dof + t * t));
}

Real student_quantile(Real p, Real dof) {
  return invert(p, [&](Real t) {
    const Real tail = student_two_sided(t, dof) / 2;
    return t > 0 ? 1 - tail : tail;
  });
}

Real f_upper(Real f, Real d1, Real d2) {
  return f > 0 ? incomplete_beta(d2 / 2, d1 / 2, d2 / (d2 + d1 * f)) : 1;
}

Real welch_p_value(const std::vector<double>& a, const std::vector<double>& b) {
  const MeanAndError u = mean_and_error(a), v = mean_and_error(b);
  if (u.count < 2 || v.count < 2) return nan;
  const Real u2 = u.error * u.error, v2 = v.error * v.error;
  if (u2 + v2 == 0) return u.mean == v.mean ? 1 : 0;
  const Real dof =
      (u2 + v2) * (u2 + v2) /
      (u2 * u2 / static_cast<Real>(u.count - 1) + v2 * v2 / static_cast<Real>(v.count - 1));
  return student_two_sided((u.mean - v.mean) / std::sqrt(u2 + v2), dof);
}

Real uniform_distance(const std::vector<double>& values) {
  std::vector<double> u;
  for (const double v : values)
    if (std::isfinite(v)) u.push_back(v);
  if (u.empty()) return nan;
  std::sort(u.begin(), u.end());
  const auto n = static_cast<Real>(u.size());
  Real distance = 0;
  for (std::size_t i = 0; i < u.size(); ++i)
    distance =
        std::max({distance, u[i] - static_cast<Real>(i) / n, static_cast<Real>(i + 1) / n - u[i]});
  return distance;
}

Real uniform_distance_p_value(Real d, Index n) {
  if (n < 1 || std::isnan(d)) return nan;
  if (d <= 0) return 1;
  if (d >= 1) return 0;
  // P(D⁺ ≥ d) = d Σ_{j ≤ n(1−d)} C(n, j) (d + j/n)^{j−1} (1 − d − j/n)^{n−j}
  Real sum = 0;
  for (Index j = 0; j <= n; ++j) {
    const Real at = d + static_cast<Real>(j) / static_cast<Real>(n);
    if (at >= 1) break;
    sum += std::exp(log_choose(n, j) + static_cast<Real>(j - 1) * std::log(at) +
                    static_cast<Real>(n - j) * std::log1p(-at));
  }
  return std::min<Real>(1, 2 * d * sum);
}

Real uniform_p_value(const std::vector<double>& values) {
  return uniform_distance_p_value(uniform_distance(values), mean_and_error(values).count);
}

std::vector<Real> holm(const std::vector<Real>& p_values) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p_values.size(); ++i)
    if (!std::isnan(p_values[i])) order.push_back(i);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<Real> adjusted(p_values.size(), nan);
  Real largest = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    largest = std::max(largest, static_cast<Real>(order.size() - k) * p_values[order[k]]);
    adjusted[order[k]] = std::min<Real>(1, largest);
  }
  return adjusted;
}

Index binomial_upper(Index n, Real p, Real tail) {
  PLUMBLINE_REQUIRE(n >= 0 && p > 0 && p < 1 && tail > 0, "a binomial ({}, {}) at {}", n, p, tail);
  Real above = 0;  // P(X > k), summed from the top
  for (Index k = n; k > 0; --k) {
    above += std::exp(log_choose(n, k) + static_cast<Real>(k) * std::log(p) +
                      static_cast<Real>(n - k) * std::log1p(-p));
    if (above > tail) return k;
  }
  return 0;
}

}  // namespace plumbline
