// Sliced Wasserstein distances against quadrature and closed forms.
#include "metrics/transport/normal.hpp"
#include "unit/metrics/support.hpp"

namespace plumbline::test::sliced_wasserstein_test {
namespace {

constexpr const char* name_of_order[] = {"", "sliced_wasserstein_1", "sliced_wasserstein_2"};

GaussianMixture on_a_line(const reference::Line& line) {
  reference::Points mean;
  for (const Real m : line.mean) mean.push_back({m});
  return isotropic(line.weight, mean, line.stddev);
}

std::vector<Real> first_coordinate(const reference::Points& x) {
  std::vector<Real> list;
  for (const auto& row : x) list.push_back(row[0]);
  return list;
}

/// On a line all directions are ±1 and agree.
void expect_matches_quadrature(const reference::Line& line, const reference::Points& x,
                               const std::vector<Real>& w) {
  const Problem problem = target(on_a_line(line));
  for (const int p : {1, 2}) {
    const Real value =
        evaluate(name_of_order[p], problem, ensemble(x, w), 1, setting("projections", 2)).value;
    const Real expected = reference::wasserstein_to_line(first_coordinate(x), w, line, p);
    const Real spread = std::sqrt(problem.target_covariance()(0, 0));
    // 1e-11 of the spread per quantile (line_mixture.hpp) and the quadrature's rounding
    EXPECT_NEAR(std::pow(value, p), expected, 1e-10 * std::pow(spread, p) + 1e-11 * expected)
        << "W_" << p << " of " << x.size();
  }
}

const std::vector<reference::Line>& lines() {
  static const std::vector<reference::Line> all = {
      {{1}, {3}, {2}},
      {{.5, .5}, {-8, 8}, {1, 1}},
      {{.2, .3, .5}, {-40, 0, 40}, {1, .5, 2}},
      {{.01, .98, .01}, {-3, 0, 100}, {1e-3, 1, 1e-3}}};
  return all;
}

TEST(SlicedWasserstein, OnALineMatchesQuadrature) {
  for (const reference::Line& line : lines())
    for (const Index n : {1, 2, 16, 17, 61}) {
      expect_matches_quadrature(line, normal_points(n, 1, 1, 5), uneven_weights(n));
      expect_matches_quadrature(line, normal_points(n, 1, 0, 1), std::vector<Real>(n, 1.0 / n));
    }
}

TEST(SlicedWasserstein, OfManyDrawsStillMatchesQuadrature) {
  // From 2^14 draws on a fine table replaces Newton steps, but for components too narrow for it:
  // the last line.
  const Index n = 16384;
  for (const reference::Line& line : {lines()[1], lines()[3]})
    expect_matches_quadrature(line, normal_points(n, 1, 0, 4), uneven_weights(n));
}

TEST(SlicedWasserstein, OfTheBestAtomsIsResolvedDespiteCancellation) {
  // Atoms at the mid-quantiles: W_2² is 1e-5 of the variance, all the rest cancels.
  const reference::Line line = {{.3, .7}, {-3, 2}, {1, 1}};
  const Index n = 500;
  reference::Points x(n);
  for (Index i = 0; i < n; ++i) x[i] = {line.quantile((i + 0.5) / n)};

  expect_matches_quadrature(line, x, std::vector<Real>(n, 1.0 / n));
}

TEST(SlicedWasserstein, OfOneAtomToAStandardNormalHasItsClosedForm) {
  const Problem problem = target(standard_normal_mixture(1));
  for (const Real a : {0.0, 0.5, -3.0, 30.0}) {
    const NormalValue normal = standard_normal(a);

    EXPECT_NEAR(evaluate("sliced_wasserstein_2", problem, ensemble({{a}})).value,
                std::sqrt(1 + a * a), 1e-13 * (1 + std::abs(a)));
    EXPECT_NEAR(evaluate("sliced_wasserstein_1", problem, ensemble({{a}})).value,
                a * (2 * normal.cdf - 1) + 2 * normal.pdf, 1e-13 * (1 + std::abs(a)));
  }
}

TEST(SlicedWasserstein, OfOneAtomAveragesOverTheSphere) {
  // W_2² along θ is 1 + (θ·x)², of mean 1 + |x|²/d; the error over directions is the metric's own.
  const Problem problem = target(standard_normal_mixture(5));
  const Estimate e = evaluate("sliced_wasserstein_2", problem, ensemble({{3, 0, -1, 2, 1}}), 1,
                              setting("projections", 4000));

  const Real z = (e.value - std::sqrt(1 + 15.0 / 5)) / e.standard_error;
  EXPECT_LT(std::abs(z), 5) << "false alarm below 1e-6";
  EXPECT_LT(e.standard_error, 0.02);
}

TEST(SlicedWasserstein, SeesTheCovarianceAlongEachDirection) {
  // The mean as the only atom: W_2² along θ is θᵀ Σ θ, of mean tr Σ/d.
  HostMatrix sigma(3, 3), mu(1, 3);
  sigma << 4, 1.5, 0, 1.5, 1, 0.2, 0, 0.2, 9;
  mu << 1, 2, 3;
  HostMatrix variances(1, 3);
  variances << 4, 1, 9;
  const HostVector one = HostVector::Ones(1);
  for (const GaussianMixture& mixture :
       {GaussianMixture::full(one, mu, {sigma}), GaussianMixture::diagonal(one, mu, variances)}) {
    const Estimate e = evaluate("sliced_wasserstein_2", target(mixture), ensemble({{1, 2, 3}}), 1,
                                setting("projections", 4000));

    EXPECT_LT(std::abs(e.value - std::sqrt(14.0 / 3)) / e.standard_error, 5);
    EXPECT_LT(e.standard_error, 0.02);
  }
}

TEST(SlicedWasserstein, SeesWhichWayACovarianceLeans) {
  // Atoms at ±v against N(0, Σ): along θ the halves of the normal go to their atoms, and
  // W_2² = a² + s² − 2 a s √(2/π) with a = |θ·v|, s² = θᵀ Σ θ. Its mean over θ knows eigenvectors,
  // not eigenvalues alone: with Uᵀ for U it is off by 40 standard errors.
  HostMatrix sigma(3, 3);
  sigma << 4, 1.5, 0, 1.5, 1, 0.2, 0, 0.2, 9;
  const HostVector v = (HostVector(3) << 2, 1, 0).finished();
  const Rng rng = Rng::from_seed(3);
  std::vector<Real> square;
  for (Index j = 0; j < 100000; ++j) {
    HostVector theta(3);
    for (int i = 0; i < 3; ++i) theta[i] = rng.normal(j, 0, i);
    theta.normalize();
    const Real a = std::abs(theta.dot(v)), s = std::sqrt(theta.dot(sigma * theta));
    square.push_back(a * a + s * s - 2 * a * s * std::sqrt(2 / std::acos(Real(-1))));
  }
  const MeanAndError expected = summarise(square);

  const Estimate e =
      evaluate("sliced_wasserstein_2",
               target(GaussianMixture::full(HostVector::Ones(1), HostMatrix::Zero(1, 3), {sigma})),
               ensemble({{2, 1, 0}, {-2, -1, 0}}), 1, setting("projections", 20000));

  const Real root = std::sqrt(expected.mean);
  EXPECT_LT(std::abs(e.value - root) / std::hypot(e.standard_error, expected.error / (2 * root)), 5)
      << e.value << " ± " << e.standard_error << ", expected " << root;
}

TEST(SlicedWasserstein, TreatsWeightsAsRepetitions) {
  const Problem problem = target(isotropic({.4, .6}, {{0, 0, 0}, {3, 1, 1}}, {1, 2}));
  const reference::Points x = normal_points(40, 3);
  reference::Points repeated;
  std::vector<Real> w;
  for (int n = 0; n < 40; ++n) {
    w.push_back((n % 3 + 1) / 79.0);  // 14·1 + 13·2 + 13·3 = 79
    for (int copy = 0; copy <= n % 3; ++copy) repeated.push_back(x[n]);
  }

  for (const char* metric : {"mean_error", "covariance_error", "component_mass",
                             "sliced_wasserstein_1", "sliced_wasserstein_2"})
    EXPECT_NEAR(evaluate(metric, problem, ensemble(x, w)).value,
                evaluate(metric, problem, ensemble(repeated)).value, 1e-9)
        << metric;
}

TEST(SlicedWasserstein, DoesNotSeeACommonOffset) {
  const Real offset = 1e6;
  const reference::Points x = normal_points(200, 2);
  reference::Points moved = x;
  for (auto& row : moved)
    for (Real& v : row) v += offset;
  const Problem here = target(isotropic({.5, .5}, {{0, 0}, {3, 1}}, {1, 2}));
  const Problem there =
      target(isotropic({.5, .5}, {{offset, offset}, {offset + 3, offset + 1}}, {1, 2}));

  for (const int p : {1, 2})  // 1e-10 is what the coordinates 1e6 + x still hold of x
    EXPECT_NEAR(evaluate(name_of_order[p], there, ensemble(moved)).value,
                evaluate(name_of_order[p], here, ensemble(x)).value, 1e-8);
}

TEST(SlicedWasserstein, IgnoresNegligibleComponents) {
  const reference::Points x = normal_points(100, 2);
  const Problem with = target(isotropic({1, 1e-15}, {{0, 0}, {50, 0}}, {1, 1}));
  const Problem without = target(standard_normal_mixture(2));

  EXPECT_NEAR(evaluate("sliced_wasserstein_2", with, ensemble(x)).value,
              evaluate("sliced_wasserstein_2", without, ensemble(x)).value, 1e-12);
}

TEST(SlicedWasserstein, ToADataSetIsTheDistanceBetweenPointSets) {
  const reference::Points points = {{0}, {1}, {5}};
  const Problem problem = target(isotropic({1, 1, 1}, points, {0, 0, 0}));

  // Components are taken 1e-8 of the spread wide: 2e-8 of 2.2 is what may differ.
  EXPECT_NEAR(evaluate("sliced_wasserstein_1", problem, ensemble({{0}, {2}, {5}})).value, 1.0 / 3,
              1e-7);
  EXPECT_NEAR(evaluate("sliced_wasserstein_2", problem, ensemble({{0}, {2}, {5}})).value,
              std::sqrt(1.0 / 3), 1e-7);
  EXPECT_NEAR(evaluate("sliced_wasserstein_2", problem, ensemble(points)).value, 0, 1e-7);
}

TEST(SlicedWasserstein, AgainstDrawsIsTheCostOfSortedPairs) {
  const Problem problem = target(on_a_line(lines()[1]));
  const Index n = 61;
  const reference::Points x = normal_points(n, 1, 1, 5);
  const std::vector<Real> other =
      to_host(problem.draw_exact(Exec(), n, Rng::from_seed(1).stream("reference")));  // d = 1

  for (const int p : {1, 2})
    EXPECT_NEAR(std::pow(evaluate(name_of_order[p], problem, ensemble(x), 1,
                                  text_setting("against", "draws"))
                             .value,
                         p),
                reference::wasserstein_of_samples(first_coordinate(x), other, p), 1e-11);
}

TEST(SlicedWasserstein, ToATiltFallsAsTheDrawsGrow) {
  const Problem problem = tilted_target();
  for (const int p : {1, 2}) {
    std::vector<Real> few, many;
    for (int repetition = 0; repetition < 32; ++repetition) {
      few.push_back(evaluate(name_of_order[p], problem, exact_draws(problem, 100, repetition),
                             repetition + 500)
                        .value);
      many.push_back(evaluate(name_of_order[p], problem, exact_draws(problem, 400, repetition),
                              repetition + 500)
                         .value);
    }
    // n^−½, a ratio of 2; one value spreads by a quarter, so 32 pairs know it to 0.13.
    EXPECT_NEAR(summarise(few).mean / summarise(many).mean, 2, 0.65) << "W_" << p;
  }
}

}  // namespace
}  // namespace plumbline::test::sliced_wasserstein_test
