// Errors of mean and covariance: definition, closed forms, standard errors.
#include "unit/metrics/support.hpp"

namespace plumbline::test::moments_test {
namespace {

const reference::Points means = {{0, 0, 0}, {4, -1, 2}};

Problem two_components() {
  return target(isotropic({.25, .75}, means, {1, .5}));
}

TEST(MeanError, IsTheRootMeanSquareOfWhitenedDifferences) {
  const Problem problem = two_components();
  const reference::Points x = normal_points(597, 3, 1, 2);
  const std::vector<Real> w = uneven_weights(597);

  const Real value = evaluate("mean_error", problem, ensemble(x, w)).value;

  const std::vector<Real> m = reference::mean(x, w);
  Real square = 0;
  for (int i = 0; i < 3; ++i) {
    const Real sd = std::sqrt(problem.target_covariance()(i, i));
    square += std::pow((m[i] - problem.target_mean()[i]) / sd, 2) / 3;
  }
  EXPECT_NEAR(value, std::sqrt(square), 1e-13 * std::sqrt(square));
}

TEST(MeanError, MeasuresAConstantCoordinateInTheOverallDeviation) {
  // Coordinate 1 is constant under the target (points on a line): its error is 2 data units.
  const Problem problem = target(isotropic({1, 1}, {{-1, 0}, {1, 0}}, {0, 0}));
  const Real overall = std::sqrt(0.5);

  EXPECT_DOUBLE_EQ(evaluate("mean_error", problem, ensemble({{0, 2}})).value,
                   std::sqrt(0.5) * 2 / overall);
}

TEST(MeanError, OfExactDrawsHasMeanSquareOneOverN) {
  const Problem problem = two_components();
  std::vector<Real> squares;
  for (int repetition = 0; repetition < 256; ++repetition)
    squares.push_back(
        std::pow(evaluate("mean_error", problem, exact_draws(problem, 100, repetition)).value, 2));

  expect_mean(squares, 0.01, "mean_square");
}

TEST(CovarianceError, IsTheRelativeFrobeniusDistance) {
  const Problem problem = two_components();
  const reference::Points x = normal_points(597, 3, 1, 2);
  const std::vector<Real> w = uneven_weights(597);

  const Real value = evaluate("covariance_error", problem, ensemble(x, w)).value;

  const reference::Points c = reference::covariance(x, w);
  const HostMatrix& target = problem.target_covariance();
  Real square = 0;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) square += std::pow(c[i][j] - target(i, j), 2);
  EXPECT_NEAR(value, std::sqrt(square) / target.norm(), 1e-12);
}

TEST(CovarianceError, OfOneDrawIsOne) {
  EXPECT_DOUBLE_EQ(evaluate("covariance_error", two_components(), ensemble({{1, 2, 3}})).value, 1);
}

TEST(CovarianceError, OfExactNormalDrawsHasTheMeanSquareOfAChiSquare) {
  // d = 1: Σ(x − x̄)²/n is χ²_{n−1}/n, so E(error²) = 2(n − 1)/n² + 1/n².
  const Problem problem = target(standard_normal_mixture(1));
  const Real n = 50;
  std::vector<Real> squares;
  for (int repetition = 0; repetition < 512; ++repetition)
    squares.push_back(std::pow(
        evaluate("covariance_error", problem, exact_draws(problem, 50, repetition)).value, 2));

  expect_mean(squares, (2 * (n - 1) + 1) / (n * n), "mean_square");
}

// Where the error is far from 0 the delta method is exact as n grows. 512 repetitions know the
// deviation to 3.1 %; 5 of those are allowed: false alarm below 1e-6, sees 16 %.
void expect_calibrated(const char* metric, const Problem& problem, const Problem& source) {
  std::vector<Real> values, errors;
  for (int repetition = 0; repetition < 512; ++repetition) {
    const Estimate e =
        evaluate(metric, problem, exact_draws(source, 400, repetition), repetition + 1000);
    values.push_back(e.value);
    errors.push_back(e.standard_error);
  }
  EXPECT_NEAR(summarise(errors).mean / summarise(values).deviation, 1, 0.16) << metric;
}

TEST(StandardErrors, MatchTheSpreadOfRepetitions) {
  const Problem problem = two_components();
  const Problem shifted = target(isotropic({.5, .5}, means, {1, 1}));

  expect_calibrated("mean_error", problem, shifted);
  expect_calibrated("covariance_error", problem, shifted);
  expect_calibrated("component_mass", problem, shifted);
  expect_calibrated("component_mean_error", problem, shifted);
  expect_calibrated("component_covariance_error", problem, shifted);
  expect_calibrated("bures", problem, shifted);
  expect_calibrated("marginal_ks", problem, shifted);
  expect_calibrated("marginal_cvm", problem, shifted);
  expect_calibrated("energy_distance", problem, shifted);
}

}  // namespace
}  // namespace plumbline::test::moments_test
