// The statistics of `compare`, against closed forms and tables.
#include "cli/agreement.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "harness/statistics/distributions.hpp"

namespace plumbline::cli::agreement_test {
namespace {

TEST(StudentT, HasTheClosedFormsOfOneAndTwoDegreesOfFreedom) {
  for (const double t : {1e-3, 0.1, 1.0, 3.0, 50.0}) {
    EXPECT_NEAR(student_two_sided(t, 1), 1 - 2 / M_PI * std::atan(t), 1e-13);
    EXPECT_NEAR(student_two_sided(t, 2), 1 - t / std::sqrt(2 + t * t), 1e-13);
    EXPECT_EQ(student_two_sided(t, 7), student_two_sided(-t, 7));
  }
}

TEST(StudentT, TendsToTheNormalLaw) {
  for (const double t : {0.5, 1.96, 4.0})
    EXPECT_NEAR(student_two_sided(t, 1e8), std::erfc(t / std::sqrt(2.0)), 1e-7);
}

TEST(Welch, KnowsAWorkedExample) {
  // Equal variances 2.5 and sizes 5: t = −2, 8 degrees of freedom, p = 0.080516 (tables).
  EXPECT_NEAR(welch_p_value({1, 2, 3, 4, 5}, {3, 4, 5, 6, 7}), 0.080516237, 1e-8);
}

TEST(Welch, DecidesConstantSamplesAndLeavesSmallOnesOpen) {
  EXPECT_EQ(welch_p_value({1, 1}, {1, 1}), 1);
  EXPECT_EQ(welch_p_value({1, 1}, {2, 2}), 0);
  EXPECT_TRUE(std::isnan(welch_p_value({1}, {2, 3})));
}

TEST(LargestDifference, IsRelativeAndKnowsNaN) {
  const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(largest_difference({1, nan}, {1, nan}), 0);
  EXPECT_DOUBLE_EQ(largest_difference({1, 100}, {1, 101}), 1.0 / 101);
  EXPECT_EQ(largest_difference({1, nan}, {1, 2}), infinity);
  EXPECT_EQ(largest_difference({1}, {1, 2}), infinity);
  EXPECT_EQ(largest_difference({0, -0.0}, {-0.0, 0}), 0);
}

TEST(SameNumbers, IgnoresWallTimeOnly) {
  CellRecord a;
  a.status = {Status::ok};
  a.metrics = {{"mean_error", {1.5}, {0.1}}};
  a.extras = {{"wall_seconds", {1.0}, {}}, {"ess_min", {0.5}, {}}};
  CellRecord b = a;
  b.extras[0].value = {2.0};
  EXPECT_TRUE(same_numbers(a, b));
  b.extras[1].value = {0.25};
  EXPECT_FALSE(same_numbers(a, b));
}

}  // namespace
}  // namespace plumbline::cli::agreement_test
