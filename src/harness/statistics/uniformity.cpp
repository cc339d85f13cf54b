// χ² of bins; empirical distribution functions as Markov chains of counts.
#include "harness/statistics/uniformity.hpp"

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "harness/statistics/distributions.hpp"
#include "harness/statistics/statistics.hpp"

namespace plumbline {
namespace {

std::vector<double> finite_sorted(const std::vector<double>& values) {
  std::vector<double> kept;
  for (const double v : values)
    if (std::isfinite(v)) kept.push_back(v);
  std::sort(kept.begin(), kept.end());
  return kept;
}

/// Twice the smaller tail of Binomial(n, p) at every count 0 … n.
std::vector<Real> two_sided(Index n, Real p) {
  const auto size = static_cast<std::size_t>(n) + 1;
  std::vector<Real> lower(size), upper(size), both(size);
  for (std::size_t k = 0; k < size; ++k)
    lower[k] = binomial_probability(n, p, static_cast<Index>(k)) + (k > 0 ? lower[k - 1] : 0);
  for (std::size_t k = size; k-- > 0;)
    upper[k] =
        binomial_probability(n, p, static_cast<Index>(k)) + (k + 1 < size ? upper[k + 1] : 0);
  for (std::size_t k = 0; k < size; ++k) both[k] = 2 * std::min(lower[k], upper[k]);
  return both;
}

}  // namespace

Real chi_squared_p_value(const std::vector<double>& values, int bins) {
  PLUMBLINE_REQUIRE(bins >= 2, "at least two bins, not {}", bins);
  const std::vector<double> kept = finite_sorted(values);
  if (kept.empty()) return nan;
  std::vector<Real> count(static_cast<std::size_t>(bins), 0);
  for (const double v : kept)
    ++count[static_cast<std::size_t>(std::clamp(static_cast<int>(v * bins), 0, bins - 1))];
  const Real expected = static_cast<Real>(kept.size()) / bins;
  Real chi_squared = 0;
  for (const Real c : count) chi_squared += (c - expected) * (c - expected) / expected;
  return chi_squared_upper(chi_squared, bins - 1);
}

Real ecdf_inside_probability(Index n, const std::vector<Real>& levels,
                             const std::vector<Index>& low, const std::vector<Index>& high) {
  std::vector<Real> live = {1};  // P(inside so far, count = first + i)
  Index first = 0;
  Real before = 0;
  for (std::size_t j = 0; j < levels.size(); ++j) {
    if (high[j] < low[j]) return 0;
    // Of the n − i values above the level before, k − i fall below this one.
    const Real share = (levels[j] - before) / (1 - before);
    std::vector<Real> next(static_cast<std::size_t>(high[j] - low[j] + 1), 0);
    for (std::size_t i = 0; i < live.size(); ++i) {
      const Index at = first + static_cast<Index>(i);
      for (Index k = std::max(low[j], at); k <= high[j]; ++k)
        next[static_cast<std::size_t>(k - low[j])] +=
            live[i] * binomial_probability(n - at, share, k - at);
    }
    live = std::move(next);
    first = low[j];
    before = levels[j];
  }
  Real sum = 0;
  for (const Real p : live) sum += p;
  return sum;
}

Real ecdf_p_value(const std::vector<double>& values, int levels) {
  const std::vector<double> kept = finite_sorted(values);
  if (kept.empty()) return nan;
  const Index n = static_cast<Index>(kept.size());
  std::vector<Real> at;
  std::vector<std::vector<Real>> pointwise;
  Real smallest = 1;
  for (int j = 1; j <= levels; ++j) {
    at.push_back(static_cast<Real>(j) / (levels + 1));
    pointwise.push_back(two_sided(n, at.back()));
    const auto count = std::upper_bound(kept.begin(), kept.end(), at.back()) - kept.begin();
    smallest = std::min(smallest, pointwise.back()[static_cast<std::size_t>(count)]);
  }
  std::vector<Index> low, high;  // counts that are less extreme, by more than rounding
  const auto less_extreme = [&](Real p) { return p > smallest * (1 + 1e-9); };
  for (const std::vector<Real>& p : pointwise) {
    low.push_back(std::find_if(p.begin(), p.end(), less_extreme) - p.begin());
    high.push_back(n - (std::find_if(p.rbegin(), p.rend(), less_extreme) - p.rbegin()));
  }
  return std::clamp<Real>(1 - ecdf_inside_probability(n, at, low, high), 0, 1);
}

Real rank_p_value(const std::vector<double>& values) {
  constexpr int levels = 31, bins = 11, values_per_bin = 20;
  const auto finite =
      std::count_if(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
  if (finite == 0) return nan;
  Real smallest = std::min(uniform_p_value(values), ecdf_p_value(values, levels));
  if (finite >= bins * values_per_bin)
    smallest = std::min(smallest, chi_squared_p_value(values, bins));
  return std::min(rank_tests * smallest, Real{1});
}

}  // namespace plumbline
