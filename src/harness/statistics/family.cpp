// Westfall–Young: standardise once, deal rows again and again, compare maxima.
#include "harness/statistics/family.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/errors.hpp"
#include "core/rng.hpp"

namespace plumbline {
namespace {

/// What counts as "as far off as `seen`": sums of equal size must not differ by their order.
Real as_far_as(Real seen) {
  return std::isfinite(seen) ? seen - 1e-9 * std::abs(seen) : seen;
}

/// Dealings as far off as the one seen after which no more are needed: p is known to a seventh.
constexpr Index plenty = 50;

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

/// Mid-ranks of what is a number, from 1; NaN stays NaN.
std::vector<double> mid_ranks(const std::vector<double>& rows) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (!std::isnan(rows[i])) order.push_back(i);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return rows[a] < rows[b]; });
  std::vector<double> ranks(rows.size(), nan);
  for (std::size_t i = 0, j = 0; i < order.size(); i = j) {
    for (j = i; j < order.size() && rows[order[j]] == rows[order[i]];) ++j;
    for (std::size_t k = i; k < j; ++k) ranks[order[k]] = static_cast<double>(i + j + 1) / 2;
  }
  return ranks;
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

/// [row] how far off, towards worse; −∞ where there is no number, and everywhere for a constant.
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

/// One run among R₀ sets: all R₀ + 1 dealings are looked at.
FamilyTest one_run(const std::vector<MetricColumn>& metrics) {
  FamilyTest out;
  const std::size_t rows = 1 + metrics.front().null.size();
  std::vector<Real> largest(rows, -infinity);
  std::vector<std::vector<Real>> all;
  for (const MetricColumn& metric : metrics) {
    all.push_back(robust_deviations(metric));
    for (std::size_t i = 0; i < rows; ++i) largest[i] = std::max(largest[i], all.back()[i]);
  }
  for (const std::vector<Real>& deviations : all) {
    if (deviations.front() == -infinity) {
      out.adjusted.push_back(nan);
      continue;
    }
    const Real least = as_far_as(deviations.front());
    const auto as_far =
        std::count_if(largest.begin(), largest.end(), [&](Real d) { return d >= least; });
    out.adjusted.push_back(static_cast<Real>(as_far) / static_cast<Real>(rows));
  }
  out.smallest = 1 / static_cast<Real>(rows);
  Real most = -infinity;
  out.deciding = metrics.size();
  for (std::size_t m = 0; m < metrics.size(); ++m)
    if (all[m].front() > most) most = all[m].front(), out.deciding = m;
  return out;
}

/// Scores of rows whose sum over the dealt ones is standardised: centred ranks, or signed ranks.
struct Scores {
  std::vector<double> of_row;  ///< centred mid-rank, or the rank of |difference|; NaN: no number
  Real variance = 0;           ///< of one row's score
  Index count = 0;             ///< rows with a number
  Tail tail = Tail::both;
};

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

/// Sum over the rows of `chosen`, standardised for as many rows with a number; −∞ without any.
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

/// `deviations(state)` under `deal`, which changes the state, `permutations` times.
template <class Deal, class Deviation>
FamilyTest dealt(std::size_t metrics, Index permutations, std::vector<std::uint32_t> state,
                 const Deal& deal, const Deviation& deviation) {
  std::vector<Real> seen(metrics);
  FamilyTest out;
  out.deciding = metrics;
  for (std::size_t m = 0; m < metrics; ++m) {
    seen[m] = deviation(m, state);
    if (seen[m] != -infinity && (out.deciding == metrics || seen[m] > seen[out.deciding]))
      out.deciding = m;
  }
  std::vector<Index> as_far(metrics, 0);
  Index dealings = 0;
  while (dealings < permutations && out.deciding < metrics && as_far[out.deciding] < plenty) {
    deal(static_cast<std::uint64_t>(dealings++), state);
    Real largest = -infinity;
    for (std::size_t m = 0; m < metrics; ++m)
      if (seen[m] != -infinity) largest = std::max(largest, deviation(m, state));
    for (std::size_t m = 0; m < metrics; ++m) as_far[m] += largest >= as_far_as(seen[m]);
  }
  // Stopped early the count itself is what was waited for; else the dealing seen counts with them.
  const bool early = out.deciding < metrics && as_far[out.deciding] >= plenty;
  for (std::size_t m = 0; m < metrics; ++m)
    out.adjusted.push_back(seen[m] == -infinity ? nan
                                                : static_cast<Real>(as_far[m] + !early) /
                                                      static_cast<Real>(dealings + !early));
  return out;
}

