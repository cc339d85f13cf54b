// Tests counted, ranks drawn.
#include "harness/cover/reach.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/text/numbers.hpp"
#include "harness/refinement/judged_cells.hpp"
#include "harness/statistics/family.hpp"
#include "harness/sweep/enlarge.hpp"

namespace plumbline {
namespace {

constexpr int simulated = 400;       // cells: a chance of 0.9 is known to 0.015
constexpr Real enough = 0.9;         // chance of an exact cell to settle
constexpr Index most_wanted = 1024;  // replicates

/// How metrics of a plan are compared with exact draws.
struct Kinds {
  Index floors = 0, uniforms = 0;
  bool paired = false;
};

Kinds kinds_of(const Plan& plan, Index runs) {
  Kinds kinds;
  kinds.paired = plan.problems.front().drawn && runs == plan.layout.null_replicates;
  for (const MetricInfo& info : plan.layout.metrics) {
    if (is_uniform_law(info))
      ++kinds.uniforms;
    else
      kinds.floors += info.has_floor && plan.layout.null_replicates >= 2;
  }
  return kinds;
}

std::vector<double> normals(const Rng& rng, int cell, std::uint32_t which, Index count) {
  std::vector<double> values;
  for (Index r = 0; r < count; ++r)
    values.push_back(
        rng.normal(static_cast<std::uint64_t>(cell), which, static_cast<std::uint32_t>(r)));
  return values;
}

/// Of simulated cells of exact draws the share whose bounds lie within the margin. Ranks of a
/// metric are distribution-free, so any law of values will do.
Real settles_by_floor(Index runs, Index sets, bool paired, const JudgeOptions& options) {
  const Rng rng = Rng::from_seed(0).stream("reach");
  const Real most = exceedance_of_shift(options.margin);
  int settled = 0;
  for (int cell = 0; cell < simulated; ++cell) {
    const auto values = normals(rng, cell, 0, runs), null = normals(rng, cell, 1, sets);
    const Exceedance worse = paired ? paired_exceedance(values, null, Tail::upper)
                                    : exceedance(values, null, Tail::upper);
    settled += std::max(worse.upper(options.level), 1 - worse.lower(options.level)) < most;
  }
  return static_cast<Real>(settled) / simulated;
}

Real settles_by_ranks(Index runs, const JudgeOptions& options) {
  const Rng rng = Rng::from_seed(0).stream("reach ranks");
  int settled = 0;
  for (int cell = 0; cell < simulated; ++cell) {
    MetricSample sample{{"ranks", "", "", Better::zero, true, Law::uniform}, {}, {}};
    for (Index r = 0; r < runs; ++r)
      sample.values.push_back(
          rng.uniform(static_cast<std::uint64_t>(cell), 0, static_cast<std::uint32_t>(r)));
    Calibrated metric;
    metric.uniform = true;
    metric.replicates = runs;
    metric.excess = uniform_distance(sample.values) * std::sqrt(Real{12});
    metric.excess_se = 1 / std::sqrt(static_cast<Real>(runs));
    settled += metric.upper(options.level) < options.margin;
  }
  return static_cast<Real>(settled) / simulated;
}

struct Chance {
  Real low = 0, high = 0;
};

Chance chance_of(const Kinds& kinds, Index runs, Index sets, const JudgeOptions& options) {
  const Real floor = kinds.floors > 0 ? settles_by_floor(runs, sets, kinds.paired, options) : 1;
  const Real ranks = kinds.uniforms > 0 ? settles_by_ranks(runs, options) : 1;
  return {std::pow(floor, kinds.floors) * std::pow(ranks, kinds.uniforms), std::min(floor, ranks)};
}

/// As judge_cells adjusts it.
Real smallest_p_of(const Kinds& kinds, Index cells, Index runs, Index sets, Real level) {
  Calibrated floor, ranks;
  floor.paired = kinds.paired;
  ranks.uniform = true;
  const Real tests = static_cast<Real>((kinds.floors > 0) + kinds.uniforms);
  Real smallest = infinity;
  if (kinds.floors > 0) {
    const Real of_dealings =
        kinds.paired ? std::exp2(-static_cast<Real>(runs))
        : runs == 1  ? 1 / static_cast<Real>(1 + sets)
                     : std::max(smallest_rank_sum_p_value(runs, sets, Tail::upper),
                                1 / static_cast<Real>(1 + permutations_for(cells, level)));
    smallest = dealings_reach(cells, level)
                   ? of_dealings
                   : static_cast<Real>(kinds.floors) * floor.smallest_p_value(runs, sets);
  }
  if (kinds.uniforms > 0) smallest = std::min(smallest, ranks.smallest_p_value(runs, 0));
  return std::min<Real>(1, static_cast<Real>(cells) * tests * smallest);
}

Wanted wanted_for(const Kinds& kinds, Index have, Index have_sets, const JudgeOptions& options) {
  for (Index runs = 16; runs <= most_wanted; runs *= 2) {
    if (runs < have) continue;
    const Index sets = kinds.paired ? runs : std::max<Index>(have_sets, 4 * runs);
    const Chance chance = chance_of(kinds, runs, sets, options);
    if (chance.low >= enough) return {runs, kinds.floors > 0 ? sets : 0, chance.low};
  }
  return {};
}

}  // namespace

Reach reach_of(const Plan& plan, const JudgeOptions& options) {
  Reach out;
  const Index sets = plan.layout.null_replicates;
  for (const bool of_claims : {true, false}) {
    const JudgedCells judged = judged_cells(plan, of_claims);
    const Index cells = judged.count, runs = judged.replicates;
    const Kinds kinds = kinds_of(plan, runs);
    if (cells == 0 || kinds.floors + kinds.uniforms == 0) continue;
    const Chance chance = chance_of(kinds, runs, sets, options);
    if (out.families.empty() && chance.low < enough)
      out.wanted = wanted_for(kinds, runs, sets, options);
    out.families.push_back({of_claims, cells, kinds.floors + kinds.uniforms,
                            smallest_p_of(kinds, cells, runs, sets, options.level), chance.low,
                            chance.high});
  }
  return out;
}

std::string reach_text(const Reach& reach, const JudgeOptions& options) {
  if (reach.families.empty()) return "";
  std::string text;
  for (const FamilyReach& family : reach.families) {
    text += fmt::format("verdicts on {} of samplers that claim {}: smallest p-value {:.2g}{}\n",
                        counted(family.cells, "cell"), family.claims ? "something" : "nothing",
                        family.smallest_p,
                        family.smallest_p < options.level
                            ? ""
                            : fmt::format(" – WARNING: above the level {:g}, so nothing can be "
                                          "found inconsistent",
                                          options.level));
  }
  const FamilyReach& any = reach.families.front();
  text +=
      any.settles_low == any.settles_high
          ? fmt::format("an exact sampler's cell is bounded within the margin with chance {:.2f}",
                        any.settles_low)
          : fmt::format(
                "an exact sampler's cell is bounded within the margin with chance "
                "{:.2f} to {:.2f} ({} that say different things, or the same)",
                any.settles_low, any.settles_high, counted(any.metrics, "metric"));
  if (any.settles_low < enough) {
    text += " – WARNING: below 0.9";
    if (reach.wanted.replicates > 0)
      text += fmt::format(": replicates = {}{} make it {:.2f}", reach.wanted.replicates,
                          reach.wanted.null_replicates > 0
                              ? fmt::format(", null_replicates = {}", reach.wanted.null_replicates)
                              : "",
                          reach.wanted.settles);
  }
  return text + '\n';
}

}  // namespace plumbline
