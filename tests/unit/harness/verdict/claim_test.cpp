// Claims against synthetic result files whose errors are known functions of the budgets.
#include "harness/verdict/claim.hpp"
#include "harness/statistics/distributions.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/errors.hpp"
#include "harness/statistics/statistics.hpp"
#include "unit/harness/verdict/synthetic_file.hpp"

namespace plumbline::claim_test {
namespace {

TEST(Claim, OfNothingIsNotContradictedByItsBias) {
  const ClaimVerdict claim =
      only_claim(File{{{"steps", many_steps}}, "nothing"}([](const Values&) { return 0.3; }));

  EXPECT_EQ(claim.finding, Finding::inconsistent);
  EXPECT_FALSE(claim.contradicted);
  ASSERT_EQ(claim.trends.size(), 1u);
  EXPECT_NEAR(claim.trends[0].fit.plateau, 0.3, 0.01);
  EXPECT_TRUE(claim.trend_text().starts_with("steps: plateaus at ")) << claim.trend_text();
  EXPECT_EQ(claim.budget, "steps = 300");
}

TEST(Claim, OfExactnessIsContradictedByAnyCell) {
  const File file{{{"steps", many_steps}}, "exact"};
  const auto off_at = [](Real steps) {
    return [steps](const Values& v) { return at(v, "steps") == steps ? 0.1 : 0.0; };
  };

  const ClaimVerdict claim = only_claim(file(off_at(30)));
  EXPECT_TRUE(claim.contradicted);
  EXPECT_EQ(claim.budget, "steps = 30");
  EXPECT_FALSE(only_claim(file(off_at(-1))).contradicted);
}

TEST(Claim, OfStepsIsContradictedByAPlateau) {
  const auto plateau = [](const Values& v) { return std::hypot(0.3, 5 / at(v, "steps")); };
  const Results results = File{{{"steps", many_steps}}, "steps"}(plateau);

  const ClaimVerdict claim = only_claim(results);

  EXPECT_EQ(claim.finding, Finding::inconsistent);
  EXPECT_TRUE(claim.contradicted);
  EXPECT_NE(claim.note.find("is left in the limit"), std::string::npos) << claim.note;
  EXPECT_EQ(judge_file(results, {}).contradictions(), 1);
}

TEST(Claim, OfStepsIsUnresolvedWhileTheErrorFalls) {
  const auto falling = [](const Values& v) { return 10 / at(v, "steps"); };

  const ClaimVerdict claim = only_claim(File{{{"steps", many_steps}}, "steps"}(falling));

  EXPECT_EQ(claim.finding, Finding::unresolved);
  EXPECT_FALSE(claim.contradicted);
  EXPECT_LT(claim.verdict.p_adjusted, 0.01);  // its largest budget is off, and it says so
  EXPECT_NE(claim.note.find("within the margin at steps ≈"), std::string::npos) << claim.note;
}

TEST(Claim, OfStepsIsNotContradictedByAsManyBudgetsAsUnknowns) {
  // A plateau, a coefficient and a rate go through three budgets, and one more hardly tests them.
  const ClaimVerdict claim =
      only_claim(File{{{"steps", {10, 30, 100, 300}}}, "steps"}([](const Values&) { return 0.3; }));

  EXPECT_EQ(claim.finding, Finding::unresolved);
  EXPECT_FALSE(claim.contradicted);
  EXPECT_NE(claim.note.find("sweep at least 5 values"), std::string::npos) << claim.note;
}

TEST(Claim, OfStepsIsNotJudgedByTwoBudgets) {
  const ClaimVerdict claim =
      only_claim(File{{{"steps", {10, 100}}}, "steps"}([](const Values&) { return 0.3; }));

  EXPECT_EQ(claim.finding, Finding::unresolved);
  EXPECT_FALSE(claim.contradicted);
  EXPECT_NE(claim.note.find("sweep steps"), std::string::npos) << claim.note;
}

TEST(Claim, OfStepsAndParticlesLooksAtBoth) {
  const File file{{{"steps", many_steps}, {"particles", {4, 16, 64, 256, 1024, 4096}}},
                  "steps, particles"};
  const auto error = [](Real rest) {
    return [rest](const Values& v) {
      return std::hypot(3 / at(v, "steps"), 1 / std::sqrt(at(v, "particles")), rest);
    };
  };

  // At the most steps the particles' plateau is that of the steps, and the other way round: along
  // the diagonal both fall.
  const ClaimVerdict falls = only_claim(file(error(0)));
  EXPECT_EQ(falls.finding, Finding::unresolved) << falls.note;
  EXPECT_FALSE(falls.contradicted);

  EXPECT_TRUE(only_claim(file(error(0.2))).contradicted);
}

TEST(Claim, OfParticlesIsJudgedForEveryNumberOfSteps) {
  const File file{{{"steps", {10, 100}}, {"particles", {4, 16, 64, 256, 1024}}}, "particles"};
  const auto error = [](const Values& v) { return at(v, "steps") == 10 ? 0.2 : 0.0; };

  const FileVerdict verdict = judge_file(file(error), {});

  ASSERT_EQ(verdict.claims.size(), 2u);
  EXPECT_EQ(verdict.claims[0].place, "steps = 10");
  EXPECT_TRUE(verdict.claims[0].contradicted);
  EXPECT_FALSE(verdict.claims[1].contradicted);
  EXPECT_EQ(verdict.tests, 2);
}

TEST(Claim, OfCorrectionsForgivesAPlateauThatShrinksWithTheStep) {
  const File file{{{"langevin_steps", {0, 1, 4, 16, 64, 256}},
                   {"langevin_step", {0.3, 0.1, 0.03, 0.01, 0.003}}},
                  "langevin_steps, langevin_step ↓"};
  const auto error = [](Real rest) {
    return [rest](const Values& v) {
      return std::hypot(1 / (1 + at(v, "langevin_steps")), 10 * at(v, "langevin_step"), rest);
    };
  };

  const ClaimVerdict shrinks = only_claim(file(error(0)));
  EXPECT_EQ(shrinks.budget, "langevin_steps = 256, langevin_step = 0.003");
  EXPECT_EQ(shrinks.finding, Finding::unresolved) << shrinks.note;
  EXPECT_TRUE(only_claim(file(error(0.3))).contradicted);
}

TEST(Claim, OfAChainIsOneClaimAlongItsBurnIn) {
  const File file{{{"burn_in", {0, 1, 4, 16, 64, 256}}}, "burn_in"};
  const auto error = [](Real rest) {
    return [rest](const Values& v) { return std::hypot(1 / (1 + at(v, "burn_in")), rest); };
  };

  const ClaimVerdict mixes = only_claim(file(error(0)));
  EXPECT_EQ(mixes.budget, "burn_in = 256");
  EXPECT_FALSE(mixes.contradicted) << mixes.note;
  EXPECT_TRUE(only_claim(file(error(0.3))).contradicted);
}

TEST(Claim, NamesTheSettingThatIsStillToSweep) {
  const File file{{{"steps", many_steps}}, "steps, last_time ↓"};

  const ClaimVerdict claim = only_claim(file([](const Values&) { return 0.3; }));

  EXPECT_EQ(claim.finding, Finding::unresolved);  // a plateau in steps is what last_time leaves
  EXPECT_FALSE(claim.contradicted);
  EXPECT_NE(claim.note.find("sweep last_time over"), std::string::npos) << claim.note;
}

TEST(Claim, OfNothingIsRefinedAlongWhatGrowsOnly) {
  const File file{{{"langevin_steps", {4, 16, 64}}, {"langevin_step", {0.1, 0.03}}}, "nothing"};

  const FileVerdict verdict = judge_file(file([](const Values&) { return 0.3; }), {});

  ASSERT_EQ(verdict.claims.size(), 2u);
  EXPECT_EQ(verdict.claims[0].place, "langevin_step = 0.1");
  EXPECT_EQ(verdict.claims[0].budget, "langevin_steps = 64");
}

TEST(Claim, IsRefinedAlongTheBudgetsOfItsOwnSampler) {
  Results results = File{{{"steps", many_steps}}, "exact"}([](const Values&) { return 0.0; });
  EXPECT_EQ(judge_file(results, {}).claims.size(), 1u);

  results.layout.samplers[0].budgets = {"particles"};  // steps are then a setting like any other
  EXPECT_EQ(judge_file(results, {}).claims.size(), many_steps.size());
}

TEST(Claim, IsReadFromTheCellsNotFromTheSampler) {
  Results results = File{{{"steps", many_steps}}, "steps"}([](const Values&) { return 0.3; });
  results.cells[1].claim = results.cells[3].claim = "nothing";

  EXPECT_EQ(judge_file(results, {}).claims.size(), 2u);

  results.cells[1].claim = "";
  results.layout.samplers[0].claim = "nothing or steps";
  EXPECT_THROW(judge_file(results, {}), IoError);
}

TEST(Claim, CannotBeJudgedWithoutExactDraws) {
  Results results = File{{{"steps", many_steps}}, "steps"}([](const Values&) { return 0.3; });
  results.nulls.clear();

  EXPECT_THROW(judge_file(results, {}), SpecError);
}

TEST(Claim, ThatIsTrueIsContradictedMoreRarelyThanTheLevelSays) {
  // Errors that meet the floor at the last budgets, or stay far above it, along one axis and two;
  // level 0.05, 1 − 1e-3 bound.
  constexpr Index files = 60;
  for (const Real scale : {0.3, 3.0, 30.0}) {
    Index one = 0, two = 0;
    for (std::uint64_t seed = 0; seed < files; ++seed) {
      const File steps{{{"steps", many_steps}}, "steps", 100 + seed};
      one += judge_file(steps([&](const Values& v) { return scale / at(v, "steps"); }),
                        {.level = 0.05})
                 .contradictions();
      const File both{{{"steps", many_steps}, {"particles", {4, 16, 64, 256, 1024}}},
                      "steps, particles",
                      200 + seed};
      const auto falling = [&](const Values& v) {
        return std::hypot(scale / at(v, "steps"), scale / 3 / std::sqrt(at(v, "particles")));
      };
      two += judge_file(both(falling), {.level = 0.05}).contradictions();
    }
    EXPECT_LE(one, binomial_upper(files, 0.05, 1e-3)) << scale;
    EXPECT_LE(two, binomial_upper(files, 0.05, 1e-3)) << scale;
  }
}

TEST(Claim, ThatIsTrueSurvivesACurveThatIsNotYetAPowerLaw) {
  // c/T + c'/T² bends towards its asymptote as a curve does that falls to a plateau, and there is
  // no noise to hide it: errors of 1000 null deviations.
  for (const Real bend : {1.0, 10.0, 30.0}) {
    const File file{{{"steps", {8, 16, 32, 64, 128, 256}}}, "steps"};
    const auto bent = [&](const Values& v) {
      return 50 / at(v, "steps") * (1 + bend / at(v, "steps"));
    };
    const ClaimVerdict claim = only_claim(file(bent));
    EXPECT_EQ(claim.finding, Finding::unresolved) << bend << ": " << claim.note;
  }
}

TEST(Claim, ThatIsFalseIsContradictedAlmostSurely) {
  // 100 of 100: power ≥ 0.955 at confidence 0.99. (A plateau under a curve that hardly falls could
  // also be a slow fall, and is left unresolved.)
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto plateau = [](const Values& v) { return std::hypot(0.1, 3 / at(v, "steps")); };
    EXPECT_TRUE(only_claim(File{{{"steps", many_steps}}, "steps", seed}(plateau)).contradicted)
        << seed;
  }
}

TEST(VerdictRecord, SaysWhatTheVerdictSays) {
  const auto plateau = [](const Values& v) { return std::hypot(0.3, 5 / at(v, "steps")); };
  const FileVerdict verdict = judge_file(File{{{"steps", many_steps}}, "steps"}(plateau), {});

  const VerdictRecord record = describe_verdict(verdict, "verify", "now");

  ASSERT_EQ(record.statements.size(), 1u);
  EXPECT_EQ(record.metrics, std::vector<std::string>{"gap"});
  EXPECT_EQ(record.statements[0].finding, Finding::inconsistent);
  EXPECT_TRUE(record.statements[0].contradicted);
  EXPECT_EQ(record.statements[0].p_adjusted[0], verdict.claims[0].verdict.p_adjusted);
  ASSERT_EQ(record.trends.size(), 1u);
  EXPECT_NEAR(record.trends[0].plateau, 0.3, 0.02);
}

}  // namespace
}  // namespace plumbline::claim_test
