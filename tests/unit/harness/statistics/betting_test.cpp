// Evidence that may be looked at after every value: alarms at any time, power, coverage of bounds.
#include "harness/statistics/betting.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.hpp"
#include "harness/statistics/distributions.hpp"

namespace plumbline::betting_test {
namespace {

// Looked at after each of 300 values; alarms at 1/α = 20 in at most 5 % of 1000 worlds (1 − 1e-3
// bound). Log-normal estimates of mean 1 with deviations 0.3 … 2: the last has a heavy tail.
TEST(MeanAboveOne, HasNoMoreAlarmsThanItsLevelHoweverOftenItIsLookedAt) {
  constexpr Index worlds = 1000;
  for (const Real s : {0.3, 1.0, 2.0}) {
    Index alarms = 0;
    for (Index world = 0; world < worlds; ++world) {
      const Rng rng = Rng::from_seed(static_cast<std::uint64_t>(world));
      MeanAboveOne bet;
      for (std::uint64_t i = 0; i < 300; ++i)
        bet.add(std::exp(s * rng.normal(i, 0, 0) - s * s / 2));
      alarms += bet.p_value() <= 0.05;
    }
    EXPECT_LE(alarms, binomial_upper(worlds, 0.05, 1e-3)) << s;
  }
}

// An evidence 10 % too large with 30 % noise: at most 300 runs in 95 of 100 worlds.
TEST(MeanAboveOne, SeesTenPerCentInThirtyPerCentNoise) {
  Index seen = 0;
  for (Index world = 0; world < 100; ++world) {
    const Rng rng = Rng::from_seed(static_cast<std::uint64_t>(world)).stream("biased");
    MeanAboveOne bet;
    for (std::uint64_t i = 0; i < 300; ++i)
      bet.add(1.1 * std::exp(0.3 * rng.normal(i, 0, 0) - 0.045));
    seen += bet.p_value() <= 0.01;
  }
  EXPECT_GE(seen, 95);
}

TEST(MeanAboveOne, IsItsFormula) {
  MeanAboveOne bet;
  bet.add(3);
  bet.add(0);
  Real wealth = 0;
  for (int k = 0; k < 12; ++k) wealth += (1 + std::exp2(-k) * 2) * (1 - std::exp2(-k)) / 12;
  EXPECT_NEAR(bet.log_now(), std::log(wealth), 1e-14);
  EXPECT_EQ(bet.count(), 2);
  bet.add(nan);
  EXPECT_EQ(bet.count(), 2);
  bet.add(infinity);
  bet.add(0);
  EXPECT_EQ(bet.p_value(), 0);
  EXPECT_FALSE(std::isnan(bet.log_now()));
}

TEST(UniformBet, KeepsItsLevelAndSeesAShift) {
  constexpr Index worlds = 1000;
  for (const Tail tail : {Tail::upper, Tail::lower, Tail::both}) {
    Index alarms = 0, seen = 0;
    for (Index world = 0; world < worlds; ++world) {
      const Rng rng = Rng::from_seed(static_cast<std::uint64_t>(world)).stream("ranks");
      UniformBet bet(tail), other(tail);
      for (std::uint64_t i = 0; i < 64; ++i) {
        const Real u = rng.uniform(i, 0, 0);
        bet.add(u);
        // Ranks of values one standard deviation off.
        const Real z = normal_quantile(u) + (tail == Tail::lower ? -1 : 1);
        other.add(std::erfc(-z / std::sqrt(Real{2})) / 2);
      }
      alarms += bet.p_value() <= 0.05;
      seen += other.p_value() <= 0.01;
    }
    EXPECT_LE(alarms, binomial_upper(worlds, 0.05, 1e-3));
    EXPECT_GE(seen, 990);
  }
}

TEST(UniformBet, NeverLosesAllAtTheEdge) {
  UniformBet bet(Tail::both);
  bet.add(0);
  bet.add(1);
  EXPECT_TRUE(std::isfinite(bet.log_now()));
}

// Ranks of exchangeable values are independent uniforms: mean, variance and lag-one correlation
// within 4 standard errors of 20 000.
TEST(OnlineRanks, AreIndependentAndUniform) {
  const Rng rng = Rng::from_seed(5);
  Real sum = 0, squares = 0, products = 0;
  constexpr int worlds = 500, values = 40;
  for (std::uint64_t world = 0; world < worlds; ++world) {
    std::vector<double> pool;
    for (std::uint32_t i = 0; i < 8; ++i) pool.push_back(std::floor(3 * rng.uniform(world, 0, i)));
    OnlineRanks ranks(pool);
    Real before = 0;
    for (std::uint32_t i = 0; i < values; ++i) {
      const Real u = ranks.add(std::floor(3 * rng.uniform(world, 1, i)), rng.uniform(world, 2, i));
      sum += u;
      squares += u * u;
      products += (u - 0.5) * before;
      before = u - 0.5;
    }
  }
  constexpr Real n = worlds * values;
  EXPECT_NEAR(sum / n, 0.5, 4 * std::sqrt(1 / (12 * n)));
  EXPECT_NEAR(squares / n, 1 / 3.0, 4 * std::sqrt(4 / (45 * n)));
  EXPECT_NEAR(products / n, 0, 4 / (12 * std::sqrt(n)));
  OnlineRanks ranks({1, 2, 3});
  EXPECT_EQ(ranks.add(2, 0.5), (1 + 0.5 * 2) / 4);
  EXPECT_TRUE(std::isnan(ranks.add(nan, 0.5)));
  EXPECT_EQ(ranks.add(9, 0), 4 / 5.0);
}

// Both bounds at 0.025 hold at 50, 100, 150 and 200 values at once in 95 % of 120 worlds at least,
// to the 1 − 1e-3 binomial bound.
TEST(BoundedMean, CoversAtAllCountsAtOnce) {
  Index misses = 0;
  for (Index world = 0; world < 120; ++world) {
    const Rng rng = Rng::from_seed(static_cast<std::uint64_t>(world)).stream("bounded");
    std::vector<double> values;
    bool missed = false;
    for (std::uint64_t i = 0; i < 200; ++i) {
      values.push_back(std::pow(rng.uniform(i, 0, 0), 3));  // mean ¼
      if (i % 50 != 49) continue;
      const Interval bounds = bounded_mean(values, 0.025);
      missed = missed || bounds.low > 0.25 || bounds.high < 0.25;
    }
    misses += missed;
  }
  EXPECT_LE(misses, binomial_upper(120, 0.05, 1e-3));
}

TEST(BoundedMean, ClosesIn) {
  const Interval none = bounded_mean({}, 0.01);
  EXPECT_EQ(none.low, 0);
  EXPECT_EQ(none.high, 1);
  std::vector<double> values;
  for (int i = 0; i < 400; ++i) values.push_back(0.5 + 0.3 * std::sin(i));
  const Interval bounds = bounded_mean(values, 0.01);
  EXPECT_LT(bounds.low, 0.5);
  EXPECT_GT(bounds.low, 0.44);
  EXPECT_GT(bounds.high, 0.5);
  EXPECT_LT(bounds.high, 0.56);
  EXPECT_EQ(bounded_mean({0, 0, 0}, 0.01).low, 0);
  EXPECT_LT(bounded_mean(std::vector<double>(100, 0.0), 0.01).high, 0.12);
}

}  // namespace
}  // namespace plumbline::betting_test
