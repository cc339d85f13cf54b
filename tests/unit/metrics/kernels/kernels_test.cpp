// Discrepancies of kernels and scores, a classifier, densities and chains: against definitions
// written out, quadrature, closed forms and their laws on exact draws.
#include <algorithm>

#include "metrics/estimates/autocorrelation.hpp"
#include "unit/metrics/support.hpp"

namespace plumbline::test::kernels_test {
namespace {

Problem plane() {
  return target(isotropic({.4, .6}, {{0, 0}, {5, 1}}, {1, 2}));
}
Problem line() {
  return target(isotropic({.3, .7}, {{-1.5}, {2}}, {.6, 1.1}));
}

Table options(std::vector<Member> members) {
  Table table;
  for (Member& member : members) table.set(member.key, member.value);
  return table;
}

/// 64 evaluations of a metric on n exact draws each.
std::vector<Real> on_exact_draws(const char* metric, const Problem& problem, Index n,
                                 const Table& settings = {}) {
  std::vector<Real> out;
  for (std::uint64_t seed = 1; seed <= 64; ++seed)
    out.push_back(evaluate(metric, problem, exact_draws(problem, n, seed), seed, settings).value);
  return out;
}

TEST(Mmd, OfTheClosedFormIsTheDefinitionByQuadrature) {
  const Real h = 0.8;
  const reference::Points x = {{-2.0}, {0.3}, {0.9}, {4.0}};
  const std::vector<Real> w = {.1, .2, .3, .4};
  const auto k = [&](Real a, Real b) { return std::exp(-(a - b) * (a - b) / (2 * h * h)); };
  const auto q = [](Real y) {
    const auto normal = [y](Real m, Real s) {
      return std::exp(-(y - m) * (y - m) / (2 * s * s)) / (s * std::sqrt(2 * M_PI));
    };
    return .3 * normal(-1.5, .6) + .7 * normal(2, 1.1);
  };
  // The trapezoidal rule is exact to rounding for smooth functions that vanish at the ends.
  const Real step = 0.05;
  const auto mean_k = [&](Real at) {
    Real sum = 0;
    for (Real y = -14; y < 16; y += step) sum += q(y) * k(at, y);
    return sum * step;
  };
  Real pairs = 0, squares = 0, cross = 0, within = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    cross += w[i] * mean_k(x[i][0]);
    squares += w[i] * w[i];
    for (std::size_t j = 0; j < x.size(); ++j)
      if (i != j) pairs += w[i] * w[j] * k(x[i][0], x[j][0]);
  }
  for (Real y = -14; y < 16; y += step) within += q(y) * mean_k(y) * step;

