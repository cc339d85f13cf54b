// k̂ against ArviZ 0.17 (arviz.stats.stats._gpdfit on the same exceedances), and its rules.
#include "harness/statistics/tail_shape.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

namespace plumbline::tail_shape_test {
namespace {

/// 400 values f(u) at the golden-ratio sequence.
std::vector<double> values(const std::function<double(double)>& f) {
  std::vector<double> out;
  for (int i = 1; i <= 400; ++i) out.push_back(f(std::fmod(i * 0.6180339887498949, 1.0)));
  return out;
}

TEST(TailShape, IsThatOfArviZ) {
  EXPECT_NEAR(
      tail_shape(values([](double u) { return std::abs(std::tan(std::numbers::pi * (u - 0.5))); })),
      0.8335077128694406, 1e-9);
  EXPECT_NEAR(tail_shape(values([](double u) { return -std::log(u); })), 0.06595767328331312, 1e-9);
  EXPECT_NEAR(tail_shape(values([](double u) { return u; })), -0.7345241195300789, 1e-9);
  EXPECT_NEAR(tail_shape(values([](double u) { return std::pow(u, -0.25); })), 0.2581815910301271,
              1e-9);
}

TEST(TailShape, SaysNothingOfTooFewOrEqualValues) {
  EXPECT_TRUE(std::isnan(tail_shape({1, 2, 3, 4, 5, 6, 7, 8})));
  EXPECT_TRUE(std::isnan(tail_shape(std::vector<double>(200, 1.0))));
  std::vector<double> lost(200, 1.0);
  lost[7] = infinity;
  EXPECT_EQ(tail_shape(lost), infinity);
}

TEST(TailShape, HasTheRulesOfParetoSmoothing) {
  EXPECT_EQ(largest_tail_shape(99), 0);
  EXPECT_NEAR(largest_tail_shape(100), 0.5, 1e-15);
  EXPECT_EQ(largest_tail_shape(100'000), 0.7);
  EXPECT_NEAR(values_for_tail_shape(0.5), 100, 1e-12);
  EXPECT_NEAR(values_for_tail_shape(-1), 10, 1e-12);
  EXPECT_EQ(values_for_tail_shape(1), infinity);
}

}  // namespace
}  // namespace plumbline::tail_shape_test
