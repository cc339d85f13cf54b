// Calibration and findings on numbers whose law is known.
#include "harness/verdict/verdict.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.hpp"
#include "harness/statistics/distributions.hpp"
#include "harness/statistics/statistics.hpp"

namespace plumbline::verdict_test {
namespace {

MetricInfo info(Better better = Better::lower, Law law = Law::floor) {
  return {"error", "", "", better, law == Law::floor, law};
}

/// `count` numbers N(shift, sd²), their law and their randomness by `stream`.
std::vector<double> normals(Index count, Real shift, Real sd, std::uint64_t stream) {
  const Rng rng = Rng::from_seed(7).stream(stream);
  std::vector<double> values;
  for (std::uint32_t i = 0; i < count; ++i) values.push_back(shift + sd * rng.normal(i, 0, 0));
  return values;
}

MetricSample sample(Real shift, std::uint64_t stream, Index replicates = 32, Index nulls = 32) {
  return {info(), normals(replicates, 5 + shift, 1, 2 * stream),
          normals(nulls, 5, 1, 2 * stream + 1)};
}

TEST(Calibration, CountsInNullStandardDeviations) {
  const Calibrated c = calibrate({info(), {4, 6, 5, 5}, {1, 3, 2, 2, 2}});

  EXPECT_EQ(c.value, 5);
  EXPECT_EQ(c.floor, 2);
  EXPECT_NEAR(c.floor_sd, std::sqrt(0.5), 1e-14);
  EXPECT_NEAR(c.excess, 3 / std::sqrt(0.5), 1e-14);
  // Var of the means 2/3/4 and 1/2/5; the scale's relative variance 1/(2·4).
  const Real of_means = (1 / 6.0 + 0.1) / 0.5;
  EXPECT_NEAR(c.excess_se, std::sqrt(of_means + c.excess * c.excess / 8), 1e-14);
  EXPECT_NEAR(c.p_value, 2 / 126.0, 1e-14);
  EXPECT_EQ(c.worse.estimate, 1);
  EXPECT_EQ(c.bad, 4);
}

TEST(Calibration, TurnsTowardsWorse) {
  const std::vector<double> high = {4, 6, 5, 5}, low = {1, 3, 2, 2, 2};

  EXPECT_EQ(calibrate({info(Better::lower), high, low}).worse.estimate, 1);
  EXPECT_EQ(calibrate({info(Better::higher), high, low}).worse.estimate, 0);
  EXPECT_LT(calibrate({info(Better::higher), high, low}).excess, 0);
  EXPECT_EQ(calibrate({info(Better::higher), low, high}).worse.estimate, 1);
  EXPECT_EQ(calibrate({info(Better::higher), low, high}).bad, 5);
  EXPECT_EQ(calibrate({info(Better::higher), high, low}).bad, 0);
  // Exact draws are as seldom far better as far worse: both sides count.
  for (const Better better : {Better::lower, Better::higher, Better::zero})
    for (const auto& [values, null] : {std::pair{high, low}, std::pair{low, high}})
      EXPECT_NEAR(calibrate({info(better), values, null}).p_value, 2 / 126.0, 1e-14);
}

TEST(Calibration, OfPairsUsesWhatTheyShare) {
  // Problems differ by far more than the sampler's error: only differences can see it.
  std::vector<double> null = normals(16, 0, 10, 1), values = null;
  for (double& v : values) v += 0.1;
  MetricSample pairs{info(), values, null, true};
  EXPECT_NEAR(calibrate(pairs).p_value, std::exp2(-15), 1e-12);
  pairs.paired = false;
  EXPECT_GT(calibrate(pairs).p_value, 0.1);
}

TEST(Calibration, OfAConstantMetricSaysNothingForASampler) {
  const CellVerdict same = judge_cell({{info(), {3, 3, 3}, {3, 3, 3, 3}}}, {}, 10);
  EXPECT_EQ(same.metrics[0].excess, 0);
  EXPECT_EQ(same.p_adjusted, 1);
  EXPECT_EQ(same.finding, Finding::unresolved);
  EXPECT_EQ(same.not_judgeable(), std::vector<std::string>{"error"});

  // What exact draws never are speaks against it all the same.
  const std::vector<double> five(5, 5.0), null(40, 3.0);
  EXPECT_EQ(judge_cell({{info(), five, null}}, {}, 10).finding, Finding::inconsistent);
}

TEST(Calibration, OfAConstantMetricStandsInNobodysWay) {
  // As of a single Gaussian, whose one component has all the mass whatever the draws are.
  const MetricSample mute{info(), std::vector<double>(40, 0.0), std::vector<double>(256, 0.0)};
  const MetricSample right{info(), normals(40, 0, 1, 1), normals(256, 0, 1, 2)};
  const MetricSample wrong{info(), normals(40, 2, 1, 1), normals(256, 0, 1, 2)};
  const MetricSample few{info(), normals(8, 0, 1, 1), normals(32, 0, 1, 2)};
  const MetricSample few_mute{info(), std::vector<double>(8, 0.0), std::vector<double>(32, 0.0)};
  const auto finding = [&](const MetricSample& other, const MetricSample& constant) {
    return judge_cell({constant, other}, {}, 10);
  };

  const CellVerdict verdict = finding(right, mute);
  EXPECT_EQ(verdict.finding, Finding::consistent);
  EXPECT_FALSE(verdict.not_judgeable_text().empty());
  EXPECT_EQ(finding(wrong, mute).finding, Finding::inconsistent);
  // What settles the others settles the cell.
  EXPECT_EQ(finding(few, few_mute).further_draws, judge_cell({few}, {}, 10).further_draws);

  // A replicate that differs from the constant, or has no number, is not agreement.
  for (const double odd : {1.0, std::nan("")}) {
    MetricSample once = mute;
    once.values[7] = odd;
    EXPECT_NE(finding(right, once).finding, Finding::consistent);
  }
}

TEST(Calibration, TakesDifferencesBelowTheResolutionForTies) {
  MetricSample rounding{info(), {7.8e-16, 7.7e-16, 8e-16, 7e-16, 7.5e-16}, {}};
  for (int s = 0; s < 60; ++s) rounding.null.push_back(5e-17 * s / 60);
  EXPECT_EQ(judge_cell({rounding}, {}, 10).finding, Finding::inconsistent);  // nobody said better
  rounding.resolution = 1e-12;
  const CellVerdict verdict = judge_cell({rounding}, {}, 10);
  EXPECT_EQ(verdict.finding, Finding::unresolved);
  EXPECT_EQ(verdict.p_adjusted, 1);
  EXPECT_FALSE(verdict.metrics[0].null_varies);
  // Above it nothing changes, and numbers too large for a multiple stay as they are.
  EXPECT_EQ(rounded({info(), {1.5}, {1e300}, false, 1e-12}).null[0], 1e300);
  EXPECT_NEAR(rounded({info(), {1.5}, {0}, false, 1e-12}).values[0], 1.5, 1e-12);
}

TEST(Calibration, OfAUniformLawIsItsDistanceToTheUniform) {
  std::vector<double> ranks;
  for (int i = 0; i < 200; ++i) ranks.push_back((i + 0.5) / 200);
  const MetricSample flat{info(Better::zero, Law::uniform), ranks, {}};
  EXPECT_EQ(calibrate(flat).p_value, 1);
  EXPECT_EQ(judge_cell({flat}, {}, 10).finding, Finding::consistent);

  for (double& r : ranks) r = r * r;
  EXPECT_EQ(judge_cell({{info(Better::zero, Law::uniform), ranks, {}}}, {}, 10).finding,
            Finding::inconsistent);
}

TEST(Verdict, FindsAShiftAndClearsExactDraws) {
  EXPECT_EQ(judge_cell({sample(2, 1)}, {}, 100).finding, Finding::inconsistent);
  EXPECT_EQ(judge_cell({sample(0, 2, 200, 200)}, {}, 100).finding, Finding::consistent);
}

TEST(Verdict, FindsWhatIsNearerThanExactDrawsNotIndependent) {
  // Two null deviations better than exact draws are: neither right nor a wrong law.
  const CellVerdict verdict = judge_cell({sample(-2, 5, 32, 128)}, {}, 100);
  EXPECT_EQ(verdict.finding, Finding::not_independent);
  EXPECT_EQ(verdict.deciding_metric, "error");
  // Beside a metric that is worse it is a wrong law.
  MetricSample worse = sample(2, 6, 32, 128);
  worse.info.name = "worse";
  const CellVerdict both = judge_cell({sample(-3, 5, 32, 128), worse}, {}, 100);
  EXPECT_EQ(both.finding, Finding::inconsistent);
  EXPECT_EQ(both.deciding_metric, "worse");
  // Nearer to 0 from both sides has no better side.
  MetricSample zero = sample(-2, 5, 32, 128);
  zero.info.better = Better::zero;
  EXPECT_EQ(judge_cell({zero}, {}, 100).finding, Finding::inconsistent);
}

TEST(Verdict, ReachesLevelsThatNoDealingsDoByTheExactTests) {
  // 32 against 128 clearly off: exact rank sums go far below what dealings could show.
  const JudgeOptions strict{.level = 1e-9};
  EXPECT_EQ(judge_cell({sample(5, 1, 32, 128), sample(0, 2, 32, 128)}, strict, 10).finding,
            Finding::inconsistent);
  EXPECT_NE(judge_cell({sample(0, 1, 32, 128)}, strict, 10).finding, Finding::inconsistent);
}

TEST(Verdict, EndsHoweverLargeTheNumbersAre) {
  const std::vector<double> null = normals(40, 0, 1, 8);
  for (const Real v : {-4e180, 4e180, 1e308, -1e308, 1e-320}) {
    const std::vector<double> values(3, v);
    EXPECT_NE(judge_cell({{info(Better::zero), values, null}}, {}, 10).finding, Finding::consistent)
        << v;
  }
}

TEST(Verdict, SaysHowManyDrawsWouldSettleIt) {
  // Right, but 4 replicates: the bound on the excess is wide.
  const CellVerdict few = judge_cell({sample(0.2, 3, 4, 32)}, {}, 100);
  ASSERT_EQ(few.finding, Finding::unresolved);
  ASSERT_GT(few.further_draws, 0);
  EXPECT_EQ(few.further_draws, 100 * few.further_replicates);
  // So many, with the same estimates, do settle it: standard errors fall as one over the root.
  Calibrated more = few.metrics[0];
  const Real times = 1 + static_cast<Real>(few.further_replicates) / 4;
  more.worse.error /= std::sqrt(times);
  more.worse.dof *= times;
  more.difference_se /= std::sqrt(times);
  const bool settled =
      more.upper(0.01) < 1 || std::abs(more.excess) / more.difference_se > more.detectable(0.01);
  EXPECT_TRUE(settled) << few.further_draws;
}

TEST(Verdict, OfTooFewRanksIsUnresolvedHoweverLargeTheError) {
  // 2 against 5: the smallest p-value is 1/21.
  const CellVerdict verdict = judge_cell({{info(), {100, 101}, {1, 2, 3, 2, 1}}}, {}, 10);

  EXPECT_EQ(verdict.finding, Finding::unresolved);
  EXPECT_GT(verdict.further_draws, 0);
  const Index r = 2 + verdict.further_replicates, r0 = 5 + verdict.further_null_replicates;
  EXPECT_LE(smallest_rank_sum_p_value(r, r0, Tail::both), 0.01);
}

TEST(Verdict, OfAnErrorOnTheMarginCannotBeSettledByConsistency) {
  std::vector<double> null = normals(50, 0, 1, 9);
  const MeanAndError floor = mean_and_error(null);
  for (double& u : null) u = (u - floor.mean) / floor.deviation();
  std::vector<double> values = null;
  for (double& x : values) x += 1.5;  // beyond the margin: only "inconsistent" is left
  const CellVerdict verdict =
      judge_cell({{info(), {values.begin(), values.begin() + 6}, null}}, {.level = 1e-9}, 10);
  ASSERT_EQ(verdict.finding, Finding::unresolved);
  EXPECT_GT(verdict.further_draws, 0);
}

TEST(Verdict, IsNeverConsistentWhenReplicatesGaveNoDraws) {
  MetricSample failed = sample(0, 4, 200, 200);
  failed.values[3] = nan;
  EXPECT_EQ(judge_cell({failed}, {}, 100).finding, Finding::unresolved);
  MetricSample diverged = sample(0, 4, 200, 200);
  for (int r = 0; r < 100; ++r)
    diverged.values[static_cast<std::size_t>(r)] = MetricSample::not_a_draw;
  EXPECT_EQ(judge_cell({diverged}, {}, 100).finding, Finding::inconsistent);
}

TEST(Verdict, LeavesOutWhatHasNoNull) {
  const MetricSample no_null{{"evidence", "", "", Better::zero, false, Law::none}, {9, 9, 9}, {}};
  const MetricSample unmeasured{info(), {nan, nan}, {1, 2, 3}};
  const CellVerdict verdict = judge_cell({no_null, unmeasured}, {}, 10);

  EXPECT_TRUE(verdict.metrics.empty());
  EXPECT_EQ(verdict.finding, Finding::unresolved);
  EXPECT_EQ(verdict.deciding_metric, "");
}

/// Findings against right cells ("inconsistent" or "not independent") and "consistent" ones among
/// `cells` files of five cells with three metrics each.
struct Tally {
  Index alarms = 0, consistent = 0;
};
Tally judge_many(Index files, Real shift, const JudgeOptions& options, Real sd) {
  Tally tally;
  for (Index f = 0; f < files; ++f) {
    std::vector<std::vector<MetricSample>> cells;
    for (std::uint64_t c = 0; c < 5; ++c) {
      std::vector<MetricSample> metrics;
      for (std::uint64_t m = 0; m < 3; ++m) {
        const std::uint64_t stream = (static_cast<std::uint64_t>(f) * 5 + c) * 3 + m;
        metrics.push_back(
            {info(), normals(12, shift, sd, 2 * stream), normals(16, 0, 1, 2 * stream + 1)});
      }
      cells.push_back(metrics);
    }
    bool any = false;
    for (const CellVerdict& verdict : judge_cells(cells, options, 1)) {
      any = any || verdict.finding == Finding::inconsistent ||
            verdict.finding == Finding::not_independent;
      tally.consistent += verdict.finding == Finding::consistent;
    }
    tally.alarms += any;
  }
  return tally;
}

TEST(Verdict, RaisesFalseAlarmsInFewerFilesThanTheLevelSays) {
  // 1 − 1e-3 binomial bound at level 0.05 over 400 files.
  EXPECT_LE(judge_many(400, 0, {.level = 0.05}, 1).alarms, binomial_upper(400, 0.05, 1e-3));
}

TEST(Verdict, CallsWhatSitsOnTheMarginConsistentNoMoreOftenThanTheLevelSays) {
  // All three metrics exactly one null deviation off, the hardest case; judged by the bounds alone.
  JudgeOptions options{.level = 0.05};
  const Tally tally = judge_many(400, 1, options, 1);
  EXPECT_LE(tally.consistent, binomial_upper(2000, 0.05, 1e-3));
}

}  // namespace
}  // namespace plumbline::verdict_test
