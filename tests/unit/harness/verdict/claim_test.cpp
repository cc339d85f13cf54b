// Claims against synthetic result files whose errors are known functions of the budgets.
#include "harness/verdict/claim.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "core/errors.hpp"
#include "core/rng.hpp"
#include "harness/statistics/statistics.hpp"

namespace plumbline {
namespace {

constexpr Real floor_mean = 0.02, floor_sd = 0.005;
constexpr std::int64_t replicates = 12, nulls = 24;

using Values = std::vector<std::pair<std::string, Real>>;  // axis → value, of one cell
using Error = std::function<Real(const Values&)>;

Real at(const Values& values, const std::string& axis) {
  for (const auto& [name, value] : values)
    if (name == axis) return value;
  return 0;
}

/// One sampler over numeric axes; its metric is √(floor² + error²) + noise, of which exact draws
/// show the floor alone.
struct File {
  std::vector<std::pair<std::string, std::vector<double>>> axes;
  std::string claim;
  std::uint64_t seed = 1;

  Results operator()(const Error& error) const {
    Results results;
    results.layout.name = "file";
    results.layout.draws = 100;
    results.layout.replicates = replicates;
    results.layout.null_replicates = nulls;
    results.layout.metrics = {{"gap", "", "1", Better::lower, true, Law::floor}};
    SamplerLayout sampler{"s", "kind", claim, "", "", {}};
    for (const auto& [name, values] : axes) sampler.axes.push_back({name, "", values});
    results.layout.samplers = {sampler};
    const Rng rng = Rng::from_seed(seed);
    std::int64_t cells = 1;
    for (const AxisInfo& axis : sampler.axes) cells *= static_cast<std::int64_t>(axis.size());
    for (std::int64_t cell = 0; cell < cells; ++cell)
      results.cells.push_back(record(cell, error, rng.stream("run")));
    NullRecord null{0, "h", {{"gap", {}}}};
    for (std::uint64_t r = 0; r < nulls; ++r)
      null.metrics[0].value.push_back(floor_mean + floor_sd * rng.stream("null").normal(r, 0, 0));
    results.nulls = {null};
    return results;
  }

 private:
  CellRecord record(std::int64_t cell, const Error& error, const Rng& rng) const {
    CellRecord out{"s", cell, std::vector<std::int64_t>(axes.size()), "h", {}, {}, {}, {}};
    Values values;
    std::int64_t rest = cell;
    for (std::size_t a = axes.size(); a-- > 0;) {
      const auto size = static_cast<std::int64_t>(axes[a].second.size());
      out.at[a] = rest % size;
      values.emplace_back(axes[a].first, axes[a].second[static_cast<std::size_t>(rest % size)]);
      rest /= size;
    }
    const Real size = error(values), mean = std::sqrt(floor_mean * floor_mean + size * size);
    Series series{"gap", {}};
    for (std::uint64_t r = 0; r < replicates; ++r)
      series.value.push_back(mean + floor_sd * rng.normal(r, static_cast<std::uint32_t>(cell), 0));
    out.metrics = {series};
    out.status.assign(replicates, Status::ok);
    out.message.assign(replicates, "");
    out.claim = claim;
    return out;
  }
};

const std::vector<double> many_steps = {10, 30, 100, 300};

ClaimVerdict only_claim(const Results& results) {
  const FileVerdict verdict = judge_file(results, {});
  EXPECT_EQ(verdict.claims.size(), 1u);
  return verdict.claims.front();
}

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

TEST(Claim, OfStepsIsNotJudgedByTwoBudgets) {
  const ClaimVerdict claim =
      only_claim(File{{{"steps", {10, 100}}}, "steps"}([](const Values&) { return 0.3; }));

  EXPECT_EQ(claim.finding, Finding::unresolved);
  EXPECT_FALSE(claim.contradicted);
  EXPECT_NE(claim.note.find("sweep steps"), std::string::npos) << claim.note;
}

TEST(Claim, OfStepsAndParticlesLooksAtBoth) {
  const File file{{{"steps", many_steps}, {"particles", {4, 16, 64, 256}}}, "steps_and_particles"};
  const auto error = [](Real rest) {
    return [rest](const Values& v) {
      return std::hypot(3 / at(v, "steps"), 1 / std::sqrt(at(v, "particles")), rest);
    };
  };

  // At the most steps the particles' plateau is that of the steps, and the other way round: what is
  // left of both is nothing.
  const ClaimVerdict falls = only_claim(file(error(0)));
  EXPECT_EQ(falls.finding, Finding::unresolved) << falls.note;
  EXPECT_FALSE(falls.contradicted);

  EXPECT_TRUE(only_claim(file(error(0.2))).contradicted);
}

TEST(Claim, OfParticlesIsJudgedForEveryNumberOfSteps) {
  const File file{{{"steps", {10, 100}}, {"particles", {4, 16, 64, 256}}}, "particles"};
  const auto error = [](const Values& v) { return at(v, "steps") == 10 ? 0.2 : 0.0; };

  const FileVerdict verdict = judge_file(file(error), {});

  ASSERT_EQ(verdict.claims.size(), 2u);
  EXPECT_EQ(verdict.claims[0].place, "steps = 10");
  EXPECT_TRUE(verdict.claims[0].contradicted);
  EXPECT_FALSE(verdict.claims[1].contradicted);
  EXPECT_EQ(verdict.tests, 2);
}

TEST(Claim, OfCorrectionsForgivesAPlateauThatShrinksWithTheStep) {
  const File file{{{"langevin_steps", {0, 4, 16, 64, 256}}, {"langevin_step", {0.1, 0.03, 0.01}}},
                  "corrections"};
  const auto error = [](Real rest) {
    return [rest](const Values& v) {
      return std::hypot(1 / (1 + at(v, "langevin_steps")), 10 * at(v, "langevin_step"), rest);
    };
  };

  const ClaimVerdict shrinks = only_claim(file(error(0)));
  EXPECT_EQ(shrinks.budget, "langevin_steps = 256, langevin_step = 0.01");
  EXPECT_EQ(shrinks.finding, Finding::unresolved) << shrinks.note;
  EXPECT_TRUE(only_claim(file(error(0.3))).contradicted);
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
      const File both{{{"steps", many_steps}, {"particles", {4, 16, 64, 256}}},
                      "steps_and_particles",
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
}  // namespace plumbline
