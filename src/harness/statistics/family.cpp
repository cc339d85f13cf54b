// Westfall–Young: standardise once, deal rows again and again, compare maxima.
#include "harness/statistics/family.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/errors.hpp"
#include "core/rng.hpp"
#include "harness/statistics/row_deviation.hpp"

namespace plumbline {
namespace {

/// What counts as "as far off as `seen`": sums of equal size must not differ by their order.
Real as_far_as(Real seen) {
  return std::isfinite(seen) ? seen - 1e-9 * std::abs(seen) : seen;
}

/// Dealings as far off as the one seen after which no more are needed: p is known to a seventh.
constexpr Index plenty = 50;

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
  scores.reserve(metrics.size());
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
  scores.reserve(metrics.size());
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

Deviation largest_deviation(const std::vector<MetricColumn>& metrics) {
  Deviation out;
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    if (metrics[m].values.empty() || metrics[m].null.empty()) continue;
    Real own = -infinity;
    if (metrics[m].values.size() == 1) {
      own = robust_deviations(metrics[m]).front();
    } else {
      const std::size_t runs = metrics[m].values.size();
      std::vector<std::uint32_t> rows(runs + metrics[m].null.size());
      std::iota(rows.begin(), rows.end(), 0U);
      own = rank_deviation(rank_scores(metrics[m]), rows, runs);
    }
    if (own == -infinity || own <= out.value) continue;
    out = {own, m};
  }
  return out;
}

Index permutations_for(Index claims, Real level) {
  const Real wanted = std::ceil(20 * static_cast<Real>(std::max<Index>(1, claims)) / level);
  return static_cast<Index>(std::min(wanted, static_cast<Real>(most_dealings))) - 1;
}

bool dealings_reach(Index claims, Real level) {
  return static_cast<Real>(std::max<Index>(1, claims)) <
         level * static_cast<Real>(1 + permutations_for(claims, level));
}

}  // namespace plumbline
