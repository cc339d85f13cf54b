// Draws made elsewhere: exact ones are found inconsistent as often as the level says, wrong ones
// always; how many null sets and batches that takes; what a set of draws must look like.
#include "harness/judge/scoring.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "harness/statistics/distributions.hpp"

namespace plumbline::scoring_test {
namespace {

constexpr const char* spec = R"(
schema = "plumbline/1"
name = "scoring"
[problem]
process = { kind = "ou", horizon = 4.0 }
prior = { kind = "explicit", weights = [1.0, 2.0], means = [[-2.0, 0.0], [2.0, 1.0]], variances = [1.0, 0.5] }
observation = { kind = "inpainting", observed = [1], y = [0.5] }
[[sampler]]
kind = "exact"
[metrics]
use = ["mean_error", "covariance_error", "component_mass", "log_evidence_error"]
)";

Plan make(const Exec& exec) {
  return make_plan(exec, parse_sweep(spec, "scoring.toml"));
}

ScoreOptions patient() {
  ScoreOptions options;
  options.seconds = 1e9;  // the choice must not depend on the machine here
  return options;
}

/// n exact draws plus `shift`, in `sets` sets.
std::vector<Ensemble> draws(const Exec& exec, const Problem& problem, Index sets, Index n, int seed,
                            Real shift = 0) {
  std::vector<Ensemble> out;
  for (Index s = 0; s < sets; ++s) {
    HostMatrix x =
        to_host_matrix(problem.draw_exact(exec, n,
                                          Rng::from_seed(static_cast<std::uint64_t>(seed))
                                              .stream("test")
                                              .stream(static_cast<std::uint64_t>(s))));
    x.array() += shift;
    out.push_back(equally_weighted(to_device("x", x)));
  }
  return out;
}

TEST(LeastNullSets, IsWhatHolmOverTheMetricsNeeds) {
  // One set among R + 1: metrics/(R + 1) < level, strictly.
  EXPECT_EQ(least_null_sets(1, 1, 0.01, Tail::upper), 100);
  EXPECT_EQ(least_null_sets(1, 3, 0.01, Tail::upper), 300);
  EXPECT_EQ(least_null_sets(1, 3, 0.01, Tail::both), 600);
  // Two sets: 2/((R + 1)(R + 2)) · 3 < 0.01 first at R = 23 (6/600 is not below); 32: 3/C(R + 32,
  // 32) at R = 2.
  EXPECT_EQ(least_null_sets(2, 3, 0.01, Tail::upper), 24);
  EXPECT_EQ(least_null_sets(32, 3, 0.01, Tail::upper), 2);
}

TEST(RankSum, OneAmongThousandsCanReachTheLevel) {
  std::vector<double> null(2000);
  for (std::size_t i = 0; i < null.size(); ++i) null[i] = static_cast<double>(i);

  EXPECT_NEAR(rank_sum_p_value({1e9}, null, Tail::upper), 1 / 2001.0, 1e-12);
  EXPECT_NEAR(rank_sum_p_value({1989.5}, null, Tail::upper), 11 / 2001.0, 1e-12);
  EXPECT_NEAR(rank_sum_p_value({1e9, 1e8}, null, Tail::upper), 2 / (2001.0 * 2002.0), 1e-12);
}

/// Level 0.2, 300 seeds, 15 null sets: each of three metrics is first among 16 with chance 1/16, so
/// a false finding has a chance between 1/16 (they agree) and 3/16 (never together) < 0.2. Bounds:
/// what a right judge exceeds with chance 1e-6, or stays below with chance 1e-3. Null sets of twice
/// the draws would be beaten about half the time.
TEST(Score, FindsExactDrawsInconsistentAsOftenAsTheLevelSays) {
  const Exec exec;
  const Plan plan = make(exec);
  Problems problems(exec, plan.sweep, plan.problems.front());
  const Problem& problem = problems.at(0);
  ScoreOptions options = patient();
  options.judge.level = 0.2;
  options.batches = 1;
  options.null_sets = least_null_sets(1, 3, options.judge.level, Tail::upper);
  int alarms = 0;
  for (int seed = 0; seed < 300; ++seed) {
    // A new floor for every trial: with one floor for all, its own error would be in all of them.
    Plan other = plan;
    other.sweep.settings.seed = seed;
    alarms +=
        score_draws(exec, other, problem, draws(exec, problem, 1, 40, seed), options).finding() ==
        Finding::inconsistent;
  }

  EXPECT_LE(alarms, binomial_upper(300, 0.2, 1e-6));
  EXPECT_GE(alarms, 300 - binomial_upper(300, 1 - 1.0 / 16, 1e-3));
}

/// 400 draws shifted by 0.8: 0.4 deviations of the posterior, 8 standard errors of their mean and
/// nearly 2 of a batch of 20. Seen by a whole set, and by batches where the whole is too dear.
TEST(Score, SeesAShiftInWholeSetsAndInBatches) {
  const Exec exec;
  const Plan plan = make(exec);
  Problems problems(exec, plan.sweep, plan.problems.front());
  const Problem& problem = problems.at(0);
  for (int seed = 0; seed < 5; ++seed) {
    const auto wrong = draws(exec, problem, 1, 400, seed, 0.8);
    const Score whole = score_draws(exec, plan, problem, wrong, patient());
    EXPECT_EQ(whole.finding(), Finding::inconsistent) << seed;
    EXPECT_EQ(whole.main.sets, 1);
    EXPECT_EQ(whole.main.null_sets, 300);
    EXPECT_FALSE(whole.batched);

    ScoreOptions hasty;
    hasty.seconds = 1e-9;
    const Score cut = score_draws(exec, plan, problem, wrong, hasty);
    EXPECT_EQ(cut.finding(), Finding::inconsistent) << seed;
    EXPECT_EQ(cut.batches, 20);  // 20 draws in each
    EXPECT_EQ(cut.main.sets, 20);
    ASSERT_FALSE(cut.notes.empty());
    EXPECT_NE(cut.notes[0].find("--batches 20"), std::string::npos);
  }
}

TEST(Score, ConsistencyOfOneSetRestsOnItsBatches) {
  const Exec exec;
  const Plan plan = make(exec);
  Problems problems(exec, plan.sweep, plan.problems.front());
  const Problem& problem = problems.at(0);

  const Score score = score_draws(exec, plan, problem, draws(exec, problem, 1, 3200, 1), patient());

  EXPECT_EQ(score.main.verdict.finding, Finding::unresolved);
  ASSERT_TRUE(score.batched);
  EXPECT_EQ(score.batched->sets, 32);
  EXPECT_EQ(score.batched->draws, 100);
  EXPECT_EQ(score.finding(), Finding::consistent);
  EXPECT_EQ(score.not_judged, std::vector<std::string>{"log_evidence_error"});
  // Many replicates answer for themselves.
  const Score many = score_draws(exec, plan, problem, draws(exec, problem, 32, 100, 1), patient());
  EXPECT_EQ(many.finding(), Finding::consistent);
  EXPECT_FALSE(many.batched);
}

TEST(Score, SameNumbersWhateverIsJudgedBeside) {
  const Exec exec;
  const Plan plan = make(exec);
  Problems problems(exec, plan.sweep, plan.problems.front());
  const Problem& problem = problems.at(0);
  ScoreOptions options = patient();
  options.batches = 1;
  options.null_sets = 10;
  const Score few = score_draws(exec, plan, problem, draws(exec, problem, 1, 50, 3), options);
  options.null_sets = 20;
  const Score more = score_draws(exec, plan, problem, draws(exec, problem, 2, 50, 3), options);

  for (std::size_t m = 0; m < few.main.samples.size(); ++m) {
    EXPECT_EQ(few.main.samples[m].values[0], more.main.samples[m].values[0]);
    for (std::size_t r = 0; r < 10; ++r)
      EXPECT_EQ(few.main.samples[m].null[r], more.main.samples[m].null[r]);
  }
}

TEST(PlaceDraws, TakesFreeCoordinatesOrAllWithYInPlace) {
  const Exec exec;
  const Plan plan = make(exec);
  Problems problems(exec, plan.sweep, plan.problems.front());
  const Problem& problem = problems.at(0);
  const auto complaint = [&](HostMatrix x, HostVector log_w = {}) -> std::string {
    try {
      place_draws(exec, problem, {std::move(x), std::move(log_w)}, Location{"x.npy"});
    } catch (const SpecError& error) {
      return error.what();
    }
    return "";
  };
  HostMatrix all(3, 2);
  all << 1, 0.5, 2, 0.5, 3, 0.5 + 4e-7;  // float32 rounding of y

  const Ensemble placed = place_draws(exec, problem, {all, {}}, {});
  ASSERT_EQ(placed.dimension(), 1);
  EXPECT_EQ(to_host(placed.x), (std::vector<Real>{1, 2, 3}));
  all(1, 1) = 0.501;
  EXPECT_EQ(complaint(all),
            "x.npy: x[1, 1] = 0.501: must be 0.5, the observed value of that coordinate");
  EXPECT_NE(complaint(HostMatrix::Zero(3, 3)).find("3 columns: 1 free coordinates, or all 2"),
            std::string::npos);
  const Real none = -infinity;
  HostVector one(3);
  one << 0, none, none;
  EXPECT_NE(
      complaint(HostMatrix::Zero(3, 1), one).find("effective sample size 1: must be at least 2"),
      std::string::npos);
}

}  // namespace
}  // namespace plumbline::scoring_test
