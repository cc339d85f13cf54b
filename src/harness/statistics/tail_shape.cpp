// Zhang & Stephens' empirical Bayes fit: a weighted mean over a grid of one parameter.
#include "harness/statistics/tail_shape.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace plumbline {
namespace {

/// Mean of log(1 − b x): the shape that maximises the likelihood for a given b.
Real shape_at(Real b, const std::vector<Real>& x) {
  Real sum = 0;
  for (const Real v : x) sum += std::log1p(-b * v);
  return sum / static_cast<Real>(x.size());
}

/// The shape of exceedances x > 0, ascending.
Real pareto_shape(const std::vector<Real>& x) {
  const auto n = static_cast<Real>(x.size());
  const auto grid = static_cast<std::size_t>(30 + std::floor(std::sqrt(n)));
  const Real quartile = x[static_cast<std::size_t>(std::floor(n / 4 + 0.5)) - 1];
  std::vector<Real> b(grid), log_likelihood(grid);
  for (std::size_t j = 0; j < grid; ++j) {
    const Real at = static_cast<Real>(j) + 0.5;
    b[j] = (1 - std::sqrt(static_cast<Real>(grid) / at)) / (3 * quartile) + 1 / x.back();
    const Real k = shape_at(b[j], x);
    log_likelihood[j] = n * (std::log(-b[j] / k) - k - 1);
  }
  const Real largest = *std::max_element(log_likelihood.begin(), log_likelihood.end());
  Real mean = 0, weights = 0;
  for (std::size_t j = 0; j < grid; ++j) {
    const Real weight = std::exp(log_likelihood[j] - largest);
    if (!(weight >= 10 * 0x1p-52)) continue;
    mean += weight * b[j];
    weights += weight;
  }
  const Real k = shape_at(mean / weights, x);
  return (n * k + 10 * 0.5) / (n + 10);
}

}  // namespace

Real tail_shape(std::vector<double> values) {
  values.erase(std::remove_if(values.begin(), values.end(), [](double v) { return std::isnan(v); }),
               values.end());
  const auto n = static_cast<Real>(values.size());
  const auto tail = static_cast<std::size_t>(std::ceil(std::min(0.2 * n, 3 * std::sqrt(n))));
  if (tail < 5 || values.size() <= tail) return nan;
  std::sort(values.begin(), values.end(), std::greater<>());
  if (std::isinf(values.front())) return infinity;
  std::vector<Real> exceedances;
  for (std::size_t i = tail; i-- > 0;)
    if (const Real x = values[i] - values[tail]; x > 0) exceedances.push_back(x);
  if (exceedances.size() < 5) return nan;
  return pareto_shape(exceedances);
}

Real largest_tail_shape(Index n) {
  if (n < fewest_for_tail_shape) return 0;
  return std::min<Real>(0.7, 1 - 1 / std::log10(static_cast<Real>(n)));
}

Real values_for_tail_shape(Real k) {
  if (!(k < 1)) return infinity;
  return std::pow(Real{10}, 1 / (1 - std::max<Real>(0, k)));
}

}  // namespace plumbline
