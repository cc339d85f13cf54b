// Judging at any time: level under every look, power, and what is called consistent.
#include "harness/verdict/sequential.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/rng.hpp"
#include "harness/statistics/distributions.hpp"
#include "harness/verdict/verdict.hpp"

namespace plumbline::sequential_test {
namespace {

constexpr std::size_t metrics = 3;

MetricInfo info(std::size_t m, Law law = Law::floor, Better better = Better::lower) {
  return {"m" + std::to_string(m), "", "", better, law == Law::floor, law};
}

/// A cell whose metrics share most of their noise, r replicates against `sets` null sets; `shift`
/// of every metric, `grain` > 0: numbers in multiples of it, so that many are equal.
struct World {
  std::uint64_t seed = 0;
  Index sets = 64;
  Real shift = 0, grain = 0;
  bool paired = false;

  std::vector<MetricSample> operator()(std::size_t r) const {
    std::vector<MetricSample> cell;
    const auto nulls = paired ? r : static_cast<std::size_t>(sets);
    for (std::size_t m = 0; m < metrics; ++m) {
      MetricSample sample{info(m), row(r, m, shift, "run"), row(nulls, m, 0, "null"), paired};
      sample.ties = tie_uniforms(seed, "sampler", 0, sample.info.name, r);
      cell.push_back(std::move(sample));
    }
    return cell;
  }

 private:
  std::vector<double> row(std::size_t count, std::size_t m, Real by, const char* name) const {
    const Rng rng = Rng::from_seed(seed).stream(name), y = Rng::from_seed(seed).stream("y");
    std::vector<double> values;
    for (std::size_t i = 0; i < count; ++i) {
      Real v = 0.8 * rng.normal(i, 0, 0) + 0.6 * rng.normal(i, 1, static_cast<std::uint32_t>(m));
      if (paired) v += 3 * y.normal(i, 0, 0);  // what a pair shares
      v += by;
      values.push_back(grain > 0 ? grain * std::floor(v / grain) : v);
    }
    return values;
  }
};

JudgeOptions at_level(Real level) {
  JudgeOptions options;
  options.level = level;
  options.any_time = true;
  return options;
}

bool alarm(const World& world, std::size_t r, Real level) {
  const Finding found = judge_cell(world(r), at_level(level), 100).finding;
  return found == Finding::inconsistent || found == Finding::not_independent;
}

// What was known stays known: so an alarm at any of the looks is one at the last, and 400 seeds
// need be looked at once each below.
TEST(AnyTime, NothingThatWasFoundIsTakenBack) {
  for (const bool paired : {false, true})
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      const World world{.seed = seed, .shift = 0.3 * static_cast<Real>(seed), .paired = paired};
      AnyTime before;
      for (std::size_t r = 1; r <= 24; ++r) {
        const AnyTime now = at_any_time(world(r).front(), 0.05);
        EXPECT_GE(now.log_e, before.log_e);
        EXPECT_GE(now.theta.low, before.theta.low - 1e-9);
        EXPECT_LE(now.theta.high, before.theta.high + 1e-9);
        EXPECT_LE(now.upper, before.upper + 1e-9);
        before = now;
      }
    }
}

// 400 seeds at 0.05, three correlated metrics, looked at after each of 20 replicates: alarms in at
// most 5 % (bound at 1e-3: 35). Exact draws of one law; of numbers that are often equal; pairs that
// share a y. A test at 0.05 on every look would alarm in about a third of them.
TEST(AnyTime, AlarmsNoMoreOftenThanItsLevelHoweverOftenOneLooks) {
  constexpr Index seeds = 400;
  for (const World& kind : {World{}, World{.grain = 0.8}, World{.paired = true}}) {
    Index alarms = 0;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      World world = kind;
      world.seed = seed;
      alarms += alarm(world, 20, 0.05);
    }
    EXPECT_LE(alarms, binomial_upper(seeds, 0.05, 1e-3)) << kind.grain << kind.paired;
  }
}

// The same of ranks that are uniform.
TEST(AnyTime, UniformRanksAlarmNoMoreOftenThanTheLevel) {
  constexpr Index seeds = 400;
  Index alarms = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const Rng rng = Rng::from_seed(seed).stream("uniform");
    MetricSample sample{info(0, Law::uniform), {}, {}};
    for (std::uint64_t r = 0; r < 64; ++r) sample.values.push_back(rng.uniform(r, 0, 0));
    alarms += at_any_time(sample, 0.05).log_e >= std::log(20);
  }
  EXPECT_LE(alarms, binomial_upper(seeds, 0.05, 1e-3));
}

/// Replicates, doubling from 4, at which a world is found at 0.01; 0 when not at 128.
std::size_t found_at(const World& world, Finding finding, std::size_t most = 128) {
  for (std::size_t r = 4; r <= most; r *= 2)
    if (judge_cell(world(r), at_level(0.01), 100).finding == finding) return r;
  return 0;
}

// One standard deviation: in at least 37 of 40 seeds by 64 replicates, of pairs, which bet on signs
// alone, by 128.
TEST(AnyTime, SeesAShiftOfOneDeviation) {
  for (const bool paired : {false, true}) {
    Index seen = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed)
      seen += found_at({.seed = seed, .sets = 128, .shift = 1, .paired = paired},
                       Finding::inconsistent, paired ? 128 : 64) > 0;
    EXPECT_GE(seen, 37) << paired;
  }
}

// Runs that are better than exact ones are found too, and named so.
TEST(AnyTime, SeesDrawsThatAreTooGood) {
  Index seen = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    seen += found_at({.seed = seed, .sets = 128, .shift = -1.5}, Finding::not_independent, 64) > 0;
  EXPECT_GE(seen, 19);
}

