// Along which cells a limit is judged.
#include "harness/refinement/refinement.hpp"

#include "unit/harness/verdict/synthetic_file.hpp"

namespace plumbline::refinement_test {
namespace {

Results file_of(const File& file) {
  return file([](const Values&) { return 0.0; });
}

std::optional<Refinement> refinement_in(const Results& results) {
  const ClaimScope scope = claim_scopes(results).front();
  return refinement_of(results.layout, scope, *scope.corner());
}

TEST(Refinement, OfOneBudgetIsItsAxis) {
  const Results results = file_of({{{"steps", {10, 40, 20}}}, "steps"});

  const auto found = refinement_in(results);

  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "steps");
  EXPECT_EQ(found->budgets, (std::vector<Real>{10, 20, 40}));
  EXPECT_EQ(found->places.front(), "steps = 10");
  EXPECT_EQ(found->place_of(20), "steps = 20");
}

TEST(Refinement, OfTwoBudgetsIsTheDiagonalOfTheirProduct) {
  const Results results =
      file_of({{{"steps", {5, 10, 20, 40}}, {"particles", {4, 16, 64}}}, "steps, particles"});

  const auto found = refinement_in(results);

  ASSERT_TRUE(found);
  EXPECT_EQ(found->places,
            (std::vector<std::string>{"steps = 10, particles = 4", "steps = 20, particles = 16",
                                      "steps = 40, particles = 64"}));
  EXPECT_EQ(found->budgets, (std::vector<Real>{.25, .5, 1}));  // steps are refined least
}

TEST(Refinement, CountsABudgetByItsOrder) {
  // Steps of order 2 that double leave less than particles of order 1 that double: p = 1.
  const Results results =
      file_of({{{"steps", {10, 20, 40}}, {"particles", {4, 8, 16}}}, "steps (order 2), particles"});

  const auto found = refinement_in(results);

  ASSERT_TRUE(found);
  EXPECT_EQ(found->order, 1);
  EXPECT_EQ(found->budgets, (std::vector<Real>{.25, .5, 1}));
}

TEST(Refinement, OfABudgetWithoutAnOrderCountsItAsOfTheFirst) {
  const auto of_claim = [](const std::string& claim) {
    return refinement_in(file_of({{{"steps", {10, 20, 40}}, {"burn_in", {4, 8, 16}}}, claim}))
        .value();
  };
  const Refinement first = of_claim("steps (order 2), burn_in");
  const Refinement none = of_claim("steps (order 2), burn_in (no order)");

  EXPECT_TRUE(first.ordered);
  EXPECT_FALSE(none.ordered);
  EXPECT_EQ(none.budgets, first.budgets);
  EXPECT_EQ(none.order, 1);
}

TEST(Refinement, OfZippedBudgetsIsTheirAxis) {
  Results results = file_of({{{"steps", {10, 20, 40}}}, "steps, particles"});
  results.layout.samplers[0].axes[0].zipped = {
      {"particles", "", std::vector<std::int64_t>{4, 8, 16}}};

  const auto found = refinement_in(results);

  ASSERT_TRUE(found);
  EXPECT_EQ(found->places.front(), "steps = 10, particles = 4");
  EXPECT_EQ(found->budgets, (std::vector<Real>{.25, .5, 1}));
}

TEST(Refinement, GoesDownWhereSmallIsFine) {
  const Results results = file_of({{{"last_time", {.1, .2, .05}}}, "last_time ↓"});

  const auto found = refinement_in(results);

  ASSERT_TRUE(found);
  EXPECT_EQ(found->places.back(), "last_time = 0.05");
  EXPECT_EQ(found->budgets, (std::vector<Real>{5, 10, 20}));
}

TEST(Refinement, LeavesOutABudgetOfZero) {
  const Results results = file_of({{{"burn_in", {0, 1, 2, 4}}}, "burn_in"});

  EXPECT_EQ(refinement_in(results)->budgets, (std::vector<Real>{1, 2, 4}));
}

TEST(Refinement, IsNoneWhereABudgetIsNotSwept) {
  EXPECT_FALSE(refinement_in(file_of({{{"steps", {10, 20, 40}}}, "steps, particles"})));
}

TEST(UnjudgedLimits, NameTheBudgetsToZip) {
  const Results alone = file_of({{{"steps", {10, 20, 40, 80}}}, "steps, particles"});
  const auto sentences = unjudged_limits(alone);
  ASSERT_EQ(sentences.size(), 1u);
  EXPECT_NE(sentences[0].find("zip = [[\"steps\", \"particles\"]]"), std::string::npos)
      << sentences[0];

  EXPECT_EQ(unjudged_limits(file_of({{{"steps", {10, 20, 40}}}, "steps"})).size(), 1u);
  EXPECT_TRUE(unjudged_limits(file_of({{{"steps", {10, 20, 40, 80}}}, "steps"})).empty());
  EXPECT_TRUE(unjudged_limits(file_of({{{"steps", {10, 20}}}, "nothing"})).empty());
  const auto chain = unjudged_limits(file_of({{{"burn_in", {1, 2, 4}}}, "burn_in (no order)"}));
  ASSERT_EQ(chain.size(), 1u);
  EXPECT_NE(chain[0].find("consistent, and no number that could contradict"), std::string::npos)
      << chain[0];
}

}  // namespace
}  // namespace plumbline::refinement_test
