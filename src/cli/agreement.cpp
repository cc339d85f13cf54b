// Comparing numbers.
#include "cli/agreement.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace plumbline::cli {
namespace {

constexpr Real nan = std::numeric_limits<Real>::quiet_NaN();
constexpr Real infinity = std::numeric_limits<Real>::infinity();

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

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double u, double v) {
    return std::bit_cast<std::uint64_t>(u) == std::bit_cast<std::uint64_t>(v) ||
           (std::isnan(u) && std::isnan(v));
  });
}

bool same_series(const std::vector<Series>& a, const std::vector<Series>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Series& u, const Series& v) {
    return u.name == v.name &&
           (u.name == "wall_seconds" || (same_bits(u.value, v.value) && same_bits(u.se, v.se)));
  });
}

}  // namespace

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

Real student_two_sided(Real t, Real dof) {
  return incomplete_beta(dof / 2, 0.5, dof / (dof + t * t));
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

Real largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return infinity;
  Real largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))) continue;
    if (!std::isfinite(a[i]) || !std::isfinite(b[i])) return infinity;
    largest = std::max(largest, std::abs(a[i] - b[i]) / std::max(std::abs(a[i]), std::abs(b[i])));
  }
  return largest;
}

bool same_numbers(const CellRecord& a, const CellRecord& b) {
  return a.status == b.status && same_series(a.metrics, b.metrics) &&
         same_series(a.extras, b.extras);
}

}  // namespace plumbline::cli
