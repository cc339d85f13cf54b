// Local slopes and the straight law of curves that are known.
#include "harness/statistics/local_order.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.hpp"

namespace plumbline::local_order_test {
namespace {

using Curve = Real (*)(Real);

/// Errors at 4, 8 … 256 and 400 draws of them with this noise, the same relative one at each.
LocalOrders orders_of(Curve error, Real noise, Real common = 0) {
  const Rng rng = Rng::from_seed(1);
  std::vector<Real> budgets, errors;
  for (Real b = 4; b <= 256; b *= 2) {
    budgets.push_back(b);
    errors.push_back(error(b));
  }
  std::vector<std::vector<Real>> draws;
  for (std::uint64_t draw = 0; draw < 400; ++draw) {
    draws.push_back(errors);
    for (std::uint32_t i = 0; i < errors.size(); ++i)
      draws.back()[i] += noise * rng.normal(draw, 0, i) + common * rng.normal(draw, 1, 0);
  }
  return local_orders(budgets, errors, draws);
}

TEST(LocalOrders, AreTheSlopesBetweenNeighbours) {
  // c/T (1 + 8/T): slope 1 + log2((1 + 8/T)/(1 + 4/T)) between T and 2T
  const LocalOrders orders = orders_of([](Real t) { return (1 + 8 / t) / t; }, 0);

  ASSERT_EQ(orders.slopes.size(), 6u);
  for (const LocalSlope& slope : orders.slopes) {
    EXPECT_EQ(slope.to, 2 * slope.from);
    EXPECT_NEAR(slope.slope, 1 + std::log2((1 + 8 / slope.from) / (1 + 4 / slope.from)), 1e-12);
  }
}

TEST(LocalOrders, FindWhereTheStraightLawBegins) {
  // Slopes .37 .63 .85 .98 1.05 1.07. One line through all of them says 0.81.
  const auto ddpm = [](Real t) {
    const Real slopes[] = {.37, .63, .85, .98, 1.05, 1.07};
    Real log_error = 0;
    for (int i = 0; i < 6 && 4 << i < t; ++i) log_error -= slopes[i] * std::log(2.0);
    return std::exp(log_error);
  };

  const LocalOrders orders = orders_of(ddpm, 0);

  ASSERT_TRUE(orders.straight);
  EXPECT_EQ(orders.from, 32);
  EXPECT_EQ(orders.to, 256);
  EXPECT_NEAR(orders.order, 1.035, 0.01);
  EXPECT_TRUE(order_text(orders, "steps = 32").starts_with("first order from steps = 32 on (1.0"))
      << order_text(orders, "steps = 32");
}

TEST(LocalOrders, HaveNoStraightLawWhileTheSlopeMoves) {
  const LocalOrders orders =
      orders_of([](Real t) { return std::exp(-std::pow(std::log(t), 2) / 4); }, 0);

  EXPECT_FALSE(orders.straight);
  EXPECT_TRUE(order_text(orders, "x").starts_with("no straight law yet: slopes "))
      << order_text(orders, "x");
}

TEST(LocalOrders, LookAtErrorsThatAreToldFromZeroOnly) {
  // 1/T with noise 0.01: 1/256 and 1/128 are not told from 0, 1/4 … 1/32 are.
  const LocalOrders orders = orders_of([](Real t) { return 1 / t; }, 0.01);

  ASSERT_FALSE(orders.slopes.empty());
  EXPECT_LE(orders.slopes.back().to, 64);
  EXPECT_GE(orders.slopes.back().to, 32);
}

TEST(LocalOrders, TakeNoSlopeAcrossAChangeOfSign) {
  const LocalOrders orders = orders_of([](Real t) { return 1 / t - 20 / (t * t); }, 0);

  EXPECT_EQ(orders.slopes.front().from, 32);  // negative below 20
}

TEST(LocalOrders, CoverTheSlopeInNineteenOfTwenty) {
  // The interval of the slope of 1/T² between 4 and 8, noise a tenth of the error there.
  const LocalOrders orders = orders_of([](Real t) { return 1 / (t * t); }, 0.1 / 64);

  const LocalSlope& slope = orders.slopes.front();
  EXPECT_LT(slope.interval.low, 2);
  EXPECT_GT(slope.interval.high, 2);
  // sd of log₂ e(4)/e(8) = 0.1 √(1 + 1/16)/ln 2 = 0.149
  EXPECT_NEAR(slope.interval.half_width(), 1.96 * 0.149, 0.06);
}

TEST(LocalOrders, NameOrdersThatHaveAName) {
  const auto text = [](Curve error) { return order_text(orders_of(error, 0, 0), "4"); };

  EXPECT_EQ(text([](Real t) { return 1 / (t * t); }).substr(0, 22), "second order from 4 on");
  EXPECT_EQ(text([](Real t) { return 1 / std::sqrt(t); }).substr(0, 9), "order 0.5");
}

}  // namespace
}  // namespace plumbline::local_order_test
