// What sees a wrong posterior where y is drawn for every replicate: highest-density regions, balls
// around points that depend on y, and the error of the mean.
#include <algorithm>

#include "unit/metrics/support.hpp"

namespace plumbline::test::calibration_metrics_test {
namespace {

constexpr Index replicates = 400, draws = 49;
/// 2 e^{−2·2.7²} = 9e-7: what √R sup |F_R(u) − u| of uniform values exceeds with that probability.
constexpr Real alarm = 2.7;

/// √R sup |F_R(u) − u|.
Real kolmogorov(std::vector<Real> u) {
  std::sort(u.begin(), u.end());
  const Real n = static_cast<Real>(u.size());
  Real largest = 0;
  for (std::size_t i = 0; i < u.size(); ++i) {
    const Real k = static_cast<Real>(i);
    largest = std::max({largest, (k + 1) / n - u[i], u[i] - k / n});
  }
  return std::sqrt(n) * largest;
}

/// One coordinate of two standard normals of correlation ρ = 0.8, the other one seen with its z*:
/// x | y ~ N(ρ y, 1 − ρ²) = N(0.8 y, 0.6²), x alone N(0, 1).
Problem pair(Index replicate) {
  HostMatrix sigma(2, 2);
  sigma << 1, .8, .8, 1;
  const GaussianMixture prior =
      GaussianMixture::full(HostVector::Ones(1), HostMatrix::Zero(1, 2), {sigma});
  Table seen = text_setting("kind", "inpainting"), ou = text_setting("kind", "ou");
  seen.set("observed", {Array{{std::int64_t{1}}}});
  seen.set("y", {std::string("draw")});
  const Observed given = make_observation(
      seen, prior, Rng::from_seed(9).stream(static_cast<std::uint64_t>(replicate)));
  return Problem(Exec(), prior, NoiseProcess::from_settings(ou), given.observation, given.truth);
}

/// Draws N(shift + slope y, spread²) for x | y, instead of N(0.8 y, 0.6²).
struct Law {
  Real slope = .8, spread = .6, shift = 0;
};
const Law right, ignores_y{0, 1, 0}, too_wide{.8, .9, 0}, too_narrow{.8, .4, 0},
    shifted{.8, .6, .3}, other_sign{-.8, .6, 0};

/// The metric over replicates.
std::vector<Real> values(const char* metric, const Law& law, const Table& settings = {}) {
  std::vector<Real> out;
  for (Index r = 0; r < replicates; ++r) {
    const Problem problem = pair(r);
    const auto seed = 1000 + static_cast<std::uint64_t>(r);
    const Real mean = law.shift + law.slope * problem.observed_values()[0];
    out.push_back(evaluate(metric, problem,
                           ensemble(normal_points(draws, 1, mean, law.spread, seed)), seed,
                           settings)
                      .value);
  }
  return out;
}

// Wrong laws move the distribution function by 0.2 and more, 4 and more in these units, of which
// the noise takes 0.5 (one standard deviation at ½): missed with probability below 0.01, and seeds
// are fixed.
TEST(ExpectedCoverage, SeesWrongPosteriorsAroundPointsThatDependOnY) {
  EXPECT_LT(kolmogorov(values("expected_coverage", right)), alarm);
  for (const Law& law : {ignores_y, too_wide, too_narrow, other_sign})
    EXPECT_GT(kolmogorov(values("expected_coverage", law)), alarm)
        << law.slope << " " << law.spread;
}

TEST(ExpectedCoverage, PassesThePriorAroundPointsThatDoNot) {
  const Table blind = text_setting("points", "prior");

  EXPECT_LT(kolmogorov(values("expected_coverage", ignores_y, blind)), alarm);
  EXPECT_LT(kolmogorov(values("rank_coordinate", ignores_y)), alarm);
  EXPECT_FALSE(find_metric("expected_coverage").make(blind)->depends_on_y());
  EXPECT_FALSE(find_metric("rank_coordinate").make({})->depends_on_y());
  EXPECT_FALSE(find_metric("rank_log_density").make({})->depends_on_y());
  for (const char* metric : {"expected_coverage", "rank_log_likelihood", "hpd_coverage"})
    EXPECT_TRUE(find_metric(metric).make({})->depends_on_y()) << metric;
}

TEST(HpdCoverage, SeesRegionsThatAreTooWideTooNarrowOrElsewhere) {
  EXPECT_LT(kolmogorov(values("hpd_coverage", right)), alarm);
  for (const Law& law : {ignores_y, too_wide, too_narrow, other_sign})
    EXPECT_GT(kolmogorov(values("hpd_coverage", law)), alarm) << law.slope << " " << law.spread;
}

// A region of highest density around the mode of N(m, s²) that just holds x* has mass
// 2Φ(|x* − m|/s) − 1; 20 000 draws know it to 0.0035, of which five are asked.
TEST(HpdCoverage, IsTheMassOfTheSmallestRegionThatHoldsTheTruth) {
  for (Index r = 0; r < 5; ++r) {
    const Problem problem = pair(r);
    const Real z = ((*problem.truth())[0] - .8 * problem.observed_values()[0]) / .6;
    EXPECT_NEAR(evaluate("hpd_coverage", problem, exact_draws(problem, 20000, 1)).value,
                std::erf(std::abs(z) / std::sqrt(2.0)), 0.018);
  }
}

// The gap of a mean that is off by δ is δ²/0.36 on average, 1/n more for n draws; of y's own mean
// E (0.8 y)² = 0.64. The standard errors below are those of the means themselves.
TEST(MmseGap, AveragesToTheSquaredErrorOfTheMeanInUnitsOfTheLeastOne) {
  expect_mean(values("mmse_gap", right), 1. / draws, "right");
  expect_mean(values("mmse_gap", shifted), .09 / .36 + 1. / draws, "shifted");
  expect_mean(values("mmse_gap", too_wide), .81 / .36 / draws, "too wide");
  expect_mean(values("mmse_gap", ignores_y), (.64 + 1. / draws) / .36, "ignores y");
}

TEST(MmseGap, IsNoNumberWhereNothingCanBeMissed) {
  const GaussianMixture points = isotropic({1}, {{3, 4}}, {0});
  Table label = text_setting("kind", "class"), ou = text_setting("kind", "ou");
  label.set("label", {std::string("draw")});
  label.set("classes", {Array{{Array{{std::int64_t{0}}}}}});
  const Observed given = make_observation(label, points, Rng::from_seed(5));
  const Problem problem(Exec(), points, NoiseProcess::from_settings(ou), given.observation,
                        given.truth);

  EXPECT_TRUE(std::isnan(evaluate("mmse_gap", problem, ensemble({{3, 4}, {3, 4}})).value));
}

}  // namespace
}  // namespace plumbline::test::calibration_metrics_test
