// The order of draws: alarms on independent ones, and every list that is none.
#include "harness/statistics/list_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/rng.hpp"
#include "harness/statistics/distributions.hpp"

namespace plumbline::list_order_test {
namespace {

using Columns = std::vector<std::vector<double>>;

Columns independent(std::uint64_t seed, std::size_t rows, std::size_t columns) {
  const Rng rng = Rng::from_seed(seed);
  Columns out(columns);
  for (std::size_t c = 0; c < columns; ++c)
    for (std::size_t i = 0; i < rows; ++i)
      out[c].push_back(rng.normal(i, static_cast<std::uint32_t>(c), 0));
  return out;
}

// Alarms at 0.05 in 1000 lists, 1 − 1e-3 binomial bound; at least 25, or the test sleeps (1e-4).
TEST(OrderTest, KeepsItsLevel) {
  Index alarms = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed)
    alarms += order_test(independent(seed, 60, 3), 199).p_value <= 0.05;
  EXPECT_LE(alarms, binomial_upper(1000, 0.05, 1e-3));
  EXPECT_GE(alarms, 25);
}

TEST(OrderTest, KeepsItsLevelByTheNormalLaw) {
  Index alarms = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed)
    alarms += order_test(independent(seed, 5000, 2), 1'000'000).p_value <= 0.05;
  EXPECT_LE(alarms, binomial_upper(400, 0.05, 1e-3));
  EXPECT_GE(alarms, 5);
}

TEST(OrderTest, SeesSortedDraws) {
  Columns columns = independent(1, 200, 2);
  std::sort(columns[1].begin(), columns[1].end());
  const OrderTest test = order_test(columns, 999);
  EXPECT_EQ(test.p_value, 0.001);
  EXPECT_EQ(test.column, 1u);
  EXPECT_GT(test.correlation, 0.9);
}

TEST(OrderTest, SeesModesInTurn) {
  Columns columns = independent(2, 200, 1);
  for (std::size_t i = 0; i < 200; ++i) columns[0][i] = i % 2 ? 5 : -5;
  EXPECT_EQ(order_test(columns, 999).p_value, 0.001);
  EXPECT_GT(std::abs(order_test(columns, 999).correlation), 0.9);
}

TEST(OrderTest, SeesEveryDrawTwiceInARow) {
  Columns columns = independent(3, 400, 2);
  for (auto& column : columns)
    for (std::size_t i = 1; i < 400; i += 2) column[i] = column[i - 1];
  const OrderTest test = order_test(columns, 999);
  EXPECT_EQ(test.p_value, 0.001);
  EXPECT_EQ(test.lag, 1);
  EXPECT_NEAR(test.correlation, 0.5, 0.1);
}

// An autoregressive chain with ρ = 0.5 (time 3) of 100 draws: caught at 0.01 in 9 of 10 lists.
TEST(OrderTest, SeesAChain) {
  Index seen = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Columns columns = independent(seed, 100, 1);
    for (std::size_t i = 1; i < 100; ++i)
      columns[0][i] = 0.5 * columns[0][i - 1] + std::sqrt(0.75) * columns[0][i];
    seen += order_test(columns, 499).p_value <= 0.01;
  }
  EXPECT_GE(seen, 90);
}

TEST(OrderTest, SeesADrift) {
  Columns columns = independent(4, 400, 1);
  for (std::size_t i = 0; i < 400; ++i) columns[0][i] += static_cast<double>(i) / 400;
  const OrderTest test = order_test(columns, 999);
  EXPECT_LE(test.p_value, 0.002);
  EXPECT_EQ(test.lag, 0);
}

TEST(OrderTest, NeedsRowsThatDiffer) {
  EXPECT_TRUE(std::isnan(order_test({}, 99).p_value));
  EXPECT_TRUE(std::isnan(order_test({{1, 2, 3}}, 99).p_value));
  EXPECT_TRUE(std::isnan(order_test({{1, 1, 1, 1, 1}}, 99).p_value));
  EXPECT_EQ(order_test({{1, 1, 1, 1, 1, 1}, {0, 1, 2, 3, 4, 5}}, 99).column, 1u);
}

}  // namespace
}  // namespace plumbline::list_order_test
