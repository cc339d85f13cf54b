// Rates and plateaus of curves that are known.
#include "harness/statistics/rate.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.hpp"
#include "harness/statistics/distributions.hpp"
#include "harness/statistics/statistics.hpp"

namespace plumbline::rate_test {
namespace {

/// v = √(floor² + plateau² + (c/budget^rate)²) + noise: `replicates` at every budget.
struct Truth {
  Real rate = 0.5, plateau = 0, coefficient = 1, floor = 0.02, noise = 0.01;
  int replicates = 16;
};

BudgetCurve curve_of(const Truth& truth, std::uint64_t seed) {
  const Rng rng = Rng::from_seed(seed);
  BudgetCurve curve;
  curve.budgets = {10, 30, 100, 300, 1000};
  for (std::uint32_t b = 0; b < curve.budgets.size(); ++b) {
    const Real falling = truth.coefficient * std::pow(curve.budgets[b], -truth.rate);
    const Real mean =
        std::sqrt(truth.floor * truth.floor + truth.plateau * truth.plateau + falling * falling);
    curve.values.emplace_back();
    for (int r = 0; r < truth.replicates; ++r) {
      // Half of the noise is shared by all budgets: common random numbers.
      const auto chain = static_cast<std::uint64_t>(r);
      const Real noise = (rng.normal(chain, 0, b) + rng.normal(chain, 1, 0)) / std::sqrt(2.0);
      curve.values.back().push_back(mean + truth.noise * noise);
    }
  }
  for (std::uint64_t r = 0; r < 32; ++r)
    curve.null.push_back(truth.floor + truth.noise * rng.normal(r, 2, 0));
  return curve;
}

TEST(Rate, FindsThePowerAndNoPlateau) {
  const RateFit fit = fit_rate(curve_of({.rate = 0.5, .noise = 0.001}, 1));

  ASSERT_TRUE(fit.has_rate);
  EXPECT_NEAR(fit.rate, 0.5, 0.02);
  EXPECT_EQ(fit.plateau_interval.low, 0);
  EXPECT_LT(fit.plateau_interval.high, 0.03);
  EXPECT_NEAR(fit.coefficient, 1, 0.1);
  EXPECT_NEAR(fit.budget_for(0.01), 1e4, 3e3);
  EXPECT_TRUE(rate_text(fit).starts_with("rate 0.")) << rate_text(fit);
}

TEST(Rate, FindsThePlateauAboveTheFloor) {
  const RateFit fit = fit_rate(curve_of({.rate = 1, .plateau = 0.3, .coefficient = 5}, 2));

  EXPECT_NEAR(fit.plateau, 0.3, 0.01);
  EXPECT_GT(fit.plateau_interval.low, 0.28);
  EXPECT_TRUE(rate_text(fit).starts_with("plateaus at 0.3")) << rate_text(fit);
}

TEST(Rate, TakesTheFloorAway) {
  // Without subtraction of the floor this is a plateau at 0.3.
  const RateFit fit = fit_rate(curve_of({.rate = 1, .coefficient = 5, .floor = 0.3}, 3));

  EXPECT_EQ(fit.plateau_interval.low, 0);
  EXPECT_LT(fit.plateau, 0.1);
}

TEST(Rate, LeavesOutBudgetsBeforeTheAsymptote) {
  BudgetCurve curve = curve_of({.rate = 1, .coefficient = 20, .noise = 0.002}, 4);
  for (double& v : curve.values[0]) v = v / 4;  // saturates: far below the power law

  const RateFit fit = fit_rate(curve);

  EXPECT_EQ(fit.first, 1u);
  EXPECT_NEAR(fit.rate, 1, 0.1);
}

TEST(Rate, NeedsThreeBudgetsAndFourReplicates) {
  BudgetCurve curve = curve_of({.replicates = 3}, 5);
  EXPECT_FALSE(fit_rate(curve).valid);
  curve = curve_of({}, 5);
  curve.budgets.resize(2);
  curve.values.resize(2);
  EXPECT_FALSE(fit_rate(curve).valid);
  EXPECT_EQ(rate_text(fit_rate(curve)), "");
}

TEST(Rate, OfAMetricThatIsAlwaysZeroIsNoRate) {
  BudgetCurve curve = curve_of({}, 7);
  for (auto& values : curve.values) values.assign(values.size(), 0);
  curve.null.assign(curve.null.size(), 0);

  const RateFit fit = fit_rate(curve);

  EXPECT_FALSE(fit.has_rate);
  EXPECT_EQ(fit.plateau, 0);
}

TEST(Rate, DoesNotDependOnWhatIsNotANumber) {
  BudgetCurve curve = curve_of({.plateau = 0.3}, 6);
  for (auto& values : curve.values) values.push_back(std::nan(""));

  EXPECT_NEAR(fit_rate(curve).plateau, 0.3, 0.01);
}

/// How often intervals of confidence 0.95 hold the truth in `seeds` data sets.
struct Coverage {
  Index rate = 0, plateau = 0, rates = 0;
};
Coverage coverage(const Truth& truth, Index seeds) {
  Coverage covered;
  for (Index s = 0; s < seeds; ++s) {
    const RateFit fit = fit_rate(curve_of(truth, 1000 + static_cast<std::uint64_t>(s)));
    covered.plateau +=
        fit.plateau_interval.low <= truth.plateau && truth.plateau <= fit.plateau_interval.high;
    if (!fit.falls) continue;
    ++covered.rates;
    covered.rate += fit.rate_interval.low <= truth.rate && truth.rate <= fit.rate_interval.high;
  }
  return covered;
}

/// 1 − 1e-3 binomial bound on the misses of a confidence of 0.95.
void expect_coverage(Index covered, Index of, const char* what) {
  EXPECT_LE(of - covered, binomial_upper(of, 0.05, 1e-3))
      << what << ": " << covered << " of " << of;
}

TEST(Rate, IntervalsHoldTheTruthAsOftenAsTheySay) {
  const Index seeds = 250;
  for (const Truth& truth : {Truth{.rate = 0.5}, Truth{.rate = 1, .plateau = 0.3, .coefficient = 5},
                             Truth{.rate = 1, .plateau = 0.05, .coefficient = 5, .replicates = 8},
                             Truth{.rate = 0.5, .coefficient = 0.5, .replicates = 5}}) {
    const Coverage covered = coverage(truth, seeds);
    expect_coverage(covered.plateau, seeds, "plateau");
    expect_coverage(covered.rate, covered.rates, "rate");
  }
}

TEST(WithError, ShowsTwoDigitsOfTheError) {
  EXPECT_EQ(with_error(0.31234, 0.0123), "0.312 ± 0.012");
  EXPECT_EQ(with_error(1234.5, 223), "1234 ± 223");
  EXPECT_EQ(with_error(0.5, 0), "0.5 ± 0");
}

}  // namespace
}  // namespace plumbline::rate_test