  const Real value =
      evaluate("mmd", line(), ensemble(x, w), 1, options({{"bandwidth", {h}}})).value;
  EXPECT_NEAR(value, pairs / (1 - squares) - 2 * cross + within, 1e-12);
}

TEST(Mmd, AgainstTheMixtureAgreesWithDrawsOfItForEveryCovarianceKind) {
  HostMatrix sigma(2, 2), mu(2, 2);
  sigma << 4, 1.9, 1.9, 1;
  mu << 0, 0, 3, 1;
  const GaussianMixture full =
      GaussianMixture::full(HostVector::Ones(2), mu, {sigma, HostMatrix::Identity(2, 2)});
  const GaussianMixture diagonal =
      GaussianMixture::diagonal(HostVector::Ones(2), mu, HostMatrix{{1, 4}, {2, .5}});
  for (const GaussianMixture& mixture :
       {full, diagonal, isotropic({1, 2}, {{0, 0}, {4, 1}}, {1, 2})}) {
    const Problem problem = target(mixture);
    const Ensemble draws = ensemble(normal_points(200, 2, .5));
    const Real closed = evaluate("mmd", problem, draws).value;
    const Estimate sampled = evaluate(
        "mmd", problem, draws, 1,
        options({{"against", {std::string("draws")}}, {"reference", {std::int64_t{4000}}}}));
    EXPECT_LT(std::abs(closed - sampled.value), 5 * sampled.standard_error);
  }
}

TEST(Mmd, IsUnbiasedOnExactDrawsForBothKernels) {
  expect_mean(on_exact_draws("mmd", plane(), 50), 0, "rbf against the mixture");
  const Member imq = {"kernel", {std::string("imq")}};
  expect_mean(on_exact_draws("mmd", plane(), 50, options({imq})), 0, "imq against the mixture");
  expect_mean(
      on_exact_draws("mmd", plane(), 50, options({imq, {"against", {std::string("draws")}}})), 0,
      "imq against draws");
}

/// k_Q by its definition s·s k + s·∇k + s·∇k + tr ∇∇k, derivatives by central differences.
Real stein_kernel(const std::vector<Real>& x, const std::vector<Real>& y,
                  const std::vector<Real>& sx, const std::vector<Real>& sy) {
  const auto k = [](const std::vector<Real>& a, const std::vector<Real>& b) {
    Real square = 0;
    for (std::size_t i = 0; i < a.size(); ++i) square += (a[i] - b[i]) * (a[i] - b[i]);
    return 1 / std::sqrt(1 + square);
  };
  const auto moved = [](std::vector<Real> a, std::size_t i, Real by) {
    a[i] += by;
    return a;
  };
  constexpr Real e = 1e-4;
  Real sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Real in_x = (k(moved(x, i, e), y) - k(moved(x, i, -e), y)) / (2 * e);
    const Real in_y = (k(x, moved(y, i, e)) - k(x, moved(y, i, -e))) / (2 * e);
    const Real both = (k(moved(x, i, e), moved(y, i, e)) - k(moved(x, i, e), moved(y, i, -e)) -
                       k(moved(x, i, -e), moved(y, i, e)) + k(moved(x, i, -e), moved(y, i, -e))) /
                      (4 * e * e);
    sum += sx[i] * sy[i] * k(x, y) + sx[i] * in_y + sy[i] * in_x + both;
  }
  return sum;
}

TEST(Ksd, IsTheMeanOfItsKernelOverPairs) {
  // N(0, I) has standard deviations 1 and score −x: nothing to scale.
  const Problem problem = target(standard_normal_mixture(3));
  const reference::Points x = normal_points(19, 3, .3, 1.2);
  const std::vector<Real> w = uneven_weights(19);
  Real pairs = 0, squares = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    squares += w[i] * w[i];
    for (std::size_t j = 0; j < x.size(); ++j) {
      if (i == j) continue;
      std::vector<Real> sx = x[i], sy = x[j];
      for (Real& v : sx) v = -v;
      for (Real& v : sy) v = -v;
      pairs += w[i] * w[j] * stein_kernel(x[i], x[j], sx, sy);
    }
  }

  // Central differences of a kernel of size 1: 1e-8 (truncation) + 1e-16/1e-8 (rounding).
  EXPECT_NEAR(evaluate("ksd", problem, ensemble(x, w)).value, pairs / (1 - squares), 1e-6);
}

TEST(Ksd, IsUnbiasedOnExactDrawsOfEveryKindOfTarget) {
  expect_mean(on_exact_draws("ksd", plane(), 60), 0, "two components");
  expect_mean(on_exact_draws("ksd", tilted_target(), 60), 0, "a tilt");
  expect_mean(on_exact_draws("ksd", event_target(), 60), 0, "an event");
  expect_mean(on_exact_draws("ksd", crescent_target(), 60), 0, "a crescent");
}

TEST(Ksd, DoesNotSeeTheUnitsOfTheData) {
  const reference::Points x = normal_points(40, 2, 1);
  reference::Points scaled = x;
  for (auto& row : scaled) row = {row[0] * 1e3, row[1] * 1e-3};
  HostMatrix mu = HostMatrix::Zero(1, 2);
  const Problem unit = target(standard_normal_mixture(2));
  const Problem stretched =
      target(GaussianMixture::diagonal(HostVector::Ones(1), mu, HostMatrix{{1e6, 1e-6}}));

  const Real value = evaluate("ksd", unit, ensemble(x)).value;
  EXPECT_NEAR(evaluate("ksd", stretched, ensemble(scaled)).value, value, 1e-10 * value);
}

