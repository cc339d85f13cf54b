// What a first look froze, and what breaks it.
#include "harness/cover/rules.hpp"

#include <gtest/gtest.h>

namespace plumbline::rules_test {
namespace {

SweepLayout layout(std::vector<std::string> metrics) {
  SweepLayout out;
  out.seed = 3;
  for (std::string& name : metrics)
    out.metrics.push_back({std::move(name), "", "1", Better::lower});
  return out;
}

TEST(Rules, KeepWhatWasFrozen) {
  const std::vector<std::string> first = rules_of(layout({"ksd"}), {});
  const LookRecord look{"then", first, {}, {}};

  EXPECT_EQ(broken_rules(look, first), "");
  EXPECT_EQ(broken_rules(look, rules_of(layout({"ksd", "mmd"}), {})), "");
  EXPECT_EQ(broken_rules(look, rules_of(layout({"mmd"}), {})), "metric ksd is gone");
  EXPECT_EQ(broken_rules(look, rules_of(layout({"ksd"}), {.level = 0.05})),
            "level = 0.01, not 0.05");
  EXPECT_EQ(broken_rules(look, rules_of(layout({"ksd"}), {.tolerances = {.location = 0.5}})),
            "tolerance.location = 0.25, not 0.5");
  SweepLayout other = layout({"ksd"});
  other.seed = 4;
  EXPECT_EQ(broken_rules(look, rules_of(other, {.margin = 2})),
            "margin = 1, not 2; seed = 3, not 4");
}

TEST(Rules, AreReadBack) {
  const LookRecord look{
      "then", rules_of(layout({}), {.level = 0.002, .tolerances = {.masses = 0.07}}), {}, {}};

  EXPECT_EQ(frozen(look, "level"), 0.002);
  EXPECT_EQ(frozen(look, "nothing"), std::nullopt);
  EXPECT_EQ(frozen(std::nullopt, "level"), std::nullopt);
  EXPECT_EQ(tolerances_of(look.rules, {}).masses, 0.07);
  EXPECT_EQ(tolerances_of({}, {.tails = 0.1}).tails, 0.1);
}

}  // namespace
}  // namespace plumbline::rules_test
