// Draws made elsewhere: exact ones are found inconsistent as often as the level says, wrong ones
// always; how many null sets and batches that takes; what a set of draws must look like.
#include "harness/judge/scoring.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "harness/judge/place_draws.hpp"
#include "harness/statistics/distributions.hpp"
#include "harness/statistics/statistics.hpp"

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

TEST(LeastNullSets, IsWhatHolmOverTheTestsNeeds) {
  // One set among R + 1: tests/(R + 1) < level, strictly.
  EXPECT_EQ(least_null_sets(1, 1, 0.01), 100);
  EXPECT_EQ(least_null_sets(1, 3, 0.01), 300);
  // Two sets and their mirror image: 4/((R + 1)(R + 2)) · 3 < 0.01 first at R = 34; 32: 6/C(R + 32,
  // 32) at R = 3.
  EXPECT_EQ(least_null_sets(2, 3, 0.01), 34);
  EXPECT_EQ(least_null_sets(32, 3, 0.01), 3);
}

TEST(RankSum, OneAmongThousandsCanReachTheLevel) {
  std::vector<double> null(2000);
  for (std::size_t i = 0; i < null.size(); ++i) null[i] = static_cast<double>(i);

  EXPECT_NEAR(rank_sum_p_value({1e9}, null, Tail::upper), 1 / 2001.0, 1e-12);
  EXPECT_NEAR(rank_sum_p_value({1989.5}, null, Tail::upper), 11 / 2001.0, 1e-12);
  EXPECT_NEAR(rank_sum_p_value({1e9, 1e8}, null, Tail::upper), 2 / (2001.0 * 2002.0), 1e-12);
}

/// Level 0.2, 300 seeds, 15 null sets: each of three tests (metrics, neighbours, order) reaches a
/// third of the level with chance 1/16 or 1/15, so a false finding has a chance between 0.062 (they
/// agree) and 0.19 < 0.2. Bounds: what a right judge exceeds with chance 1e-6, or stays below with
/// chance 1e-3. Null sets of twice the draws would be beaten about half the time.
TEST(Score, FindsExactDrawsWrongAsOftenAsTheLevelSays) {
  const Exec exec;
  const Plan plan = make(exec);
  Problems problems(exec, plan.sweep, plan.problems.front());
  const Problem& problem = problems.at(0);
  ScoreOptions options;
  options.judge.level = 0.2;
  options.batches = 1;
  options.null_sets = least_null_sets(1, 3, options.judge.level);
  int alarms = 0;
  for (int seed = 0; seed < 300; ++seed) {
    // A new floor for every trial: with one floor for all, its own error would be in all of them.
    Plan other = plan;
    other.sweep.settings.seed = seed;
    const Finding finding =
        score_draws(exec, other, problem, draws(exec, problem, 1, 40, seed), options).finding(0.2);
    alarms += finding == Finding::inconsistent || finding == Finding::not_independent;
  }

  EXPECT_LE(alarms, binomial_upper(300, 0.2, 1e-6));
  EXPECT_GE(alarms, 300 - binomial_upper(300, 1 - 1.0 / 16, 1e-3));
}

/// 400 draws shifted by 0.8: 0.4 deviations of the posterior, 8 standard errors of their mean and
/// nearly 2 of a batch of 20. Seen by a whole set, and by batches.
TEST(Score, SeesAShiftInWholeSetsAndInBatches) {
  const Exec exec;
  const Plan plan = make(exec);
  Problems problems(exec, plan.sweep, plan.problems.front());
  const Problem& problem = problems.at(0);
  for (int seed = 0; seed < 5; ++seed) {
    const auto wrong = draws(exec, problem, 1, 400, seed, 0.8);
    const Score whole = score_draws(exec, plan, problem, wrong, ScoreOptions{});
    EXPECT_EQ(whole.finding(0.01), Finding::inconsistent) << seed;
    EXPECT_EQ(whole.main.sets, 1);
    EXPECT_EQ(whole.main.null_sets, 300);
    EXPECT_TRUE(whole.excluded.empty());  // what is found out excludes nothing

    ScoreOptions twenty;
    twenty.batches = 20;
    const Score cut = score_draws(exec, plan, problem, wrong, twenty);
    EXPECT_EQ(cut.finding(0.01), Finding::inconsistent) << seed;
    EXPECT_EQ(cut.batches, 20);  // 20 draws in each
    EXPECT_EQ(cut.main.sets, 20);
  }
}

/// The kinds of lists that are no independent draws although their law is right: found, and named.
TEST(Score, LooksAtDrawsAsAList) {
  const Exec exec;
  const Plan plan = make(exec);
  Problems problems(exec, plan.sweep, plan.problems.front());
  const Problem& problem = problems.at(0);
  const auto score = [&](const std::function<void(HostMatrix&)>& change) {
    HostMatrix x = to_host_matrix(draws(exec, problem, 1, 600, 4)[0].x);
    change(x);
    return score_draws(exec, plan, problem, {equally_weighted(to_device("x", x))}, ScoreOptions{});
  };

  const Score sorted = score([](HostMatrix& x) { std::sort(x.data(), x.data() + x.size()); });
  EXPECT_EQ(sorted.finding(0.01), Finding::not_independent);
  EXPECT_TRUE(sorted.ordered(0.01));
  EXPECT_FALSE(sorted.repeats(0.01));

  const Score twice = score([](HostMatrix& x) {
    for (Index n = 1; n < x.rows(); n += 2) x.row(n) = x.row(n - 1);
  });
  EXPECT_TRUE(twice.ordered(0.01) && twice.repeats(0.01));
  EXPECT_NE(twice.list->neighbours_text().find("300 of 600 draws repeat"), std::string::npos);

  // Copies far from their originals: the order says nothing.
  const Score copied = score([](HostMatrix& x) { x.bottomRows(300) = x.topRows(300).eval(); });
  EXPECT_TRUE(copied.repeats(0.01));

  // Copies with noise far below the draws' own distances.
  const Score jittered = score([](HostMatrix& x) {
    for (Index n = 0; n < 150; ++n) x.row(n + 300) = x.row(n).array() + 1e-7;
  });
  EXPECT_TRUE(jittered.repeats(0.01));
  EXPECT_FALSE(jittered.list->by_repeats);

  const Score right = score([](HostMatrix&) {});
  EXPECT_FALSE(right.ordered(0.01) || right.repeats(0.01));
}

