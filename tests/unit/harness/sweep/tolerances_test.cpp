// [tolerance] in the units of known functionals.
#include "harness/sweep/tolerances.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "harness/statistics/distributions.hpp"

namespace plumbline::tolerances_test {
namespace {

TEST(Tolerated, FollowsTheSweepsTolerances) {
  const Tolerances own{
      .location = 0.1, .spread = 0.5, .tails = 0.2, .dependence = 0.3, .masses = 0.02};

  EXPECT_EQ(tolerated(own, "location_3")->above, 0.1);
  EXPECT_EQ(tolerated(own, "log_density")->below, 0.1);
  EXPECT_EQ(tolerated(own, "dependence_1_2")->above, 0.3);
  EXPECT_EQ(tolerated(own, "masses_0")->below, 0.02);
  EXPECT_EQ(tolerated(own, "mass_0"), std::nullopt);
}

TEST(Tolerated, OfASpreadIsAVarianceTooSmallOrAsManyTimesTooLarge) {
  const Tolerated spread = *tolerated({}, "spread_1");

  EXPECT_EQ(spread.below, 0.25);
  EXPECT_DOUBLE_EQ((1 + spread.above) * (1 - spread.below), 1);
  EXPECT_EQ(spread.least(), 0.25);
}

TEST(Tolerated, OfTailsIsNearlyWhatStudentsLawLosesBeyondTheGaussiansQuantiles) {
  // P(|t_ν| √((ν − 2)/ν) > 1.645) beside 0.1, found from Student's quantiles by bisection.
  for (const Real s : {0.2, 0.3, 0.4}) {
    const Real nu = 1 / s, far = 1.6448536269514722 / std::sqrt((nu - 2) / nu);
    Real low = 0.5, high = 1;
    for (int step = 0; step < 60; ++step) {
      const Real middle = (low + high) / 2;
      (student_quantile(middle, nu) < far ? low : high) = middle;
    }
    EXPECT_NEAR(tolerated({.tails = s}, "tails_1")->above / (0.1 - 2 * (1 - low)), 1, 0.07) << s;
  }
  EXPECT_NEAR(tolerated({}, "tails_1")->above, 0.05, 1e-15);
}

}  // namespace
}  // namespace plumbline::tolerances_test
