// Chains made elsewhere: right ones are accused as seldom as the level says, wrong ones are found
// by averages, by far draws or by their ends, and short ones are said to be too short.
#include "harness/judge/chain_score.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "harness/judge/same_law.hpp"
#include "harness/judge/thinning.hpp"
#include "harness/statistics/distributions.hpp"
#include "harness/sweep/plan.hpp"
#include "unit/deep.hpp"

namespace plumbline::chain_score_test {
namespace {

/// Posterior of (x_0, x_1) given x_2: correlated, of one component or of two.
constexpr const char* gaussian =
    R"(prior = { kind = "explicit", weights = [1.0], means = [[0.0, 1.0, 0.0]], )"
    R"(covariances = [[[1.0, 0.6, 0.3], [0.6, 2.0, 0.2], [0.3, 0.2, 1.0]]] })";
constexpr const char* two_modes =
    R"(prior = { kind = "explicit", weights = [1.0, 2.0], )"
    R"(means = [[-2.0, 0.0, 0.0], [2.0, 1.0, 0.5]], variances = [1.0, 0.5] })";

struct Case {
  Exec exec;
  Problem problem;

  explicit Case(const char* prior)
      : problem(
            problems_of(exec, make_plan(exec, parse_sweep(spec(prior), "chains.toml")), 0)->at(0)) {
  }
  static std::string spec(const char* prior) {
    return std::string("schema = \"plumbline/1\"\nname = \"chains\"\n[problem]\n") + prior +
           R"(
process = { kind = "ou", horizon = 4.0 }
observation = { kind = "inpainting", observed = [2], y = [0.5] }
[[sampler]]
kind = "exact"
[metrics]
use = ["mean_error"]
)";
  }
};

struct Kind {
  Index chains = 1, length = 2000;
  Real keep = 0.5;     ///< autocorrelation of neighbours: τ = (1 + keep)/(1 − keep)
  Real shift = 0;      ///< of every draw, in deviations of each coordinate
  Real start_far = 0;  ///< of the first draws: the chain comes back as keep^i
  bool autoregressive = true;
};

/// A stationary chain of the exact posterior: x' = μ + ρ (x − μ) + √(1 − ρ²) ξ for one Gaussian, in
/// general the old draw with probability ρ, else a new one.
Ensemble chain(const Case& of, const Kind& kind, std::uint64_t seed) {
  const Rng rng = Rng::from_seed(seed).stream("chains");
  const Index n = kind.chains * kind.length;
  HostMatrix x = to_host_matrix(of.problem.draw_exact(of.exec, n, rng));
  const HostVector& mean = of.problem.target_mean();
  const HostVector sd = of.problem.target_covariance().diagonal().cwiseSqrt();
  const Real fresh = std::sqrt(1 - kind.keep * kind.keep);
  for (Index i = 0; i < n; ++i) {
    const Index step = i % kind.length;
    if (step == 0) continue;
    if (kind.autoregressive)
      x.row(i) = (mean.transpose() + kind.keep * (x.row(i - 1) - mean.transpose()) +
                  fresh * (x.row(i) - mean.transpose()))
                     .eval();
    else if (rng.stream("keep").uniform(static_cast<std::uint64_t>(i), 0, 0) < kind.keep)
      x.row(i) = x.row(i - 1).eval();
  }
  for (Index i = 0; i < n; ++i)
    x.row(i) +=
        (kind.shift + kind.start_far * std::pow(kind.keep, Real(i % kind.length))) * sd.transpose();
  return equally_weighted(to_device("x", x));
}

ChainScore judged(const Case& of, const Kind& kind, std::uint64_t seed) {
  return score_chains(of.exec, of.problem, {chain(of, kind, seed)}, kind.length, {},
                      Rng::from_seed(0).stream("chains"));
}

Index accused(const Case& of, const Kind& kind, Index seeds) {
  Index count = 0;
  for (Index seed = 0; seed < seeds; ++seed)
    count += judged(of, kind, static_cast<std::uint64_t>(seed)).finding == Finding::inconsistent;
  return count;
}

TEST(ChainScore, KeepsItsLevelOnRightChains) {
  // Level 0.01, asymptotic; more than `most` alarms have probability 1e-4: 5 of 60, 13 of 400.
  const Case one(gaussian), two(two_modes);
  const int trials = test::seeds(60, 400);
  const Index most = binomial_upper(trials, 0.01, 1e-4);
  const auto expect_level = [&](const char* name, const Case& of, const Kind& kind) {
    const Index alarms = accused(of, kind, trials);
    std::printf("%s: %td of %d\n", name, alarms, trials);
    EXPECT_LE(alarms, most) << name;
  };

  expect_level("one chain", one, {});
  expect_level("one chain of two modes", two, {.autoregressive = false});
  expect_level("eight of two modes", two, {.chains = 8, .length = 250, .autoregressive = false});
  expect_level("four chains", one, {.chains = 4, .length = 500});
}

TEST(ChainScore, FindsAShift) {
  // τ = 3, n = 2000: worth 667 draws. 0.3 deviations of both coordinates are at least 0.3 along the
  // first axis, 7 standard errors; the critical value of t with 19 degrees at 0.01/15 is 4.1.
  const Case one(gaussian);

  EXPECT_EQ(accused(one, {.shift = 0.3}, 20), 20);
  EXPECT_EQ(accused(one, {.chains = 8, .length = 250, .shift = 0.4}, 20), 20);
}

TEST(ChainScore, CallsRightChainsConsistentAndSaysWhatTheyAreWorth) {
  const Case two(two_modes);
  const ChainScore score = judged(two, {.length = 6000, .autoregressive = false}, 1);

  EXPECT_EQ(score.finding, Finding::consistent);
  EXPECT_GT(score.time, 2);  // 3 in truth, the largest of many estimates
  EXPECT_LT(score.time, 5);
  for (const ChainMean& mean : score.means) {
    EXPECT_TRUE(mean.within_tolerance()) << mean.about.name;
    EXPECT_GE(mean.mean.error * 1.0001, mean.about.deviation / std::sqrt(score.effective_draws()))
        << mean.about.name;
  }
}

TEST(ChainScore, FindsChainsThatStartedFarAndAreTooShort) {
  // 12 deviations off, autocorrelation time 99, 200 draws: no average can be judged.
  const Case one(gaussian);
  const ChainScore single = judged(one, {.length = 200, .keep = 0.98, .start_far = 12}, 3);
  EXPECT_FALSE(single.long_enough());
  EXPECT_EQ(single.finding, Finding::inconsistent);
  EXPECT_LT(single.tails.p_adjusted, 1e-6);

  // Three deviations: nowhere near impossible, but the ends of eight chains are all on one side.
  const ChainScore many = judged(one, {.chains = 8, .length = 40, .keep = 0.98, .start_far = 5}, 3);
  EXPECT_FALSE(many.long_enough());
  EXPECT_EQ(many.finding, Finding::inconsistent);
  EXPECT_LT(many.ends.p_adjusted, 0.01);
}

TEST(ChainScore, SaysThatChainsAreTooShort) {
  // Right chains of autocorrelation time 99: 4 of 200 draws are worth 8. Batches of 40 must have 10
  // times; summing ends beyond four times what they may have, 16 draws: 5 · 10 · 16 − 200 are
  // missing at least.
  const Case one(gaussian);
  const ChainScore score = judged(one, {.chains = 4, .length = 200, .keep = 0.98}, 5);

  EXPECT_EQ(score.finding, Finding::unresolved);
  EXPECT_FALSE(score.long_enough());
  EXPECT_GT(score.time, 16);
  EXPECT_GT(score.further_draws, 600);
  for (const ChainMean& mean : score.means) EXPECT_TRUE(std::isnan(mean.p_adjusted));
}

TEST(ChainScore, SaysHowManyDrawsWouldSettleIt) {
  const Case one(gaussian);
  const ChainScore few = judged(one, {.length = 700}, 7);
  ASSERT_EQ(few.finding, Finding::unresolved);
  ASSERT_TRUE(few.long_enough());
  ASSERT_GT(few.further_draws, 0);

  const ChainScore more = judged(one, {.length = 2 * (700 + few.further_draws)}, 7);
  EXPECT_EQ(more.finding, Finding::consistent);
}

TEST(ChainScore, NeverCallsAChainConsistentThatStandsStill) {
  const Case one(gaussian);
  const ChainScore stuck = judged(one, {.keep = 1, .autoregressive = false}, 1);

  EXPECT_EQ(stuck.finding, Finding::unresolved);
  EXPECT_FALSE(stuck.long_enough());
}

TEST(Thinned, LeavesNearlyIndependentDraws) {
  const Case one(gaussian);
  const auto given = [&](const Kind& kind, std::uint64_t seed) {
    return GivenDraws{to_host_matrix(chain(one, kind, seed).x), {}, kind.length};
  };
  std::vector<std::string> notes;
  const GivenDraws out = thinned(given({.chains = 2, .length = 1000}, 1), "A", notes);
  EXPECT_EQ(out.chain_length, 0);
  EXPECT_GT(out.x.rows(), 200);
  EXPECT_LT(out.x.rows(), 400);
  EXPECT_EQ(notes.size(), 1u);

  // Right chains against right chains: 40 seeds at 0.01; shifted by 0.4 deviations: all are seen.
  Index alarms = 0, seen = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const GivenDraws a = given({}, 2 * seed), b = given({}, 2 * seed + 1);
    alarms += compare_laws(a, b, 0.01).p_value < 0.01;
    if (seed < 8) seen += compare_laws(a, given({.shift = 0.4}, 2 * seed + 1), 0.01).p_value < 0.01;
  }
  EXPECT_LE(alarms, binomial_upper(40, 0.01, 1e-4));
  EXPECT_EQ(seen, 8);
}

}  // namespace
}  // namespace plumbline::chain_score_test
