// Exact, Bures and max-sliced Wasserstein distances: closed forms, invariances, optimality.
#include "metrics/transport/sliced.hpp"
#include "unit/metrics/support.hpp"

namespace plumbline::test::transport_test {
namespace {

const reference::Points means = {{0, 0, 0}, {4, -1, 2}};

Problem two_components() {
  return target(isotropic({.25, .75}, means, {1, .5}));
}

/// The exact draws that seed 1 compares with.
HostMatrix reference_draws(const Problem& problem, Index n) {
  return to_host_matrix(problem.draw_exact(Exec(), n, Rng::from_seed(1).stream("reference")));
}

Ensemble equally(const HostMatrix& x) {
  return equally_weighted(to_device("x", x));
}

TEST(Wasserstein2, OfATranslationIsItsLength) {
  // The best map between a sample and its shifted copy is the shift, in any order of the rows.
  const Problem problem = two_components();
  HostMatrix x = reference_draws(problem, 100).colwise().reverse();
  x.rowwise() += Eigen::RowVector3d(3, 0, 4);

  EXPECT_NEAR(evaluate("wasserstein_2", problem, equally(x)).value, 5, 1e-12);
}

TEST(Wasserstein2, OnALineIsTheCostOfSortedPairs) {
  const Problem problem = target(isotropic({.5, .5}, {{-8}, {8}}, {1, 2}));
  const reference::Points x = normal_points(200, 1, 1, 5);
  std::vector<Real> here, there;
  const HostMatrix y = reference_draws(problem, 200);
  for (Index n = 0; n < 200; ++n) {
    here.push_back(x[n][0]);
    there.push_back(y(n, 0));
  }

  const Real value = evaluate("wasserstein_2", problem, ensemble(x)).value;
  EXPECT_NEAR(value * value, reference::wasserstein_of_samples(here, there, 2), 1e-11);
}

TEST(Wasserstein2, TakesDrawsByTheirWeight) {
  // To a point at 0 the squared distance is the sample's mean square: unbiased for Σ w x².
  const Problem problem = target(isotropic({1}, {{0}}, {0}));
  const reference::Points x = normal_points(30, 1, 0, 2);
  const std::vector<Real> w = uneven_weights(30);
  Real expected = 0;
  for (int n = 0; n < 30; ++n) expected += w[n] * x[n][0] * x[n][0];
  std::vector<Real> squares;
  for (int seed = 0; seed < 256; ++seed)
    squares.push_back(std::pow(
        evaluate("wasserstein_2", problem, ensemble(x, w), seed, setting("subsample", 7)).value,
        2));

  expect_mean(squares, expected, "weighted");
}

TEST(Wasserstein2, HasTheErrorOfItsRepetitions) {
  const Problem problem = two_components();
  const Problem shifted = target(isotropic({.5, .5}, means, {1, 1}));
  std::vector<Real> values, errors;
  for (int repetition = 0; repetition < 512; ++repetition) {
    const Estimate e =
        evaluate("wasserstein_2", problem, exact_draws(shifted, 80, repetition), repetition + 1000);
    values.push_back(e.value);
    errors.push_back(e.standard_error);
  }

  // 512 repetitions know the deviation to 3.1 %, five of those; the potentials of 80 draws are
  // themselves good to a few per cent.
  EXPECT_NEAR(summarise(errors).mean / summarise(values).deviation, 1, 0.25);
}

TEST(Bures, OfCommutingCovariancesComparesStandardDeviations) {
  // Draws at ±a along each axis: mean 0, covariance diag(a²/2).
  const HostVector one = HostVector::Ones(1);
  HostMatrix mu(1, 2), variances(1, 2);
  mu << 1, -2;
  variances << 9, 0.25;
  const Problem problem = target(GaussianMixture::diagonal(one, mu, variances));
  const Ensemble draws = ensemble({{2, 0}, {-2, 0}, {0, 4}, {0, -4}});

  const Real root2 = std::sqrt(2.0);
  EXPECT_NEAR(evaluate("bures", problem, draws).value,
              std::sqrt(1 + 4 + std::pow(3 - root2, 2) + std::pow(0.5 - 2 * root2, 2)), 1e-13);
}

TEST(Bures, OfTwoByTwoCovariancesHasItsClosedForm) {
  // tr √(C_1 C_2) = √(tr C_1 C_2 + 2 √det C_1 C_2) for 2 × 2.
  HostMatrix sigma(2, 2), mu = HostMatrix::Zero(1, 2);
  sigma << 4, 1.9, 1.9, 1;
  const Problem problem = target(GaussianMixture::full(HostVector::Ones(1), mu, {sigma}));
  const reference::Points x = normal_points(50, 2, 1);
  const std::vector<Real> w = uneven_weights(50);
  const reference::Points c = reference::covariance(x, w);
  const std::vector<Real> m = reference::mean(x, w);
  HostMatrix drawn(2, 2);
  drawn << c[0][0], c[0][1], c[1][0], c[1][1];
  const HostMatrix product = drawn * sigma;
  const Real fidelity = std::sqrt(product.trace() + 2 * std::sqrt(product.determinant()));

  EXPECT_NEAR(evaluate("bures", problem, ensemble(x, w)).value,
              std::sqrt(m[0] * m[0] + m[1] * m[1] + drawn.trace() + sigma.trace() - 2 * fidelity),
              1e-12);
}

TEST(Bures, NeverExceedsTheDistanceOfTheSamples) {
  const Problem problem = two_components();
  const Ensemble draws = ensemble(normal_points(200, 3, 1));
  const Real exact = evaluate("wasserstein_2", problem, draws).value;

  EXPECT_LT(evaluate("bures", problem, draws).value, exact + 0.3) << "Gelbrich, but for noise";
  EXPECT_GT(evaluate("bures", problem, draws).value, 0.3 * exact);
}

TEST(MaxSliced, OfOneAtomIsTheLargestStandardDeviation) {
  HostMatrix sigma(3, 3), mu(1, 3);
  sigma << 4, 1.5, 0, 1.5, 1, 0.2, 0, 0.2, 9;
  mu << 1, 2, 3;
  const Problem problem = target(GaussianMixture::full(HostVector::Ones(1), mu, {sigma}));
  const SymmetricEigen eigen = symmetric_eigen(sigma);

  EXPECT_NEAR(evaluate("max_sliced_wasserstein", problem, ensemble({{1, 2, 3}})).value,
              std::sqrt(eigen.values[2]), 1e-6);
  EXPECT_NEAR(evaluate("max_sliced_wasserstein", target(standard_normal_mixture(5)),
                       ensemble({{3, 0, -1, 2, 1}}))
                  .value,
              std::sqrt(1 + 15.0), 1e-9);
}

/// W_p along many angles of the plane.
Real largest_over_angles(const Problem& problem, const Ensemble& draws, int order) {
  constexpr Index count = 2000;
  HostMatrix directions(count, 2);
  for (Index a = 0; a < count; ++a) {
    const Real angle = std::numbers::pi * static_cast<Real>(a) / count;
    directions.row(a) << std::cos(angle), std::sin(angle);
  }
  const Rng rng = Rng::from_seed(1);
  const std::vector<Real> costs =
      sliced_costs(Exec(), draws, sliced_target(Exec(), {problem, draws, 0, rng}, Against::mixture),
                   to_device("directions", directions),
                   order == 1 ? wasserstein_1_on_lines() : wasserstein_2_on_lines());
  return std::pow(*std::max_element(costs.begin(), costs.end()), 1.0 / order);
}

TEST(MaxSliced, InThePlaneFindsTheWorstOfAllAngles) {
  const Problem problem = target(isotropic({.3, .3, .4}, {{0, 0}, {5, 1}, {1, 4}}, {1, 2, .5}));
  const Ensemble draws = ensemble(normal_points(100, 2, 1, 2), uneven_weights(100));
  for (const int order : {1, 2}) {
    const Real brute = largest_over_angles(problem, draws, order);
    const Real value =
        evaluate("max_sliced_wasserstein", problem, draws, 1, setting("order", order)).value;

    // The angles are 1.6e-3 apart: their best is within 1e-6 of the maximum.
    EXPECT_GT(value, brute * (1 - 1e-5)) << order;
    EXPECT_LT(value, brute * (1 + 1e-5)) << order;
  }
}

TEST(MaxSliced, ClimbsToADirectionThatMomentsDoNotShow) {
  // Two modes along v = (1, …, 1)/√d, but covariance 9.09 in every direction: the draws are normal
  // with just these moments, and wrong only along v.
  const int d = 8;
  const HostVector v = HostVector::Constant(d, 1 / std::sqrt(Real(d)));
  HostMatrix mu(2, d);
  mu << 3 * v.transpose(), -3 * v.transpose();
  const HostMatrix sigma = 9.09 * HostMatrix::Identity(d, d) - 9 * v * v.transpose();
  const Problem problem = target(GaussianMixture::full(HostVector::Ones(2), mu, {sigma, sigma}));
  const Ensemble draws =
      exact_draws(target(isotropic({1}, {std::vector<Real>(d, 0.0)}, {std::sqrt(9.09)})), 2000, 3);
  const Rng rng = Rng::from_seed(1);
  const Matrix along = to_device("along", HostMatrix(v.transpose()));
  const SlicedTarget exact = sliced_target(Exec(), {problem, draws, 0, rng}, Against::mixture);
  const Real best =
      std::sqrt(sliced_costs(Exec(), draws, exact, along, wasserstein_2_on_lines())[0]);

  const Table still = setting("ascent_steps", 0);
  EXPECT_LT(evaluate("max_sliced_wasserstein", problem, draws, 1, still).value, 0.8 * best);
  EXPECT_GT(evaluate("max_sliced_wasserstein", problem, draws).value, 0.97 * best);
}

}  // namespace
}  // namespace plumbline::test::transport_test
