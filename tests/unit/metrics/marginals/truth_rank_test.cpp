// Ranks of the z* behind a drawn y: uniform for exact draws, and which quantities see a sampler
// that ignores y.
#include "metrics/marginals/truth_rank.hpp"

#include <algorithm>

#include "unit/metrics/support.hpp"
#include "unit/problem/observations.hpp"

namespace plumbline::test::truth_rank_test {
namespace {

constexpr Index replicates = 600, draws = 19;

/// √n sup |F_n(u) − u|: above 2.7 with probability 2 e^{−2·2.7²} = 9e-7 when uniform.
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

Table observation(const char* kind) {
  Table table;
  table.set("kind", {std::string(kind)});
  table.set("y", {std::string("draw")});
  if (std::string(kind) == "inpainting") {
    table.set("observed", {Array{{std::int64_t{1}}}});
  } else {
    table.set("A", {Array{{Array{{1.0}, {-0.5}}}}});
    table.set("noise", {0.4});
  }
  return table;
}

/// A problem of its own z* and y per replicate.
Problem drawn_problem(const Table& table, Index replicate) {
  const GaussianMixture prior = isotropic({.3, .7}, {{-2, -1}, {1.5, 1}}, {1, .7});
  const Rng rng = Rng::from_seed(5).stream(static_cast<std::uint64_t>(replicate));
  Table ou;
  ou.set("kind", {std::string("ou")});
  const Observed given = make_observation(table, prior, rng);
  return Problem(Exec(), prior, NoiseProcess::from_settings(ou), given.observation, given.truth);
}

enum class From { posterior, prior };

/// The metric over replicates, draws taken from the posterior or from the prior.
std::vector<Real> ranks(const char* metric, const Table& table, From from) {
  std::vector<Real> out;
  for (Index r = 0; r < replicates; ++r) {
    const Problem problem = drawn_problem(table, r);
    const std::uint64_t seed = 1000 + static_cast<std::uint64_t>(r);
    const Ensemble x =
        from == From::posterior
            ? exact_draws(problem, draws, seed)
            : exact_draws(target(problem.prior().marginal(problem.free())), draws, seed);
    out.push_back(evaluate(metric, problem, x, seed).value);
  }
  return out;
}

const std::vector<const char*> uniform_metrics = {"rank_coordinate", "rank_log_density",
                                                  "rank_log_likelihood", "hpd_coverage",
                                                  "expected_coverage"};

TEST(TruthRank, IsUniformForExactDraws) {
  for (const char* kind : {"inpainting", "linear"})
    for (const char* metric : uniform_metrics) {
      const Real k = kolmogorov(ranks(metric, observation(kind), From::posterior));
      EXPECT_LT(k, 2.7) << metric << " of " << kind;
    }
}

// 600 replicates see a distribution function that is off by 0.11 + 0.08 anywhere with probability
// 1 − 1e-3 and more; measured distances are three times that and more.
TEST(TruthRank, OfTheLikelihoodSeesDrawsThatIgnoreTheObservation) {
  for (const char* kind : {"inpainting", "linear"}) {
    EXPECT_GT(kolmogorov(ranks("rank_log_likelihood", observation(kind), From::prior)), 2.7)
        << kind;
    EXPECT_LT(kolmogorov(ranks("rank_log_density", observation(kind), From::prior)), 2.7)
        << kind << ": the prior's own density knows no data";
  }
}

TEST(TruthRank, CountsWhatLiesBelowAndBreaksTiesAtRandom) {
  const Vector values = to_device("values", std::vector<Real>{1, 2, 2, 5});
  const Vector log_w = equally_weighted(make_matrix("x", 4, 1)).log_w;
  const auto rank = [&](Real at, std::uint64_t seed) {
    return randomised_rank(Exec(), values, log_w, at, Rng::from_seed(seed));
  };

  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Real u = Rng::from_seed(seed).uniform(0, 0, 0);
    EXPECT_NEAR(rank(3, seed), (3 + u) / 5, 1e-15);      // three below
    EXPECT_NEAR(rank(2, seed), (1 + 3 * u) / 5, 1e-15);  // one below, two ties and itself
    EXPECT_NEAR(rank(0, seed), u / 5, 1e-15);
  }
  EXPECT_TRUE(std::isnan(rank(nan, 1)));
}

TEST(TruthRank, CountsWeightsNotDraws) {
  const Vector values = to_device("values", std::vector<Real>{1, 2, 2, 5});
  const Vector log_w =
      to_device("log_w", std::vector<Real>{std::log(.5), std::log(.2), std::log(.2), std::log(.1)});
  const Real u = Rng::from_seed(1).uniform(0, 0, 0);
  const auto rank = [&](Real at) {
    return randomised_rank(Exec(), values, log_w, at, Rng::from_seed(1));
  };

  EXPECT_NEAR(rank(3), (4 * .9 + u) / 5, 1e-15);
  EXPECT_NEAR(rank(2), (4 * .5 + u * (1 + 4 * .4)) / 5, 1e-15);
}

TEST(TruthRank, OfLikelihoodIsTheDensityOfTheObservationGivenTheDraw) {
  const Problem problem = drawn_problem(observation("inpainting"), 3);
  const Real y = problem.observed_values()[0];
  const Vector got = make_vector("log_p", 1);
  const Real x = 0.4;
  log_likelihood_of_draws(Exec(), problem, to_device("x", std::vector<Real>{x}, 1, 1), got);

  // p(x, y)/p(x), written out
  const auto normal = [](Real z, Real m, Real s) {
    return std::exp(-0.5 * (z - m) * (z - m) / (s * s)) / s;
  };
  const Real left = .3 * normal(x, -2, 1), right = .7 * normal(x, 1.5, .7);
  const Real joint = left * normal(y, -1, 1) + right * normal(y, 1, .7);
  EXPECT_NEAR(to_host(got)[0], std::log(joint / (left + right) / std::sqrt(2 * M_PI)), 1e-13);
}

/// y = A z without noise, and a class of points: drawn, but p(y | z) is no density.
TEST(TruthRank, OfLikelihoodIsNaNWhereTheLikelihoodIsNoDensity) {
  Table exact = observation("linear");
  exact.set("noise", {0.0});
  Table label;
  label.set("kind", {std::string("class")});
  label.set("label", {std::string("draw")});
  label.set("classes", {Array{{Array{{std::int64_t{0}}}}, {Array{{std::int64_t{1}}}}}});
  const GaussianMixture points = isotropic({.3, .7}, {{-2, -1}, {1.5, 1}}, {0, 0});
  const Observed given = make_observation(label, points, Rng::from_seed(5));

  const Problem linear = drawn_problem(exact, 0);
  const Problem of_points(Exec(), points, linear.process(), given.observation, given.truth);

  for (const Problem& problem : {linear, of_points}) {
    EXPECT_NO_THROW(find_metric("rank_log_likelihood").make({})->check(problem));
    for (const char* metric : uniform_metrics) {
      const Real rank = evaluate(metric, problem, exact_draws(problem, 10, 1)).value;
      EXPECT_TRUE(std::isnan(rank) || (rank >= 0 && rank <= 1)) << metric;
    }
    EXPECT_TRUE(
        std::isnan(evaluate("rank_log_likelihood", problem, exact_draws(problem, 10, 1)).value));
  }
}

TEST(TruthRank, KnowsTheTruthBehindADrawnObservationAndRefusesAGivenOne) {
  const Problem drawn = drawn_problem(observation("inpainting"), 2);
  ASSERT_TRUE(drawn.truth().has_value());
  EXPECT_EQ((*drawn.truth())[1], drawn.observed_values()[0]);
  EXPECT_EQ(to_host(truth_as_draw(drawn))[0], (*drawn.truth())[0]);

  const Problem given = target(standard_normal_mixture(2));
  for (const char* metric : uniform_metrics) {
    EXPECT_THROW(find_metric(metric).make({})->check(given), SpecError) << metric;
    EXPECT_NO_THROW(find_metric(metric).make({})->check(drawn)) << metric;
    EXPECT_TRUE(std::isnan(evaluate(metric, given, exact_draws(given, 10, 1)).value)) << metric;
  }
}

}  // namespace
}  // namespace plumbline::test::truth_rank_test
