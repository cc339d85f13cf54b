// What a method costs by what was timed of it. No test asks how long anything takes.
#include "harness/sweep/costs.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "unit/harness/fake_galleries.hpp"

namespace plumbline::costs_test {
namespace {

TEST(MethodCost, GoesInProportionWhereOneTimeIsKnown) {
  MethodCost cost;
  EXPECT_FALSE(cost.known());
  cost.add({100, 2});
  EXPECT_EQ(cost.seconds(50), 1);
  EXPECT_EQ(cost.seconds(400), 8);
  EXPECT_EQ(cost.rate(), 0.02);
}

TEST(MethodCost, IsWhatWasTimedWhereNothingIsEvaluated) {
  MethodCost cost;
  cost.add({0, 3});
  EXPECT_EQ(cost.seconds(0), 3);
  EXPECT_TRUE(std::isnan(cost.rate()));
}

TEST(MethodCost, JoinsTimesByLinesSoThatOverheadIsNotTakenForEvaluations) {
  MethodCost cost;
  cost.add({1000, 12});  // 10 of launches, 2 ms per evaluation
  cost.add({100, 10.2});
  EXPECT_NEAR(cost.seconds(100), 10.2, 1e-12);
  EXPECT_NEAR(cost.seconds(550), 11.1, 1e-12);
  EXPECT_NEAR(cost.seconds(1000), 12, 1e-12);
  EXPECT_NEAR(cost.seconds(50), 10.1, 1e-12);
  EXPECT_NEAR(cost.seconds(2000), 12 + 3, 1e-12);  // a slope is flattened to a quarter, no more
}

TEST(MethodCost, TakesNoSlopeFromTimesThatAreNearEachOther) {
  MethodCost cost;
  cost.add({100, 1});
  cost.add({120, 9});  // noise
  EXPECT_NEAR(cost.seconds(240), 18, 1e-12);
  EXPECT_TRUE(cost.covers(130));
  EXPECT_FALSE(cost.covers(1000));
}

TEST(MethodCost, NeverCostsLessForMore) {
  MethodCost cost;
  cost.add({100, 5});
  cost.add({1000, 1});  // the first was disturbed
  EXPECT_EQ(cost.seconds(500), 5);
  EXPECT_GT(cost.seconds(4000), cost.seconds(1000));
}

TEST(Spread, IsWhatNineInTenTimingsStayBelow) {
  Spread spread;
  EXPECT_EQ(spread.factor(), 1);
  for (int i = 0; i < 18; ++i) spread.add(2, 3);
  spread.add(1, 50);
  EXPECT_EQ(spread.factor(), 1.5);
}

Plan planned(const std::string& text = fake::sweep_text) {
  return make_plan(Exec(), parse_sweep(text, "small.toml", {}, fake::known()));
}

TEST(Costs, AddUpToTheirParts) {
  const Plan plan = planned();
  const Costs costs(Exec(), plan, {.each = 1e-4, .all = 10});
  EXPECT_EQ(costs.guessed(), 0);
  EXPECT_GT(costs.timed(), 0);
  EXPECT_GE(costs.factor(), 1);
  for (std::size_t i = 0; i < plan.cells.size(); ++i) {
    EXPECT_GT(costs.replicate(i), 0) << i;
    EXPECT_EQ(costs.cell(i), 3 * costs.replicate(i));
    EXPECT_GE(costs.cell(i), costs.metrics(plan.cells[i]));
  }
  for (Index p = 0; p < 2; ++p) {
    EXPECT_GT(costs.exact_set(p), 0);
    EXPECT_EQ(costs.exact_draws(p), 2 * costs.exact_set(p));
    EXPECT_GT(costs.problems(p), 0);
  }
}

TEST(Costs, RunNoSamplerWhereTheSweepIsShorterThanTimingIt) {
  const Plan plan = planned();
  fake::runs = 0;
  // A share that no machine under any load makes long enough.
  const Costs costs(Exec(), plan, {.each = brief.each, .all = brief.all, .share = 1e-9});
  EXPECT_EQ(fake::runs, 0);
  EXPECT_EQ(costs.timed(), 0);
  EXPECT_GT(costs.guessed(), 0);
  for (std::size_t i = 0; i < plan.cells.size(); ++i) EXPECT_GT(costs.replicate(i), 0);
}

TEST(Costs, TimeOnlyWhatIsWanted) {
  const Plan plan = planned();
  fake::runs = 0;
  const Costs none(Exec(), plan, {.each = 1e-4, .all = 10}, [](std::size_t) { return false; });
  EXPECT_EQ(fake::runs, 0);
  const Costs some(Exec(), plan, {.each = 1e-4, .all = 10}, [](std::size_t i) { return i == 0; });
  EXPECT_EQ(some.timed(), 1);
  EXPECT_GT(fake::runs, 0);
}

TEST(Costs, GuessAMethodThatCannotBeTimedFromTheOthers) {
  fake::broken = true;
  const Plan plan =
      planned(fake::edited("label     = \"other\"", "label     = \"other\"\nmode = \"breaks\""));
  const Costs costs(Exec(), plan, {.each = 1e-4, .all = 10});
  EXPECT_EQ(costs.guessed(), 2);  // at two problem points
  for (std::size_t i = 0; i < plan.cells.size(); ++i) EXPECT_GT(costs.replicate(i), 0);
}

TEST(Costs, LeaveWorkThatIsNotWantedAnyMore) {
  const Plan plan = planned();
  const StopScope scope([] { return true; });
  EXPECT_THROW(Costs(Exec(), plan, {.each = 1e-4, .all = 10}), Stopped);
}

TEST(Plan, KeepsTheProblemThatItBuiltWhereThereIsOne) {
  const Plan several = planned();
  EXPECT_FALSE(several.only);
  EXPECT_EQ(problems_of(Exec(), several, 1)->point().index, 1);
  const Plan one = planned(fake::edited("spread = [1.0, 2.0]", "spread = 1.0"));
  ASSERT_TRUE(one.only);
  EXPECT_EQ(problems_of(Exec(), one, 0), one.only);
}

}  // namespace
}  // namespace plumbline::costs_test
