// Evidence judged by e-values, on ratios whose law is known: log-normal Ẑ/Z of mean `bias`.
#include "harness/verdict/evidence.hpp"

#include <fmt/format.h>

#include "unit/harness/verdict/synthetic_file.hpp"

namespace plumbline::evidence_test {
namespace {

MetricInfo ratio_info(Law law = Law::mean_one) {
  return {"ratio", "", "1", Better::zero, false, law};
}

/// Ẑ/Z − 1 of `count` runs, log Ẑ ~ N(log Z + log bias − σ²/2, σ²).
std::vector<double> ratios(Index count, Real sigma, Real bias, std::uint64_t seed) {
  const Rng rng = Rng::from_seed(seed);
  std::vector<double> values;
  for (std::uint32_t r = 0; r < count; ++r)
    values.push_back(bias * std::exp(sigma * rng.normal(r, 0, 0) - sigma * sigma / 2) - 1);
  return values;
}

/// Z/Ẑ − 1 of runs that keep an exact path: log Ẑ has the law tilted by Ẑ, N(log Z + log bias +
/// σ²/2, σ²).
std::vector<double> inverse_ratios(Index count, Real sigma, Real bias, std::uint64_t seed) {
  const Rng rng = Rng::from_seed(seed).stream("inverse");
  std::vector<double> values;
  for (std::uint32_t r = 0; r < count; ++r)
    values.push_back(std::exp(sigma * rng.normal(r, 0, 0) - sigma * sigma / 2) / bias - 1);
  return values;
}

Real p_value(const std::vector<double>& values, Law law = Law::mean_one) {
  return calibrate_mean({ratio_info(law), values, {}}).p_value;
}

/// Share of `seeds` seeds with a p-value of at most `level`.
template <class Values>
Real share(Index seeds, Real level, const Values& values) {
  Index found = 0;
  for (Index seed = 0; seed < seeds; ++seed)
    found += p_value(values(static_cast<std::uint64_t>(seed))) <= level;
  return Real(found) / Real(seeds);
}

// By Ville P(p ≤ α) ≤ α. 2000 seeds each; five binomial standard errors are allowed, false alarm
// 3e-7 for each of 12 shares; at α = 0.05 a share of 0.1 is seen for certain.
TEST(EvidenceOfAnExactSampler, IsCalledBiasedNoMoreOftenThanTheLevelSays) {
  constexpr Index seeds = 2000;
  for (const Real sigma : {0.1, 1.0, 2.0})
    for (const Real level : {0.05, 0.01}) {
      SCOPED_TRACE(fmt::format("σ = {}, level {}", sigma, level));
      const Real most = level + 5 * std::sqrt(level * (1 - level) / seeds);
      EXPECT_LE(share(seeds, level, [&](auto s) { return ratios(64, sigma, 1, s); }), most);
      EXPECT_LE(share(seeds, level, [&](auto s) { return inverse_ratios(64, sigma, 1, s); }), most);
    }
}

// σ = ½ and 100 runs: growth ½ (0.4)²/(1.4² (e^¼ − 1)) ≈ 0.14 a run, 14 nats, less log 12 for the
// mixture, against log 100. 200 seeds, all but one in a hundred must be found.
TEST(BiasedEvidence, IsFoundOnTheSideWhereItLies) {
  const auto large = [](auto s) { return ratios(100, 0.5, 1.4, s); };
  const auto small = [](auto s) { return inverse_ratios(100, 0.5, 1 / 1.4, s); };
  EXPECT_GE(share(200, 0.01, large), 0.98);
  EXPECT_GE(share(200, 0.01, small), 0.98);

  // and not on the other one: an average of Ẑ/Z below 1 proves nothing by itself
  EXPECT_LE(share(200, 0.01, [](auto s) { return ratios(100, 0.5, 1 / 1.4, s); }), 0.01);
  EXPECT_LE(share(200, 0.01, [](auto s) { return inverse_ratios(100, 0.5, 1.4, s); }), 0.01);
}

TEST(Evidence, IsTheSameTestByItsLogarithm) {
  const std::vector<double> values = ratios(50, 1, 1.5, 3);
  std::vector<double> logs;
  for (const double v : values) logs.push_back(std::log1p(v));
  EXPECT_NEAR(p_value(logs, Law::log_mean_one), p_value(values), 1e-12);
}

TEST(Evidence, CountsARunWithoutDrawsAsAnEstimateOfZero) {
  for (const Law law : {Law::mean_one, Law::log_mean_one, Law::inverse_mean_one}) {
    MetricSample sample{ratio_info(law), {0, 0, no_estimate(ratio_info(law))}, {}};
    EXPECT_EQ(e_values(sample), (std::vector<double>{1, 1, 0}));
    EXPECT_EQ(calibrate_mean(sample).p_value, 1);
    sample.values.push_back(nan);
    EXPECT_TRUE(std::isnan(e_values(sample).back()));
  }
}

/// Draws whose metric is a null's, beside an evidence.
std::vector<MetricSample> cell(const std::vector<double>& ratio,
                               const std::vector<double>& inverse) {
  const Rng rng = Rng::from_seed(5);
  MetricSample draws{{"error", "", "", Better::lower, true, Law::floor}, {}, {}};
  for (std::uint32_t i = 0; i < 32; ++i) draws.values.push_back(rng.normal(i, 0, 0));
  for (std::uint32_t i = 0; i < 256; ++i) draws.null.push_back(rng.normal(i, 1, 0));
  return {draws,
          {ratio_info(), ratio, {}},
          {{"inverse", "", "1", Better::zero, false, Law::inverse_mean_one}, inverse, {}}};
}

TEST(Evidence, SpeaksAgainstASamplerAndNeverForItsDraws) {
  const auto right =
      judge_cell(cell(ratios(100, 0.5, 1, 1), inverse_ratios(100, 0.5, 1, 1)), {}, 9);
  EXPECT_EQ(right.finding, Finding::consistent);
  EXPECT_EQ(right.deciding_metric, "error");

  for (const Real bias : {2.0, 0.5}) {
    const auto wrong =
        judge_cell(cell(ratios(100, 0.5, bias, 1), inverse_ratios(100, 0.5, bias, 1)), {}, 9);
    EXPECT_EQ(wrong.finding, Finding::inconsistent);
    EXPECT_EQ(wrong.deciding_metric, bias > 1 ? "ratio" : "inverse");
    // one of three tests of the cell
    const Calibrated* by = wrong.deciding();
    EXPECT_NEAR(wrong.p_adjusted, std::min<Real>(1, 3 * by->p_value), 1e-15);
  }

  const auto alone = judge_cell({{ratio_info(), ratios(100, 0.5, 1, 1), {}}}, {}, 9);
  EXPECT_EQ(alone.finding, Finding::unresolved);
  EXPECT_EQ(what_would_settle(alone), "no metric of the draws is judged");
}

TEST(Evidence, SaysWhereAMeanCannotBeJudged) {
  const auto text = [](std::vector<double> values) {
    return evidence_text({{ratio_info(), std::move(values), {}}});
  };
  EXPECT_EQ(evidence_text({}), "");
  EXPECT_EQ(text(ratios(12, 0.5, 1, 1)),
            "evidence: tested upwards only; the mean cannot be judged from 12 runs: at least 100");
  EXPECT_EQ(text(std::vector<double>(200, 0.0)), "evidence: tested upwards only: all runs agree");
  EXPECT_NE(text(ratios(400, 0.3, 1, 1)).find("which is no certificate"), std::string::npos);
  // Ẑ/Z of variance e^16: averages of 400 runs look like nothing
  EXPECT_NE(text(ratios(400, 4, 1, 1)).find("the mean cannot be judged from 400 runs (k̂ = "),
            std::string::npos);

  const MetricSample heavy{ratio_info(), ratios(400, 4, 1, 1), {}};
  EXPECT_FALSE(mean_outlook(heavy).judgeable);
  EXPECT_TRUE(mean_outlook({ratio_info(), ratios(400, 0.3, 1, 1), {}}).judgeable);
  EXPECT_FALSE(mean_outlook({ratio_info(), ratios(99, 0.3, 1, 1), {}}).judgeable);
  EXPECT_NE(evidence_text(cell(ratios(9, 1, 1, 1), inverse_ratios(9, 1, 1, 1))).find("exact path"),
            std::string::npos);
}

/// A sampler whose draws are right and whose evidence has a bias, by what that claims.
ClaimVerdict judged(const std::string& evidence_claim, Real bias) {
  Results results = File{{{"particles", {4, 16}}}, "particles"}([](const Values&) { return 0.0; });
  results.layout.metrics.push_back(ratio_info());
  for (CellRecord& record : results.cells) {
    record.evidence_claim = evidence_claim;
    record.metrics.push_back({"ratio", ratios(synthetic_runs, 0.1, bias, 1)});
  }
  return only_claim(results);
}

TEST(Evidence, ContradictsWhatClaimsItAtAnyBudget) {
  const ClaimVerdict exact = judged("exact", 4);
  EXPECT_TRUE(exact.contradicted);
  EXPECT_EQ(exact.finding, Finding::inconsistent);
  EXPECT_EQ(exact.verdict.deciding_metric, "ratio");

  const ClaimVerdict in_steps = judged("steps", 4);
  EXPECT_FALSE(in_steps.contradicted);
  EXPECT_EQ(in_steps.verdict.deciding_metric, "ratio");
  EXPECT_LT(in_steps.verdict.p_adjusted, 0.01);

  for (const char* none : {"", "nothing"}) {
    EXPECT_EQ(judged(none, 4).verdict.metrics.size(), 1u);
    EXPECT_EQ(judged(none, 4).verdict.evidence, "");
  }
  EXPECT_NE(judged("exact", 1).finding, Finding::inconsistent);
  EXPECT_NE(judged("exact", 1).note.find("inverse_evidence_ratio tests the other side"),
            std::string::npos);
  EXPECT_EQ(judged("steps", 1).note.find("inverse_evidence_ratio"), std::string::npos);
}

}  // namespace
}  // namespace plumbline::evidence_test
