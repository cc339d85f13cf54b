// Westfall–Young: its level with metrics that hang on each other, its power, its edges.
#include "harness/statistics/family.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.hpp"
#include "harness/statistics/distributions.hpp"

namespace plumbline::family_test {
namespace {

/// `metrics` columns of R runs and R₀ sets, standard normal with pairwise correlation 0.5; runs lie
/// `shift` higher.
std::vector<MetricColumn> normal_columns(std::uint64_t seed, std::size_t metrics, int runs,
                                         int sets, Real shift = 0) {
  const Rng rng = Rng::from_seed(seed).stream("columns");
  std::vector<MetricColumn> out(metrics, {{}, {}, Tail::upper});
  for (int row = 0; row < runs + sets; ++row) {
    const auto at = static_cast<std::uint64_t>(row);
    const Real common = rng.normal(at, 0, 0);
    for (std::size_t m = 0; m < metrics; ++m) {
      const Real own = rng.normal(at, 1, static_cast<std::uint32_t>(m));
      const Real value = std::sqrt(0.5) * (common + own);
      if (row < runs)
        out[m].values.push_back(value + shift);
      else
        out[m].null.push_back(value);
    }
  }
  return out;
}

/// How often p ≤ level in `seeds` families.
Index alarms(int runs, int sets, bool paired, Real level, Index seeds) {
  Index count = 0;
  for (Index seed = 0; seed < seeds; ++seed)
    count +=
        westfall_young(normal_columns(static_cast<std::uint64_t>(seed), 5, runs, sets), paired, 199)
            .p_value <= level;
  return count;
}

// 1 − 1e-3 binomial bounds above the level; below, a third of the level would say that the test
// sleeps (probability < 1e-4).
TEST(Family, KeepsItsLevelWithMetricsThatHangOnEachOther) {
  constexpr Index seeds = 1000;
  const Index most = binomial_upper(seeds, 0.05, 1e-3);
  for (const auto& [runs, sets, paired] : {std::tuple{1, 59, false}, std::tuple{4, 20, false},
                                           std::tuple{16, 40, false}, std::tuple{12, 12, true}}) {
    const Index count = alarms(runs, sets, paired, 0.05, seeds);
    EXPECT_LE(count, most) << runs << " " << sets;
    EXPECT_GE(count, 17) << runs << " " << sets;
  }
}

TEST(Family, CountsAMetricThatIsThereTwiceOnce) {
  auto once = normal_columns(3, 1, 6, 30, 2.0);
  const Real alone = westfall_young(once, false, 1999).p_value;
  const Real five =
      westfall_young({once[0], once[0], once[0], once[0], once[0]}, false, 1999).p_value;
  EXPECT_EQ(alone, five);
  EXPECT_LT(alone, 0.05);
}

TEST(Family, OneRunReachesOneOverAllRowsWhateverTheNumberOfMetrics) {
  auto columns = normal_columns(4, 17, 1, 199);
  columns[5].values[0] = 40;
  const FamilyTest test = westfall_young(columns, false, 0);
  EXPECT_EQ(test.p_value, 1 / 200.0);
  EXPECT_EQ(test.smallest, 1 / 200.0);
  EXPECT_EQ(test.deciding, 5u);
}

TEST(Family, NamesTheMetricThatDeviatesMost) {
  auto columns = normal_columns(5, 4, 12, 60);
  for (double& value : columns[2].values) value += 3;
  const FamilyTest test = westfall_young(columns, false, 9999);
  EXPECT_EQ(test.deciding, 2u);
  EXPECT_EQ(test.p_value, 1e-4);
  EXPECT_GT(test.adjusted[0], 0.01);
}

TEST(Family, TailsSayWhichSideIsWorse) {
  MetricColumn low{{-9, -8, -7, -9}, {0, 1, 2, 3, 4, 5, 6, 7, 8}, Tail::upper};
  EXPECT_GT(westfall_young({low}, false, 999).p_value, 0.9);
  low.tail = Tail::lower;
  EXPECT_LT(westfall_young({low}, false, 999).p_value, 0.01);
  low.tail = Tail::both;
  EXPECT_LT(westfall_young({low}, false, 999).p_value, 0.01);
}

TEST(Family, ConstantsAndMissingNumbersHaveNoVote) {
  const MetricColumn constant{{1, 1}, {1, 1, 1}, Tail::upper};
  const MetricColumn missing{{nan, nan}, {1, 2, 3}, Tail::upper};
  const FamilyTest test = westfall_young({constant, missing}, false, 99);
  EXPECT_TRUE(std::isnan(test.p_value));
  EXPECT_TRUE(std::isnan(test.adjusted[0]) && std::isnan(test.adjusted[1]));
  EXPECT_EQ(test.deciding, 2u);
  const MetricColumn seen{{9, 8}, {1, 2, 3}, Tail::upper};
  EXPECT_EQ(westfall_young({constant, seen, missing}, false, 99).deciding, 1u);
  EXPECT_TRUE(std::isnan(westfall_young({}, false, 99).p_value));
}

TEST(Family, InfiniteValuesAreTheWorst) {
  MetricColumn one{{infinity}, {}, Tail::upper};
  for (int s = 0; s < 99; ++s) one.null.push_back(std::sin(s));
  EXPECT_EQ(westfall_young({one}, false, 0).p_value, 0.01);
  MetricColumn paired{
      {infinity, infinity, infinity, infinity, infinity}, {1, 2, 3, 4, 5}, Tail::upper};
  EXPECT_NEAR(westfall_young({paired}, true, 9999).p_value, 1 / 32.0, 0.006);  // 3 standard errors
}

TEST(Family, DealsEnoughForHolmOverAllClaims) {
  EXPECT_EQ(permutations_for(36, 0.01), 71999);
  EXPECT_EQ(permutations_for(0, 0.05), 399);
  EXPECT_TRUE(dealings_reach(36, 0.01));
  // No level makes it deal for ever.
  EXPECT_EQ(permutations_for(36, 1e-9), most_dealings - 1);
  EXPECT_FALSE(dealings_reach(36, 1e-9));
}

}  // namespace
}  // namespace plumbline::family_test