/// float32 and two decimals repeat by themselves: exact draws are rounded alike.
TEST(Score, RoundsExactDrawsAsTheGivenOnesWere) {
  const Exec exec;
  const Plan plan = make(exec);
  Problems problems(exec, plan.sweep, plan.problems.front());
  const Problem& problem = problems.at(0);
  for (const auto& [precision, text] :
       {std::pair{Precision{Precision::Kind::decimals, 2}, "2 decimals"},
        std::pair{Precision{Precision::Kind::float32, 0}, "float32"}}) {
    HostMatrix x = to_host_matrix(draws(exec, problem, 1, 600, 4)[0].x);
    precision.round(x);
    const Score score =
        score_draws(exec, plan, problem, {equally_weighted(to_device("x", x))}, ScoreOptions{});
    EXPECT_EQ(score.precision.text(), text);
    EXPECT_FALSE(score.repeats(0.01)) << text;
    EXPECT_NE(score.finding(0.01), Finding::inconsistent) << text;
  }
}

/// Consistency is what is excluded. Three metrics of 1600 exact draws exclude tolerated shifts,
/// spreads and masses; none of them sees tails, so the finding is open until one does.
TEST(Score, ExcludesErrorsByWhatItsMetricsSee) {
  const Exec exec;
  const auto excluded = [&](const std::string& metrics, Index sets, Index n) {
    std::string text = spec;
    const std::string before =
        R"(use = ["mean_error", "covariance_error", "component_mass", "log_evidence_error"])";
    text.replace(text.find(before), before.size(), "use = [" + metrics + "]");
    const Plan plan = make_plan(exec, parse_sweep(text, "scoring.toml"));
    Problems problems(exec, plan.sweep, plan.problems.front());
    const Problem& problem = problems.at(0);
    return score_draws(exec, plan, problem, draws(exec, problem, sets, n, 1), ScoreOptions{});
  };
  const auto bound = [](const Score& score, Aspect aspect) {
    for (const Excluded& e : score.excluded)
      if (e.sizes.aspect == aspect) return e.bound;
    return nan;
  };

  // The mean sees shifts alone: spread is open, and so is everything else.
  const Score mean = excluded("\"mean_error\"", 1, 1600);
  EXPECT_LE(bound(mean, Aspect::location), 0.25);
  EXPECT_EQ(bound(mean, Aspect::spread), infinity);
  EXPECT_EQ(mean.finding(0.01), Finding::unresolved);

  const Score four = excluded(
      "\"mean_error\", \"covariance_error\", \"component_mass\", \"marginal_cvm\", "
      "\"log_density_gap\"",
      1, 1600);
  EXPECT_LE(bound(four, Aspect::location), 0.25);
  EXPECT_LE(bound(four, Aspect::spread), 0.25);
  EXPECT_LE(bound(four, Aspect::masses), 0.1);
  EXPECT_TRUE(std::isnan(bound(four, Aspect::dependence)));  // one coordinate
  // Sets of the same size say the same of their law, sharper.
  EXPECT_LE(bound(excluded("\"mean_error\"", 8, 200), Aspect::location), 0.5);
}

/// What is excluded is not the truth: draws that are wrong by the tolerated size exclude it in at
/// most 5 % of 40 seeds (1 − 1e-3 binomial bound).
TEST(Score, ExcludesTheTruthNoMoreOftenThanItSays) {
  const Exec exec;
  const Plan plan = make(exec);
  Problems problems(exec, plan.sweep, plan.problems.front());
  const Problem& problem = problems.at(0);
  const Real sd = std::sqrt(problem.target_covariance()(0, 0));
  Index wrong = 0;
  for (int seed = 0; seed < 40; ++seed) {
    const Score score = score_draws(exec, plan, problem,
                                    draws(exec, problem, 1, 100, seed, 0.25 * sd), ScoreOptions{});
    for (const Excluded& e : score.excluded)
      wrong += e.sizes.aspect == Aspect::location && e.bound <= 0.25;
  }
  EXPECT_LE(wrong, binomial_upper(40, 0.05, 1e-3));
}

TEST(Score, SameNumbersWhateverIsJudgedBeside) {
  const Exec exec;
  const Plan plan = make(exec);
  Problems problems(exec, plan.sweep, plan.problems.front());
  const Problem& problem = problems.at(0);
  ScoreOptions options;
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
  EXPECT_NE(
      complaint(HostMatrix::Zero(3, 3)).find("3 columns: must be 1 free coordinates, or all 2"),
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
