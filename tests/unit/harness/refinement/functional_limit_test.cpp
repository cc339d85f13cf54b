// Claims of limits by signed functionals: consistent in the limit, contradicted, or neither.
#include "harness/refinement/functional_limit.hpp"

#include "harness/statistics/distributions.hpp"
#include "unit/harness/verdict/synthetic_file.hpp"

namespace plumbline::functional_limit_test {
namespace {

Error over_steps(Real plateau, Real c) {
  return [=](const Values& v) { return plateau + c / at(v, "steps"); };
}

/// A claim of steps whose metric is off by `metric` at 10 … 320 steps.
ClaimVerdict judged(const Error& metric, std::vector<std::pair<std::string, Error>> functionals,
                    std::uint64_t seed = 1, const std::string& claim = "steps") {
  return only_claim(
      File{{{"steps", {10, 20, 40, 80, 160, 320}}}, claim, seed, std::move(functionals)}(metric));
}

TEST(FunctionalLimit, ThatIsRightMakesAFallingErrorConsistentInTheLimit) {
  const ClaimVerdict claim =
      judged(over_steps(0, 10), {{"location_1", over_steps(0, 3)}, {"masses_1", over_steps(0, 2)}});

  EXPECT_EQ(claim.finding, Finding::consistent_in_limit) << claim.note;
  EXPECT_FALSE(claim.contradicted);
  EXPECT_TRUE(claim.note.starts_with("2 known expectations right in the limit: ")) << claim.note;
  EXPECT_LT(claim.verdict.p_adjusted, 0.01);  // the finest cell is off
}

TEST(FunctionalLimit, IsNeededForEveryExpectation) {
  // One of them hides its limit in noise, or leaves a third of a deviation that nothing proves.
  const auto noise = [](const Values& v) { return at(v, "steps") == 160 ? 0.5 : 0; };
  EXPECT_EQ(
      judged(over_steps(0, 10), {{"location_1", over_steps(0, 3)}, {"spread_1", noise}}).finding,
      Finding::unresolved);
  EXPECT_EQ(judged(over_steps(0, 10), {}).finding, Finding::unresolved);
}

TEST(FunctionalLimit, DoesNotForgiveAMetricThatPlateaus) {
  // What the metric sees, no functional does.
  const ClaimVerdict claim = judged(over_steps(0.1, 0), {{"location_1", over_steps(0, 3)}});

  EXPECT_TRUE(claim.contradicted) << claim.note;
}

TEST(FunctionalLimit, ThatStaysBeyondItsToleranceContradicts) {
  const ClaimVerdict claim = judged(over_steps(0, 10), {{"location_1", over_steps(-0.5, 3)}});

  EXPECT_TRUE(claim.contradicted);
  EXPECT_EQ(claim.finding, Finding::inconsistent);
  EXPECT_NE(claim.note.find("of location_1 (tolerance 0.25 posterior standard deviations) "
                            "is left in the limit, if the order is 1"),
            std::string::npos)
      << claim.note;
}

TEST(FunctionalLimit, DoesNotContradictWhileAnotherMoves) {
  const ClaimVerdict claim = judged(
      over_steps(0, 10), {{"location_1", over_steps(-0.5, 3)}, {"spread_1", over_steps(0, 300)}});

  EXPECT_EQ(claim.finding, Finding::unresolved) << claim.note;
}

TEST(FunctionalLimit, OfAMassDoesNotContradict) {
  // A mass is flat until the budget resolves the narrowest component (−0.97 … −0.89
  // from 4 to 64 steps, −0.12 at 8192).
  const ClaimVerdict claim = judged(over_steps(0, 10), {{"masses_1", over_steps(-0.5, 0)}});

  EXPECT_EQ(claim.finding, Finding::unresolved) << claim.note;
}

TEST(FunctionalLimit, OfALimitWithoutAnOrderContradictsNothing) {
  // A chain may stay in a mode for longer than any budget of the sweep; seeds of both ways to
  // contradict.
  const std::vector<std::pair<std::string, Error>> stuck = {{"location_1", over_steps(-0.5, 0)}};
  for (const auto& functionals : {stuck, {}}) {
    EXPECT_TRUE(judged(over_steps(0.1, 0), functionals).contradicted);
    const ClaimVerdict claim = judged(over_steps(0.1, 0), functionals, 1, "steps (no order)");
    EXPECT_FALSE(claim.contradicted) << claim.note;
    EXPECT_EQ(claim.finding, Finding::unresolved);
    EXPECT_NE(claim.note.find("without an order none contradicts"), std::string::npos)
        << claim.note;
    EXPECT_TRUE(claim.wants_budgets);
  }
}

TEST(FunctionalLimit, WithoutAnOrderIsRightWhereTheFinestBudgetIs) {
  // 0.38 deviations at 40 steps and falling: within three tolerances of a first order, which nobody
  // promises here. A quarter of that is within one.
  const Error metric = over_steps(0, 10);
  const auto falling = [](Real c) {
    return std::vector<std::pair<std::string, Error>>{{"location_1", over_steps(0, c)}};
  };
  EXPECT_EQ(judged(metric, falling(120)).finding, Finding::consistent_in_limit);
  EXPECT_EQ(judged(metric, falling(120), 1, "steps (no order)").finding, Finding::unresolved);
  const ClaimVerdict right = judged(metric, falling(30), 1, "steps (no order)");
  EXPECT_EQ(right.finding, Finding::consistent_in_limit) << right.note;
  EXPECT_TRUE(right.note.starts_with("1 known expectation right at the finest budget: "))
      << right.note;
  EXPECT_EQ(right.order.find("declared"), std::string::npos) << right.order;
}

TEST(FunctionalLimit, ComparesTheOrderWithTheDeclaredOne) {
  const std::vector<std::pair<std::string, Error>> first = {{"location_1", over_steps(0, 10)}};

  EXPECT_NE(judged(over_steps(0, 10), first).order.find("as declared"), std::string::npos)
      << judged(over_steps(0, 10), first).order;
  const std::string below = judged(over_steps(0, 10), first, 1, "steps (order 2)").order;
  EXPECT_TRUE(below.starts_with("first order from steps = 10 on")) << below;
  EXPECT_NE(below.find("below the declared 2"), std::string::npos) << below;
}

TEST(FunctionalLimit, AlongADiagonalJudgesAClaimOfTwoBudgets) {
  const File file{{{"steps", {10, 20, 40, 80, 160}}, {"particles", {4, 8, 16, 32, 64}}},
                  "steps, particles",
                  1,
                  {{"location_1",
                    [](const Values& v) { return 3 / at(v, "steps") - 2 / at(v, "particles"); }}}};
  const auto metric = [](const Values& v) { return 5 / at(v, "steps") + 1 / at(v, "particles"); };

  const ClaimVerdict claim = only_claim(file(metric));

  EXPECT_EQ(claim.finding, Finding::consistent_in_limit) << claim.note;
  EXPECT_EQ(claim.refined, "steps, particles");
}

TEST(FunctionalLimit, OfATrueClaimIsContradictedMoreRarelyThanTheLevelSays) {
  // 100 files of three functionals at level 0.05, errors that fall from 30 tolerances or from 1.
  for (const Real scale : {1.0, 30.0}) {
    Index alarms = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      const File file{{{"steps", {10, 20, 40, 80, 160, 320}}},
                      "steps",
                      seed,
                      {{"location_1", over_steps(0, 2.5 * scale)},
                       {"spread_1", over_steps(0, -scale)},
                       {"location_2", over_steps(0, 0)}}};
      alarms += judge_file(file(over_steps(0, 10)), {.level = 0.05}).contradictions();
    }
    EXPECT_LE(alarms, binomial_upper(100, 0.05, 1e-3)) << scale;
  }
}

TEST(FunctionalLimit, OfAFalseClaimIsFoundConsistentMoreRarelyThanTheLevelSays) {
  // A plateau just beyond the tolerance, 200 files, level 0.05.
  Index wrong = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const File file{{{"steps", {10, 20, 40, 80, 160, 320}}},
                    "steps",
                    seed,
                    {{"location_1", over_steps(0.2501, 0)}}};
    wrong +=
        judge_file(file(over_steps(0, 10)), {.level = 0.05}).count(Finding::consistent_in_limit);
  }
  EXPECT_LE(wrong, binomial_upper(200, 0.05, 1e-3));
}

}  // namespace
}  // namespace plumbline::functional_limit_test
