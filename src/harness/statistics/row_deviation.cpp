// Medians, mid-ranks and signed ranks.
#include "harness/statistics/row_deviation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace plumbline {
namespace {

Real towards_worse(Real deviation, Tail tail) {
  if (tail == Tail::upper) return deviation;
  return tail == Tail::lower ? -deviation : std::abs(deviation);
}

Real median_of(std::vector<double> values) {
  const std::size_t middle = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(middle),
                   values.end());
  const double upper = values[middle];
  if (values.size() % 2 == 1) return upper;
  return (upper +
          *std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(middle))) /
         2;
}

std::vector<double> rows_of(const MetricColumn& metric) {
  std::vector<double> rows = metric.values;
  rows.insert(rows.end(), metric.null.begin(), metric.null.end());
  return rows;
}

bool varies(const std::vector<double>& rows) {
  const double* first = nullptr;
  for (const double& row : rows) {
    if (std::isnan(row)) continue;
    if (first && row != *first) return true;
    if (!first) first = &row;
  }
  return false;
}

}  // namespace

std::vector<Real> robust_deviations(const MetricColumn& metric) {
  const std::vector<double> rows = rows_of(metric);
  std::vector<Real> deviations(rows.size(), -infinity);
  if (!varies(rows)) return deviations;
  std::vector<double> finite, distances;
  for (const double row : rows)
    if (std::isfinite(row)) finite.push_back(row);
  const Real centre = finite.empty() ? 0 : median_of(finite);
  for (const double row : finite) distances.push_back(std::abs(row - centre));
  Real unit = distances.empty() ? 1 : median_of(distances);
  // More than half are equal: the mean distance is still symmetric in the rows.
  if (!(unit > 0))
    unit = distances.empty() ? 1
                             : std::accumulate(distances.begin(), distances.end(), Real{0}) /
                                   static_cast<Real>(distances.size());
  if (!(unit > 0) || !std::isfinite(unit)) unit = 1;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (!std::isnan(rows[i])) deviations[i] = towards_worse((rows[i] - centre) / unit, metric.tail);
  return deviations;
}

Scores rank_scores(const MetricColumn& metric) {
  Scores out{mid_ranks(rows_of(metric)), 0, 0, metric.tail};
  Real sum = 0;
  for (const double rank : out.of_row)
    if (!std::isnan(rank)) sum += rank, ++out.count;
  const Real mean = sum / std::max<Real>(1, static_cast<Real>(out.count));
  for (double& rank : out.of_row) {
    rank -= mean;
    if (!std::isnan(rank)) out.variance += rank * rank;
  }
  out.variance /= std::max<Real>(1, static_cast<Real>(out.count - 1));
  return out;
}

Scores sign_scores(const MetricColumn& metric) {
  std::vector<double> sizes(metric.values.size(), nan);
  std::vector<bool> positive(sizes.size());
  for (std::size_t r = 0; r < sizes.size(); ++r) {
    // A run off to ∞ is further off than any other; against a null of ∞ it says nothing.
    const double difference = metric.values[r] - metric.null[r];
    if (std::isnan(difference) || difference == 0) continue;
    sizes[r] = std::abs(difference);
    positive[r] = difference > 0;
  }
  Scores out{mid_ranks(sizes), 0, 0, metric.tail};
  for (std::size_t r = 0; r < sizes.size(); ++r)
    if (!std::isnan(sizes[r])) {
      out.variance += out.of_row[r] * out.of_row[r];
      ++out.count;
      if (!positive[r]) out.of_row[r] = -out.of_row[r];
    }
  return out;
}

Real rank_deviation(const Scores& scores, const std::vector<std::uint32_t>& rows,
                    std::size_t runs) {
  Real sum = 0;
  Index count = 0;
  for (std::size_t r = 0; r < runs; ++r)
    if (const double score = scores.of_row[rows[r]]; !std::isnan(score)) sum += score, ++count;
  const auto n = static_cast<Real>(count), all = static_cast<Real>(scores.count);
  const Real variance = n * (all - n) / all * scores.variance;
  if (!(variance > 0)) return -infinity;
  return towards_worse(sum / std::sqrt(variance), scores.tail);
}

Real sign_deviation(const Scores& scores, const std::vector<std::uint32_t>& flipped) {
  Real sum = 0;
  for (std::size_t r = 0; r < scores.of_row.size(); ++r)
    if (const double score = scores.of_row[r]; !std::isnan(score))
      sum += flipped[r] ? -score : score;
  if (!(scores.variance > 0)) return -infinity;
  return towards_worse(sum / std::sqrt(scores.variance), scores.tail);
}

}  // namespace plumbline
