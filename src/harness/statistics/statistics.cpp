// Welch's test, Kolmogorov–Smirnov, multiplicity.
#include "harness/statistics/statistics.hpp"

#include <algorithm>
#include <cmath>

#include "harness/statistics/distributions.hpp"

namespace plumbline {
namespace {

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

}  // namespace plumbline
