// Kolmogorov–Smirnov, Cramér–von Mises and coverage of the marginals: definitions, closed forms,
// atoms, and draws as reference.
#include "metrics/transport/normal.hpp"
#include "unit/metrics/support.hpp"

namespace plumbline::test::marginals_test {
namespace {

const std::vector<Real> weight = {.2, .3, .5}, stddev = {1, .7, 2};
const reference::Points means = {{0, 0}, {20, 1}, {-3, 2}};

/// Coordinate i of the mixture above, and of points.
reference::Line marginal(int i) {
  reference::Line line{weight, {}, stddev};
  for (const auto& m : means) line.mean.push_back(m[i]);
  return line;
}
std::vector<Real> coordinate(const reference::Points& x, int i) {
  std::vector<Real> list;
  for (const auto& row : x) list.push_back(row[i]);
  return list;
}

TEST(Marginals, MatchSortedLoopsAndQuadrature) {
  const Problem problem = target(isotropic(weight, means, stddev));
  for (const Index n : {1, 2, 61, 300}) {
    const reference::Points x = normal_points(n, 2, 1, 5);
    for (const std::vector<Real>& w : {uneven_weights(n), std::vector<Real>(n, 1.0 / n)}) {
      Real ks = 0, cvm = 0;
      for (const int i : {0, 1}) {
        ks = std::max(ks, reference::kolmogorov_smirnov(coordinate(x, i), w, marginal(i)));
        cvm += reference::cramer_von_mises(coordinate(x, i), w, marginal(i)) / 2;
      }
      EXPECT_NEAR(evaluate("marginal_ks", problem, ensemble(x, w)).value, ks, 1e-13) << n;
      EXPECT_NEAR(evaluate("marginal_cvm", problem, ensemble(x, w)).value, cvm, 1e-12) << n;
    }
  }
}

TEST(Marginals, TreatWeightsAsRepetitions) {
  const Problem problem = target(isotropic(weight, means, stddev));
  const reference::Points x = normal_points(40, 2);
  reference::Points repeated;
  std::vector<Real> w;
  for (int n = 0; n < 40; ++n) {
    w.push_back((n % 3 + 1) / 79.0);  // 14·1 + 13·2 + 13·3 = 79
    for (int copy = 0; copy <= n % 3; ++copy) repeated.push_back(x[n]);
  }

  for (const char* metric :
       {"marginal_ks", "marginal_cvm", "coverage_error", "component_mean_error",
        "component_covariance_error", "bures", "max_sliced_wasserstein"})
    EXPECT_NEAR(evaluate(metric, problem, ensemble(x, w)).value,
                evaluate(metric, problem, ensemble(repeated)).value, 1e-7)
        << metric;
}

TEST(Marginals, OfExactDrawsHaveTheirTextbookMeans) {
  const Problem problem = target(isotropic(weight, means, stddev));
  std::vector<Real> cvm, mass;
  for (int repetition = 0; repetition < 256; ++repetition) {
    const Ensemble draws = exact_draws(problem, 50, repetition);
    cvm.push_back(evaluate("marginal_cvm", problem, draws).value);
    // From the smallest to the largest: their mass follows Beta(49, 2).
    mass.push_back(
        evaluate("coverage_error", problem, draws, 1, number_setting("level", 0.999999)).value);
  }

  expect_mean(cvm, 1 / (6.0 * 50), "cvm");
  expect_mean(mass, 2.0 / 51 - 1e-6, "mass");
}

TEST(Coverage, IsTheExactMassBetweenTheDrawsQuantiles) {
  const Problem problem = target(standard_normal_mixture(1));
  reference::Points x;
  for (int i = 20; i > 0; --i) x.push_back({0.1 * i - 1});  // −0.9, −0.8, … 1
  const auto mass = [](Real a, Real b) { return standard_normal(b).cdf - standard_normal(a).cdf; };

  // 0.9: from the first draw (0.05 = 1/20) to the 19th; 0.5: from the 5th to the 15th.
  EXPECT_NEAR(evaluate("coverage_error", problem, ensemble(x)).value, 0.9 - mass(-0.9, 0.9), 1e-14);
  EXPECT_NEAR(
      evaluate("coverage_error", problem, ensemble(x), 1, number_setting("level", 0.5)).value,
      std::abs(mass(-0.5, 0.5) - 0.5), 1e-14);
  EXPECT_NEAR(evaluate("coverage_error", problem, ensemble({{0.3}})).value, 0.9, 1e-14);
}

TEST(Coverage, SeesIntervalsThatAreTooWide) {
  const Problem problem = target(standard_normal_mixture(3));
  const Ensemble wide = exact_draws(target(isotropic({1}, {{0, 0, 0}}, {2})), 20000, 1);

  // ±2 · 1.645 holds 0.99900. A quantile of 20000 draws is off by 0.03 (2 · √(0.05 · 0.95/20000)
  // over the density 0.103), the mass by 0.03 φ(3.29) = 5e-5 per end.
  EXPECT_NEAR(evaluate("coverage_error", problem, wide).value, 0.0990, 5e-4);
}

TEST(Marginals, OfADataSetCountItsPointsWhole) {
  // Points 0 and 3 (half each), draws 0, 0, 3: F_P(0) = 2/3 against 1/2.
  const Problem problem = target(isotropic({1, 1}, {{0}, {3}}, {0, 0}));
  const Ensemble draws = ensemble({{0}, {3}, {0}});

  EXPECT_NEAR(evaluate("marginal_ks", problem, draws).value, 1.0 / 6, 1e-12);
  EXPECT_NEAR(evaluate("marginal_cvm", problem, draws).value, 0.5 / 36, 1e-12);
  EXPECT_NEAR(evaluate("coverage_error", problem, draws).value, 0.1, 1e-12);
  EXPECT_NEAR(evaluate("marginal_ks", problem, ensemble({{0}, {3}})).value, 0, 1e-12);
  EXPECT_NEAR(evaluate("marginal_cvm", problem, ensemble({{0}, {3}})).value, 0, 1e-12);
}

TEST(Marginals, FindTheCoordinateThatIsWrong) {
  // 64 coordinates and 40000 draws take two passes; the last coordinate is shifted.
  const Problem problem = target(standard_normal_mixture(64));
  HostMatrix x = to_host_matrix(exact_draws(problem, 40000, 1).x);
  x.col(63).array() += 1;
  const Ensemble draws = equally_weighted(to_device("x", x));
  const Real expected = 2 * standard_normal(0.5).cdf - 1;

  // sup |F_n − F| of 40000 draws passes 0.0136 once in 1e6.
  const Estimate ks = evaluate("marginal_ks", problem, draws);
  EXPECT_NEAR(ks.value, expected, 0.0136);
  EXPECT_NEAR(ks.standard_error, std::sqrt(0.3085 * 0.6915 / 40000), 1e-4);
  // ∫ (F(x − 1) − F(x))² dF(x) is 0.0609 (quadrature), in one coordinate of 64.
  const reference::Line line = {{1}, {0}, {1}};
  const Real one = reference::integral(
      line, [&](Real t) { return std::pow(line.cdf(t - 1) - line.cdf(t), 2) * line.pdf(t); }, -12,
      12);
  EXPECT_NEAR(evaluate("marginal_cvm", problem, draws).value, one / 64, 0.05 * one / 64);
}

TEST(Marginals, OfATiltCompareWithExactDraws) {
  const Problem problem = tilted_target();
  const Index n = 150;
  const reference::Points x = normal_points(n, 2);
  const HostMatrix y =
      to_host_matrix(problem.draw_exact(Exec(), n, Rng::from_seed(1).stream("reference")));
  const std::vector<Real> w(n, 1.0 / n);
  Real ks = 0;
  for (const int i : {0, 1}) {
    std::vector<Real> other(n), all = coordinate(x, i);
    for (Index row = 0; row < n; ++row) all.push_back(other[row] = y(row, i));
    for (const Real t : all)
      ks = std::max(ks, std::abs(reference::weight_below(coordinate(x, i), w, t, true) -
                                 reference::weight_below(other, w, t, true)));
  }

  EXPECT_NEAR(evaluate("marginal_ks", problem, ensemble(x)).value, ks, 1e-13);
}

}  // namespace
}  // namespace plumbline::test::marginals_test
