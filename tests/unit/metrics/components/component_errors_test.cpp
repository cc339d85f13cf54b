// Errors of component means and covariances: loops, invariances, and what must not count.
#include "unit/metrics/support.hpp"

namespace plumbline::test::component_errors_test {
namespace {

const std::vector<Real> weight = {.2, .3, .5}, stddev = {1, .7, 2};
const reference::Points means = {{0, 0}, {2, 1}, {-3, 2}};  // they overlap

TEST(ComponentErrors, MatchLoopsOverDrawsAndComponents) {
  const Problem problem = target(isotropic(weight, means, stddev));
  const reference::Points x = normal_points(597, 2, 0, 2);
  for (const std::vector<Real>& w : {uneven_weights(597), std::vector<Real>(597, 1.0 / 597)}) {
    const Real mean = evaluate("component_mean_error", problem, ensemble(x, w)).value;
    const Real covariance = evaluate("component_covariance_error", problem, ensemble(x, w)).value;

    EXPECT_NEAR(mean * mean,
                reference::component_square(x, w, weight, means, stddev, reference::Moment::mean),
                1e-12);
    EXPECT_NEAR(
        covariance * covariance,
        reference::component_square(x, w, weight, means, stddev, reference::Moment::covariance),
        1e-12);
  }
}

TEST(ComponentErrors, OfOneComponentAreTheErrorsOfTheWhole) {
  HostMatrix sigma(2, 2), mu = HostMatrix::Zero(1, 2);
  sigma << 4, 1.9, 1.9, 1;
  const Problem problem = target(GaussianMixture::full(HostVector::Ones(1), mu, {sigma}));
  const Ensemble draws = ensemble(normal_points(100, 2, 1), uneven_weights(100));

  for (const auto& [part, whole] : {std::pair("component_mean_error", "mean_error"),
                                    std::pair("component_covariance_error", "covariance_error")}) {
    const Estimate one = evaluate(part, problem, draws), all = evaluate(whole, problem, draws);
    EXPECT_NEAR(one.value, all.value, 1e-12 * all.value);
    EXPECT_NEAR(one.standard_error, all.standard_error, 1e-10 * all.standard_error);
  }
}

TEST(ComponentErrors, DoNotChangeWhenAComponentIsSplitInTwo) {
  const Problem whole = target(isotropic(weight, means, stddev));
  const Problem split = target(isotropic({.2, .3, .1, .4}, {means[0], means[1], means[2], means[2]},
                                         {stddev[0], stddev[1], stddev[2], stddev[2]}));
  const Ensemble draws = exact_draws(whole, 500, 3);

  for (const char* metric : {"component_mean_error", "component_covariance_error"})
    EXPECT_NEAR(evaluate(metric, split, draws).value, evaluate(metric, whole, draws).value, 1e-12);
}

TEST(ComponentErrors, OfOverlappingComponentsVanishOnExactDraws) {
  // Means one standard deviation apart: nearest-mean assignment would be off by about 0.4 for good.
  const Problem problem = target(isotropic({.5, .5}, {{0}, {1}}, {1, 1}));
  std::vector<Real> mean, covariance;
  for (int repetition = 0; repetition < 16; ++repetition) {
    const Ensemble draws = exact_draws(problem, 40000, repetition);
    mean.push_back(evaluate("component_mean_error", problem, draws).value);
    covariance.push_back(evaluate("component_covariance_error", problem, draws).value);
  }

  // r² ≤ r, so E value² ≤ Σ_k E r_k (x − m_k)²/(π_k n) = 2/n, and 4/n for variances. A sum of two
  // squares is 16 times its mean once in 1e7.
  EXPECT_LT(*std::max_element(mean.begin(), mean.end()), 4 * std::sqrt(2.0 / 40000));
  EXPECT_LT(*std::max_element(covariance.begin(), covariance.end()), 4 * std::sqrt(4.0 / 40000));
}

TEST(ComponentErrors, LeaveAMissingComponentToTheMasses) {
  const Problem problem = target(isotropic({.25, .75}, {{-20}, {20}}, {1, 2}));
  const reference::Points x = normal_points(100, 1, 21);
  const Real shift = 1 + reference::mean(normal_points(100, 1), std::vector<Real>(100, 0.01))[0];

  EXPECT_NEAR(evaluate("component_mean_error", problem, ensemble(x)).value,
              std::sqrt(0.75) * shift / 2, 1e-12);
}

TEST(ComponentErrors, AreNotRuledByOneDrawOfARareComponent) {
  const Problem problem = target(isotropic({1, 1e-6}, {{0}, {1000}}, {1, 1}));
  reference::Points x = normal_points(1000, 1);
  const Real without = evaluate("component_mean_error", problem, ensemble(x)).value;
  x.push_back({1003});
  const Real with = evaluate("component_mean_error", problem, ensemble(x)).value;

  // 3 standard deviations off, at mass π = 1e-6, not 1/1001. The rest lost one draw in 1001.
  EXPECT_NEAR(with * with, without * without * 1000 / 1001 * (1 + 1e-6) + 9e-6, 1e-10);
}

TEST(ComponentErrors, OfATiltAreSmallOnExactDrawsAndSeeAShift) {
  const Problem problem = tilted_target();
  const Ensemble draws = exact_draws(problem, 4000, 1);
  HostMatrix moved = to_host_matrix(draws.x);
  moved.array() += 0.5;
  const Ensemble shifted = equally_weighted(to_device("moved", moved));

  // Three shares of 4000 draws and of 2^15: about √(3/4000) = 0.03; unit-variance components move
  // by half a standard deviation, less what responsibilities reassign.
  EXPECT_LT(evaluate("component_mean_error", problem, draws).value, 0.12);
  EXPECT_GT(evaluate("component_mean_error", problem, shifted).value, 0.25);
  EXPECT_LT(evaluate("component_covariance_error", problem, draws).value, 0.2);
}

TEST(ComponentErrors, MeasurePointsInTheSpreadOfTheWhole) {
  const Problem problem = target(isotropic({1, 1}, {{-1}, {1}}, {0, 0}));

  // Both clouds 0.1 wide: means exact, variance 0.01 against Var_Q = 1.
  const Ensemble draws = ensemble({{-1.1}, {-0.9}, {0.9}, {1.1}});
  EXPECT_NEAR(evaluate("component_mean_error", problem, draws).value, 0, 1e-12);
  EXPECT_NEAR(evaluate("component_covariance_error", problem, draws).value, 0.01, 1e-12);
}

}  // namespace
}  // namespace plumbline::test::component_errors_test