TEST(LogDensityGap, OfAWiderGaussianIsMinusHalfTheExtraVariance) {
  // E_P log q − E_Q log q = −d (s² − 1)/2 for P = N(0, s² I), Q = N(0, I).
  const Problem problem = target(standard_normal_mixture(2));
  for (const Real s : {0.5, 1.5}) {
    const Estimate e =
        evaluate("log_density_gap", problem, ensemble(normal_points(20000, 2, 0, s)));
    EXPECT_LT(std::abs(e.value + (s * s - 1)), 5 * e.standard_error) << "s = " << s;
    EXPECT_LT(e.standard_error, 0.03);
  }
}

TEST(LogDensityGap, IsUnbiasedOnExactDraws) {
  expect_mean(on_exact_draws("log_density_gap", plane(), 100), 0, "two components");
  expect_mean(on_exact_draws("log_density_gap", tilted_target(), 100), 0, "a tilt");
  expect_mean(on_exact_draws("log_density_gap", event_target(), 100), 0, "an event");
  expect_mean(on_exact_draws("log_density_gap", crescent_target(), 100), 0, "a crescent");
}

TEST(C2st, ScoresAHalfOnExactDrawsAndTheBayesRateOnShiftedOnes) {
  expect_mean(on_exact_draws("c2st", plane(), 120), 0.5, "exact draws");

  // N(μ, 1) against N(0, 1): the best accuracy is Φ(μ/2), Φ(0.5) = 0.6915. 20000 rows scored: sd
  // 0.0033, and a linear fit of 20000 rows costs less than that.
  const Problem unit = target(standard_normal_mixture(1));
  const Estimate e = evaluate("c2st", unit, ensemble(normal_points(20000, 1, 1)));
  EXPECT_NEAR(e.value, 0.6915, 0.016);
  EXPECT_NEAR(e.standard_error, 0.0033, 0.0005);
  // A wider law of the same mean is seen by the squares.
  EXPECT_GT(evaluate("c2st", unit, ensemble(normal_points(4000, 1, 0, 2))).value, 0.6);
}

TEST(C2st, SaysNothingOfDrawsWhoseWeightIsAllInOneHalf) {
  // Scored by the exact draws alone, a collapsed ensemble would look at most as bad as a coin.
  const Problem unit = target(standard_normal_mixture(1));
  std::vector<Real> even(20, 0), odd(20, 0);
  even[4] = odd[7] = 1;
  EXPECT_TRUE(std::isnan(evaluate("c2st", unit, ensemble(normal_points(20, 1), even)).value));
  EXPECT_TRUE(std::isnan(evaluate("c2st", unit, ensemble(normal_points(20, 1), odd)).value));
}

TEST(Autocorrelation, OfAnExampleByHand) {
  using Values = std::vector<double>;
  // Two chains of two: γ_0 = 16, γ_1 = 8. One chain of four: γ_1 = 4, γ_2 = −8 ends the sum.
  EXPECT_DOUBLE_EQ(integrated_time(Values{2, 2, -2, -2}, 2, 0), 2);
  EXPECT_DOUBLE_EQ(integrated_time(Values{2, 2, -2, -2}, 4, 0), 1.5);
  // γ = 4, −3, 2, −1 sums to τ = 0: never below 1/log10(10).
  EXPECT_DOUBLE_EQ(integrated_time(Values{1, -1, 1, -1}, 4, 0), 1);
}

