// What a user reads when something is wrong.
#include "core/errors.hpp"

#include <gtest/gtest.h>

namespace plumbline::errors_test {
namespace {

TEST(SpecErrorMessage, ReadsPlaceKeyValueAllowed) {
  const SpecError error("steps", "0", "must be a whole number ≥ 1", {"a.toml", 3, 7});

  EXPECT_STREQ(error.what(), "a.toml:3:7: steps = 0: must be a whole number ≥ 1");
}

TEST(SpecErrorMessage, LeavesOutWhatIsNotKnown) {
  EXPECT_STREQ(SpecError("steps", "", "is missing").what(), "steps: is missing");
  EXPECT_STREQ(SpecError("", "", "empty file", {"a.toml", 1, 1}).what(), "a.toml:1:1: empty file");
  EXPECT_STREQ(SpecError("steps", "x", "no", {"command line", 0, 0}).what(),
               "command line: steps = x: no");
}

TEST(SpecErrorMessage, KeepsTheFirstPlaceAndGathersPrefixes) {
  const SpecError inner("y", "[1]", "must have 2 entries");
  const SpecError located = inner.at({"a.toml", 2, 5}, "observation");
  const SpecError outer = located.at({"a.toml", 1, 1}, "problem");

  EXPECT_EQ(outer.key(), "problem.observation.y");
  EXPECT_EQ(outer.where().line, 2);
  EXPECT_STREQ(outer.what(), "a.toml:2:5: problem.observation.y = [1]: must have 2 entries");
  EXPECT_EQ(inner.at({}, "observation").where().known(), false);
}

TEST(NearestName, ForgivesTyposSwapsCaseAndUnfinishedNames) {
  const std::vector<std::string> names = {"particles", "steps", "smcdiff", "ess_threshold"};

  EXPECT_EQ(nearest("particels", names), "particles");
  EXPECT_EQ(nearest("particle", names), "particles");
  EXPECT_EQ(nearest("Steps", names), "steps");
  EXPECT_EQ(nearest("setps", names), "steps");
  EXPECT_EQ(nearest("smc", names), "smcdiff");
  EXPECT_EQ(nearest("ess", names), "ess_threshold");
}

TEST(NearestName, IsEmptyWhenNothingIsNear) {
  EXPECT_EQ(nearest("colour", {"particles", "steps"}), "");
  EXPECT_EQ(nearest("steps", {}), "");
  EXPECT_EQ(nearest("", {"em", "ddpm"}), "");
}

TEST(NearestName, PrefersTheSmallerDistanceThenTheEarlierName) {
  EXPECT_EQ(nearest("ddim", {"ddpm", "ddim2", "ddim"}), "ddim");
  EXPECT_EQ(nearest("ddxm", {"ddpm", "ddim"}), "ddpm");
}

TEST(UnknownName, ListsTheValidOnesAndTheNearest) {
  EXPECT_EQ(not_one_of("foo", {"fob", "bar"}), "'foo' is not one of fob, bar; did you mean 'fob'?");
  EXPECT_EQ(not_one_of("xyzzy", {"fob", "bar"}), "'xyzzy' is not one of fob, bar");
  EXPECT_EQ(not_one_of("x", {}), "'x' is not known; there is nothing to set");
}

TEST(RequireDeathTest, AbortsWithTheConditionAndTheMessage) {
  const int n = 3;

  EXPECT_DEATH(PLUMBLINE_REQUIRE(n < 3, "n = {}", n), "must hold: n < 3[^a-z]*n = 3");
  PLUMBLINE_REQUIRE(n == 3, "never formatted");
}

}  // namespace
}  // namespace plumbline::errors_test
