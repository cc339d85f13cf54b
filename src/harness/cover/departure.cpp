// Marks of runs, added up; urns.
#include "harness/cover/departure.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "harness/statistics/distributions.hpp"
#include "harness/statistics/statistics.hpp"

namespace plumbline {
namespace {

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
    Metric metric{is_uniform_law(given.info) ? given : rounded(given), {}, {}};
    MetricSample& sample = metric.sample;
    sample.paired = sample.paired && sample.values.size() == sample.null.size();
    for (const double u : sample.null)
      if (!std::isnan(u)) metric.sorted.push_back(u);
    std::sort(metric.sorted.begin(), metric.sorted.end());
    runs_ = std::max(runs_, static_cast<Index>(sample.values.size()));
    for (const double u : sample.null) metric.exact.push_back(mark(metric, u, 0));
    std::vector<double> marks;
    for (std::size_t r = 0; r < sample.values.size(); ++r)
      marks.push_back(mark(metric, sample.values[r], static_cast<Index>(r)));
    const Real own = deviation(metric, marks);
    if (!(own <= seen_)) seen_ = own;
    metrics_.push_back(std::move(metric));
  }
}

double CellDeparture::mark(const Metric& metric, double value, Index replicate) const {
  const MetricSample& sample = metric.sample;
  if (is_uniform_law(sample.info) || std::isnan(value)) return value;
  MetricSample one{sample.info, {value}, {}, false, sample.resolution};
  const double v = rounded(std::move(one)).values.front();
  if (sample.paired) {
    const auto at = static_cast<std::size_t>(replicate);
    return at < sample.null.size() ? v - sample.null[at] : nan;
  }
  const auto [low, high] = std::equal_range(metric.sorted.begin(), metric.sorted.end(), v);
  return static_cast<double>(low - metric.sorted.begin() + high - metric.sorted.begin()) / 2 -
         static_cast<double>(metric.sorted.size()) / 2;
}

Real CellDeparture::deviation(const Metric& metric, std::vector<double>& marks) const {
  if (is_uniform_law(metric.sample.info)) return uniform_deviation(marks);
  if (metric.sample.paired) return signed_rank_deviation(marks);
  Real sum = 0, runs = 0;
  for (const double m : marks)
    if (!std::isnan(m)) sum += m, ++runs;
  const auto sets = static_cast<Real>(metric.sorted.size());
  return runs > 0 ? std::abs(sum) / std::sqrt(runs * sets * (runs + sets + 1) / 12) : 0;
}

double CellDeparture::exact_mark(const Metric& metric, const std::vector<double>& pool, Real u) {
  if (is_uniform_law(metric.sample.info)) return u;
  const bool paired = metric.sample.paired;
  const std::vector<double>& from = paired ? pool : metric.exact;
  if (from.empty()) return nan;
  const Real place = u * static_cast<Real>(from.size());
  const double found = from[std::min(static_cast<std::size_t>(place), from.size() - 1)];
  return paired && place - std::floor(place) < 0.5 ? -found : found;
}

Index CellDeparture::as_near(std::span<const MeasuredRow> pool, Index trials, Rng rng,
                             std::size_t& most) const {
  if (std::isnan(seen_) || pool.empty()) return trials;
  const auto balls = static_cast<Index>(pool.size());
  std::vector<std::vector<double>> marks(metrics_.size());  // [metric][ball]
  for (std::size_t m = 0; m < metrics_.size(); ++m)
    for (const MeasuredRow& row : pool)
      marks[m].push_back(mark(metrics_[m], row.values[m], row.replicate));
  const auto pick = [](Real u, Index count) {
    return std::min(static_cast<Index>(u * static_cast<Real>(count)), count - 1);
  };
  std::vector<Index> urn(static_cast<std::size_t>(runs_)), furthest(metrics_.size(), 0);
  std::vector<double> own(static_cast<std::size_t>(runs_));
  Index near = 0;
  for (Index t = 0; t < trials; ++t) {
    const auto trial = static_cast<std::uint64_t>(t);
    for (Index r = 0; r < runs_; ++r) {
      const Index ball = pick(rng.uniform(trial, 0, static_cast<std::uint32_t>(r)), balls + 1 + r);
      urn[static_cast<std::size_t>(r)] =
          ball <= balls ? ball : urn[static_cast<std::size_t>(ball - balls - 1)];
    }
    Real largest = 0;
    std::size_t by = 0;
    for (std::size_t m = 0; m < metrics_.size(); ++m) {
      for (Index r = 0; r < runs_; ++r) {
        const auto at = static_cast<std::size_t>(r);
        const Real u = rng.uniform(trial, 1, static_cast<std::uint32_t>(r));
        // Of an exact set every metric is a set's own: the same row, the same sign.
        own[at] = urn[at] < balls ? marks[m][static_cast<std::size_t>(urn[at])]
                                  : exact_mark(metrics_[m], marks[m], u);
      }
      const Real d = deviation(metrics_[m], own);
      if (d > largest) largest = d, by = m;
    }
    near += !(largest > seen_);
    ++furthest[by];
  }
  most = static_cast<std::size_t>(std::max_element(furthest.begin(), furthest.end()) -
                                  furthest.begin());
  return near;
}

}  // namespace plumbline
