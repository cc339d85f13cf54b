// Means of units against Student's law, and errors that are never less than what is known.
#include "harness/statistics/unit_means.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.hpp"
#include "harness/statistics/distributions.hpp"
#include "harness/statistics/statistics.hpp"

namespace plumbline::unit_means_test {
namespace {

TEST(UnitMean, IsStudentsTest) {
  // scipy.stats.ttest_1samp([1, 2, 4, 5], 0): t = 3.28634, p = 0.046206
  const UnitMean found = unit_mean({1, 2, 4, 5});

  EXPECT_EQ(found.units, 4);
  EXPECT_DOUBLE_EQ(found.mean, 3);
  EXPECT_NEAR(found.mean / found.error, 3.286335345, 1e-8);
  EXPECT_NEAR(found.p_value, 0.0462058, 1e-6);
  EXPECT_NEAR(found.reach(0.05), 3.182446305 * found.error, 1e-7);
}

TEST(UnitMean, HasUniformPValuesForNormalUnits) {
  // 2000 tests of 8 units: the three tests of uniformity together alarm at 1e-3.
  std::vector<double> p_values;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const Rng rng = Rng::from_seed(seed).stream("units");
    std::vector<double> units;
    for (std::uint64_t i = 0; i < 8; ++i) units.push_back(rng.normal(i, 0, 0));
    p_values.push_back(unit_mean(units).p_value);
  }

  EXPECT_GT(uniform_p_value(p_values), 1e-3);
}

TEST(UnitMean, TakesNoErrorBelowWhatIsKnown) {
  // A rare event that happened nowhere: ten batches agree, and know nothing.
  const std::vector<double> never(10, -0.05);

  EXPECT_EQ(unit_mean(never).p_value, 0);
  const UnitMean known = unit_mean(never, {.least = 0.05});
  EXPECT_DOUBLE_EQ(known.error, 0.05);
  EXPECT_GT(known.p_value, 0.3);
  EXPECT_DOUBLE_EQ(unit_mean({1, 2, 4, 5}, {.expectation = 2}).error,
                   std::hypot(unit_mean({1, 2, 4, 5}).error, 2));
}

TEST(UnitMean, SaysNothingOfOneUnit) {
  const UnitMean one = unit_mean({0.3});

  EXPECT_TRUE(std::isnan(one.p_value));
  EXPECT_EQ(one.reach(0.01), infinity);
  EXPECT_EQ(unit_mean({0.0, 0.0, 0.0}).p_value, 1);
  EXPECT_TRUE(std::isnan(unit_mean({}).mean));
}

TEST(BatchesPerChain, MakeTwentyUnitsOfFewChainsAndTakeManyWhole) {
  EXPECT_EQ(batches_per_chain(1), 20);
  EXPECT_EQ(batches_per_chain(3), 7);
  EXPECT_EQ(batches_per_chain(7), 3);
  EXPECT_EQ(batches_per_chain(8), 1);
}

}  // namespace
}  // namespace plumbline::unit_means_test