// An exact sampler is consistent by all four metrics with 128 sets and 128 replicates in at least
// 18 of 20 seeds; a shift by the margin never in 60 at any of the looks (at 0.01 per metric that
// would take the product of four).
TEST(AnyTime, CallsExactDrawsConsistentAndAShiftByTheMarginNot) {
  Index right = 0, wrong = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    right += found_at({.seed = seed, .sets = 128}, Finding::consistent) > 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed)
    wrong += found_at({.seed = seed, .sets = 128, .shift = 1}, Finding::consistent, 64) > 0;
  EXPECT_GE(right, 18);
  EXPECT_EQ(wrong, 0);
}

// θ is covered by each side at 0.9, pool and all counts together: misses in at most 10 % of 300
// seeds (bound at 1e-3: 47), for a shift that is near the margin.
TEST(AnyTime, BoundsOfThetaHoldAtEveryCount) {
  constexpr Index seeds = 300;
  const Real theta = exceedance_of_shift(0.8);
  Index low = 0, high = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const World world{.seed = seed, .sets = 24, .shift = 0.8};
    const AnyTime known = at_any_time(world(40).front(), 0.1);
    low += known.theta.low > theta;
    high += known.theta.high < theta;
  }
  EXPECT_LE(low, binomial_upper(seeds, 0.1, 1e-3));
  EXPECT_LE(high, binomial_upper(seeds, 0.1, 1e-3));
}

TEST(AnyTime, UniformLawsBecomeConsistent) {
  const Rng rng = Rng::from_seed(5).stream("uniform");
  MetricSample sample{info(0, Law::uniform), {}, {}};
  for (std::uint64_t r = 0; r < 256; ++r) sample.values.push_back(rng.uniform(r, 0, 0));
  const Calibrated known = calibrate_any_time(sample, 0.01, 1);
  EXPECT_LT(known.upper(0.01), 1);
  sample.values.resize(8);
  EXPECT_GT(calibrate_any_time(sample, 0.01, 1).upper(0.01), 1);
}

TEST(AnyTime, RunsWithoutDrawsRankLastAndAreNeverConsistent) {
  World world{.seed = 3, .sets = 128};
  std::vector<MetricSample> cell = world(64);
  for (MetricSample& sample : cell)
    for (std::size_t r = 0; r < 64; r += 2) sample.values[r] = MetricSample::not_a_draw;
  EXPECT_EQ(judge_cell(cell, at_level(0.01), 100).finding, Finding::inconsistent);
  cell = world(64);
  for (MetricSample& sample : cell) sample.values[5] = MetricSample::not_a_draw;
  EXPECT_EQ(judge_cell(cell, at_level(0.01), 100).finding, Finding::unresolved);
}

TEST(AnyTime, OfMetricsWhereHigherIsBetterTheOtherSideIsWorse) {
  MetricSample sample = World{.seed = 1, .shift = 1}(32).front();
  const AnyTime worse = at_any_time(sample, 0.05);
  sample.info.better = Better::higher;
  const AnyTime better = at_any_time(sample, 0.05);
  EXPECT_DOUBLE_EQ(better.theta.low, 1 - worse.theta.high);
  EXPECT_DOUBLE_EQ(better.theta.high, 1 - worse.theta.low);
  EXPECT_EQ(better.log_e, worse.log_e);
}

TEST(TieUniforms, FollowFromSeedSamplerCellMetricAndReplicate) {
  const auto some = tie_uniforms(1, "a", 2, "m", 3);
  EXPECT_EQ(some, tie_uniforms(1, "a", 2, "m", 3));
  const auto more = tie_uniforms(1, "a", 2, "m", 5);
  EXPECT_TRUE(std::equal(some.begin(), some.end(), more.begin()));
  for (const auto& other : {tie_uniforms(2, "a", 2, "m", 3), tie_uniforms(1, "b", 2, "m", 3),
                            tie_uniforms(1, "a", 3, "m", 3), tie_uniforms(1, "a", 2, "n", 3)})
    EXPECT_NE(some, other);
}

// log(3 · 12/0.01)/KL(½ ‖ 0.7602) = 8.19/0.1579.
TEST(FewestSets, PayForTheLevel) {
  EXPECT_EQ(fewest_sets(0.01, 1), 52);
  EXPECT_GT(fewest_sets(0.001, 1), 52);
  EXPECT_LT(fewest_sets(0.01, 2), 52);
}

// Further sets than 1, 2 or 4 per run are not looked at, and runs without sets say nothing of θ.
TEST(AnyTime, RunsBesideTheirOwnSets) {
  MetricSample sample = World{.seed = 2, .sets = 128}(32).front();
  const AnyTime known = at_any_time(sample, 0.05);
  for (std::size_t r = 0; r < 128; ++r) sample.null.push_back(100);
  EXPECT_EQ(at_any_time(sample, 0.05).theta.low, known.theta.low);
  EXPECT_EQ(at_any_time(sample, 0.05).theta.high, known.theta.high);
  sample.null.clear();
  EXPECT_EQ(at_any_time(sample, 0.05).upper, infinity);
}

TEST(LevelOfLook, AddsUpToTheLevel) {
  Real sum = 0;
  for (Index look = 1; look <= 100'000; ++look) sum += level_of_look(0.01, look);
  EXPECT_NEAR(sum, 0.01, 1e-6);
  EXPECT_LT(sum, 0.01);
}

}  // namespace
}  // namespace plumbline::sequential_test