TEST(Autocorrelation, OfAFirstOrderAutoregressionIsItsClosedForm) {
  // x_t = φ x_{t−1} + √(1 − φ²) ξ: τ = (1 + φ)/(1 − φ). 2e5 values with a window of W ≈ 5 τ lags
  // give a relative error of √(2 (2W + 1)/2e5) ≈ 0.03 (Sokal); 0.15 is five of them.
  const Rng rng = Rng::from_seed(4);
  for (const Real phi : {0.0, 0.8}) {
    std::vector<double> x;
    for (std::uint64_t chain = 0; chain < 100; ++chain)
      for (std::uint32_t t = 0; t < 2000; ++t) {
        const Real xi = rng.normal(chain, t, 0);
        x.push_back(t == 0 ? xi : phi * x.back() + std::sqrt(1 - phi * phi) * xi);
      }
    EXPECT_NEAR(integrated_time(x, 2000, 0) * (1 - phi) / (1 + phi), 1, 0.15) << phi;
  }
  EXPECT_TRUE(std::isnan(integrated_time(std::vector<double>(10, 1.0), 5, 1)));
}

TEST(Autocorrelation, LooksAtTheLogDensityToo) {
  // Signs at random of a size that hardly moves: the coordinate forgets at once, log q does not.
  const Problem unit = target(standard_normal_mixture(1));
  const Rng rng = Rng::from_seed(5);
  reference::Points x;
  Real size = 0;
  for (std::uint32_t t = 0; t < 4000; ++t) {
    size = 0.95 * size + 0.3 * rng.normal(0, t, 0);
    x.push_back({rng.uniform(1, t, 0) < 0.5 ? -std::exp(size) : std::exp(size)});
  }
  const auto metric = find_metric("autocorrelation_time").make({});
  EXPECT_GT(metric->evaluate(Exec(), {unit, ensemble(x), nan, Rng::from_seed(1), 4000}).value, 5);
}

TEST(EffectiveDraws, CountsWeightsAndCorrelation) {
  const Problem unit = target(standard_normal_mixture(1));
  EXPECT_NEAR(
      evaluate("effective_draws", unit, ensemble(normal_points(4, 1), {.5, .5, 0, 0})).value, 2,
      1e-12);
  // Every draw twice in a row: ρ_1 = ½ (within pairs), so τ ≈ 2 and 2000 rows are worth 1000.
  reference::Points twice;
  for (const auto& row : normal_points(1000, 1)) twice.insert(twice.end(), {row, row});
  const Ensemble draws = ensemble(twice);
  const auto metric = find_metric("effective_draws").make({});
  const Real worth = metric->evaluate(Exec(), {unit, draws, nan, Rng::from_seed(1), 2000}).value;
  EXPECT_GT(worth, 700);
  EXPECT_LT(worth, 1300);
}

TEST(EvidenceRatio, IsTheRelativeErrorOfTheEstimate) {
  const Problem problem = plane();
  const Ensemble draws = exact_draws(problem, 5, 1);
  const auto metric = find_metric("evidence_ratio").make({});
  const Real log_z = problem.log_evidence() + std::log(1.2);
  EXPECT_NEAR(metric->evaluate(Exec(), {problem, draws, log_z, Rng::from_seed(1)}).value, 0.2,
              1e-14);
}

TEST(InverseEvidenceRatio, AsksForAnEstimateByRunsThatKeepAnExactPath) {
  const Problem problem = plane();
  const Ensemble draws = exact_draws(problem, 5, 1);
  const auto metric = find_metric("inverse_evidence_ratio").make({});
  const Rng rng = Rng::from_seed(1);
  int asked = 0;
  const auto estimate = [&](const Problem& of) {
    ++asked;
    return of.log_evidence() - std::log(1.2);
  };
  const auto value = [&](const Problem& of) {
    const MetricInput input{of, draws, nan, rng, 0, [&] { return estimate(of); }};
    return metric->evaluate(Exec(), input).value;
  };
  EXPECT_NEAR(value(problem), 0.2, 1e-14);
  EXPECT_EQ(asked, 1);
  EXPECT_TRUE(std::isnan(value(tilted_target())));  // nothing to compare with
  EXPECT_EQ(asked, 1);
  EXPECT_TRUE(std::isnan(metric->evaluate(Exec(), {problem, draws, 0, rng}).value));
}

}  // namespace
}  // namespace plumbline::test::kernels_test
