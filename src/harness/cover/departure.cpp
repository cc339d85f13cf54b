// Marks of runs, added up.
#include "harness/cover/departure.hpp"

#include <algorithm>
#include <cmath>

#include "harness/statistics/distributions.hpp"
#include "harness/statistics/statistics.hpp"

namespace plumbline {
namespace {

constexpr int of_uniform = 3;  // deviations of a uniform law

/// Signed rank sum over its standard deviation under random signs; 0 without differences.
Real signed_rank_deviation(const std::vector<double>& differences) {
  std::vector<double> sizes;
  std::vector<bool> positive;
  for (const double d : differences) {
    if (std::isnan(d) || d == 0) continue;
    sizes.push_back(std::abs(d));
    positive.push_back(d > 0);
  }
  Real sum = 0, squares = 0;
  const std::vector<double> ranks = mid_ranks(sizes);
  for (std::size_t r = 0; r < ranks.size(); ++r) {
    sum += positive[r] ? ranks[r] : -ranks[r];
    squares += ranks[r] * ranks[r];
  }
  return squares > 0 ? std::abs(sum) / std::sqrt(squares) : 0;
}

/// Of n values on [0, 1]: sup |F − u| by its bound 2 exp(−2 n D²) (Massart 1990) as a two-sided
/// normal deviation; the mean, sd 1/√(12 n); (u − ½)², mean 1/12 and sd 1/√(180 n).
Real uniform_deviation(const std::vector<double>& values) {
  std::vector<double> u;
  for (const double v : values)
    if (std::isfinite(v)) u.push_back(v);
  const auto n = static_cast<Real>(u.size());
  if (u.empty()) return 0;
  Real mean = 0, square = 0;
  for (const double v : u) {
    mean += (v - 0.5) / n;
    square += ((v - 0.5) * (v - 0.5) - 1.0 / 12) / n;
  }
  const Real d = uniform_distance(u);
  const Real p = std::clamp<Real>(2 * std::exp(-2 * n * d * d), 1e-300, 1);
  return std::max({-normal_quantile(p / 2), std::abs(mean) * std::sqrt(12 * n),
                   std::abs(square) * std::sqrt(180 * n)});
}

}  // namespace

CellDeparture::CellDeparture(const std::vector<MetricSample>& judged) {
  for (const MetricSample& given : judged) {
    Metric metric{is_uniform_law(given.info) ? given : rounded(given), {}};
    MetricSample& sample = metric.sample;
    sample.paired = sample.paired && sample.values.size() == sample.null.size();
    for (const double u : sample.null)
      if (!std::isnan(u)) metric.sorted.push_back(u);
    std::sort(metric.sorted.begin(), metric.sorted.end());
    deviations_ += is_uniform_law(sample.info) ? of_uniform : 1;
    std::vector<double> marks;
    for (std::size_t r = 0; r < sample.values.size(); ++r)
      marks.push_back(mark(metric, sample.values[r], static_cast<Index>(r)));
    const Real own = deviation(metric, marks);
    if (!(own <= seen_)) seen_ = own;
    metrics_.push_back(std::move(metric));
  }
}

Real CellDeparture::threshold() const {
  if (std::isnan(seen_)) return nan;
  // P(max of k |N(0, 1)| ≤ c) = (2Φ(c) − 1)^k = ½
  return std::max(seen_, normal_quantile((1 + std::pow(Real{0.5}, Real{1} / deviations_)) / 2));
}

double CellDeparture::mark(const Metric& metric, double value, Index replicate) {
  const MetricSample& sample = metric.sample;
  if (is_uniform_law(sample.info) || std::isnan(value)) return value;
  const double v = rounded(value, sample);
  if (sample.paired) {
    const auto at = static_cast<std::size_t>(replicate);
    return at < sample.null.size() ? v - sample.null[at] : nan;
  }
  const auto [low, high] = std::equal_range(metric.sorted.begin(), metric.sorted.end(), v);
  return static_cast<double>(low - metric.sorted.begin() + high - metric.sorted.begin()) / 2 -
         static_cast<double>(metric.sorted.size()) / 2;
}

Real CellDeparture::deviation(const Metric& metric, const std::vector<double>& marks) {
  if (is_uniform_law(metric.sample.info)) return uniform_deviation(marks);
  if (metric.sample.paired) return signed_rank_deviation(marks);
  Real sum = 0, runs = 0;
  for (const double m : marks)
    if (!std::isnan(m)) sum += m, ++runs;
  const auto sets = static_cast<Real>(metric.sorted.size());
  return runs > 0 && sets > 0 ? std::abs(sum) / std::sqrt(runs * sets * (runs + sets + 1) / 12) : 0;
}

Real CellDeparture::of(std::span<const MeasuredRow> runs, std::size_t& most) const {
  Real largest = 0;
  most = 0;
  std::vector<double> marks;
  for (std::size_t m = 0; m < metrics_.size(); ++m) {
    marks.clear();
    for (const MeasuredRow& run : runs)
      marks.push_back(mark(metrics_[m], run.values[m], run.replicate));
    const Real d = deviation(metrics_[m], marks);
    if (d > largest) largest = d, most = m;
  }
  return largest;
}

}  // namespace plumbline