FamilyTest several_runs(const std::vector<MetricColumn>& metrics, Index permutations) {
  std::vector<Scores> scores;
  for (const MetricColumn& metric : metrics) scores.push_back(rank_scores(metric));
  const std::size_t runs = metrics.front().values.size();
  std::vector<std::uint32_t> rows(runs + metrics.front().null.size());
  std::iota(rows.begin(), rows.end(), 0U);
  const Rng rng = Rng::from_seed(0).stream("dealt rows");
  // Fisher–Yates for the first R rows: the others' order is never looked at.
  const auto deal = [&](std::uint64_t draw, std::vector<std::uint32_t>& state) {
    for (std::size_t r = 0; r < runs; ++r) {
      const Real left = static_cast<Real>(state.size() - r);
      const auto pick =
          r + static_cast<std::size_t>(rng.uniform(draw, 0, static_cast<std::uint32_t>(r)) * left);
      std::swap(state[r], state[std::min(pick, state.size() - 1)]);
    }
  };
  FamilyTest out = dealt(metrics.size(), permutations, rows, deal,
                         [&](std::size_t m, const std::vector<std::uint32_t>& state) {
                           return rank_deviation(scores[m], state, runs);
                         });
  out.smallest = std::max(
      1 / static_cast<Real>(1 + permutations),
      smallest_rank_sum_p_value(static_cast<Index>(runs),
                                static_cast<Index>(metrics.front().null.size()), Tail::upper));
  return out;
}

FamilyTest paired_runs(const std::vector<MetricColumn>& metrics, Index permutations) {
  std::vector<Scores> scores;
  for (const MetricColumn& metric : metrics) scores.push_back(sign_scores(metric));
  const std::size_t runs = metrics.front().values.size();
  const Rng rng = Rng::from_seed(0).stream("dealt signs");
  const auto deal = [&](std::uint64_t draw, std::vector<std::uint32_t>& state) {
    for (std::size_t r = 0; r < runs; ++r)
      state[r] = rng.uniform(draw, 0, static_cast<std::uint32_t>(r)) < 0.5;
  };
  FamilyTest out = dealt(metrics.size(), permutations, std::vector<std::uint32_t>(runs, 0U), deal,
                         [&](std::size_t m, const std::vector<std::uint32_t>& state) {
                           return sign_deviation(scores[m], state);
                         });
  out.smallest =
      std::max(1 / static_cast<Real>(1 + permutations), std::exp2(-static_cast<Real>(runs)));
  return out;
}

}  // namespace

FamilyTest westfall_young(const std::vector<MetricColumn>& metrics, bool paired,
                          Index permutations) {
  FamilyTest out;
  if (metrics.empty() || metrics.front().values.empty() || metrics.front().null.empty()) {
    out.adjusted.assign(metrics.size(), nan);
    out.deciding = metrics.size();
    return out;
  }
  for (const MetricColumn& metric : metrics)
    PLUMBLINE_REQUIRE(metric.values.size() == metrics.front().values.size() &&
                          metric.null.size() == metrics.front().null.size(),
                      "columns of {} and {} runs", metric.values.size(),
                      metrics.front().values.size());
  if (paired)
    PLUMBLINE_REQUIRE(metrics.front().values.size() == metrics.front().null.size(),
                      "{} runs paired with {} sets", metrics.front().values.size(),
                      metrics.front().null.size());
  out = paired                               ? paired_runs(metrics, permutations)
        : metrics.front().values.size() == 1 ? one_run(metrics)
                                             : several_runs(metrics, permutations);
  if (out.deciding < metrics.size()) out.p_value = out.adjusted[out.deciding];
  return out;
}

Index permutations_for(Index claims, Real level) {
  return static_cast<Index>(std::ceil(20 * static_cast<Real>(std::max<Index>(1, claims)) / level)) -
         1;
}

}  // namespace plumbline
