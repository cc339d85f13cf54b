// Joint distribution test (Geweke 2004): alternate x ~ sampler(· | y) and y ~ p(y | x), from a
// start (x, y) ~ p. If the sampler draws p(x | y), the pair follows p after any number of rounds;
// chains are independent of each other, so moments of the last pair have honest standard errors.
#include "unit/problem/observations.hpp"
#include "unit/samplers/support.hpp"

namespace plumbline::test::joint_test {
namespace {

constexpr Index chains = 1500;
constexpr int rounds = 3;

/// Two clusters that x and y tell apart together, and correlation within them.
GaussianMixture prior() {
  return GaussianMixture::full(
      vector({0.4, 0.6}), matrix({{-1, -1}, {1, 0.8}}),
      {matrix({{0.5, 0.3}, {0.3, 0.5}}), matrix({{0.4, 0.2}, {0.2, 0.3}})});
}

/// One draw of the other coordinate, given that `observed` has the value `at`.
Real draw_given(const Sampler& sampler, int observed, Real at, Rng rng) {
  const Problem problem(Exec(), prior(), ou(), Inpainting{{observed}, vector({at})});
  Trace trace;
  return to_host(sampler.draw(Exec(), problem, 1, rng, trace).x)[0];
}

/// z-scores of E x, E (x − Ex)² and E (x − Ex)(y − Ey) over the last pairs, against the prior's.
HostVector joint_scores(const Sampler& judged) {
  const auto exact = sampler("exact");
  const HostVector centre = prior().mean();
  const HostMatrix covariance = prior().total_covariance();
  const Matrix start = make_matrix("start", chains, 2);
  draw(Exec(), tables_at(Exec(), factored(Exec(), prior()), NoiseLevel{}), Rng::from_seed(11), 0,
       start);
  const HostMatrix first = to_host_matrix(start);
  HostMatrix excess(chains, 3);
  for (Index c = 0; c < chains; ++c) {
    Real x = first(c, 0), y = first(c, 1);
    for (int round = 0; round < rounds; ++round) {
      const Rng rng = Rng::from_seed(12).stream(static_cast<std::uint64_t>(c * rounds + round));
      y = draw_given(*exact, 0, x, rng.stream("y"));
      x = draw_given(judged, 1, y, rng.stream("x"));
    }
    const Real dx = x - centre[0], dy = y - centre[1];
    excess.row(c) << dx, dx * dx - covariance(0, 0), dx * dy - covariance(0, 1);
  }
  HostVector scores(3);
  for (int i = 0; i < 3; ++i) {
    const Real n = chains, m = excess.col(i).mean();
    const Real variance = (excess.col(i).array() - m).square().sum() / (n - 1);
    scores[i] = m / std::sqrt(variance / n);
  }
  return scores;
}

// Three scores below 4.5: false alarm 2e-5. A shift of one by 0.19 of its own standard deviations
// is seen with probability 0.998.
TEST(JointDistribution, IsKeptByExactDrawsAndByTheExactConditionalScore) {
  const auto score = sampler("conditional-score", {{"steps", 5}});

  EXPECT_LT(joint_scores(*sampler("exact")).cwiseAbs().maxCoeff(), 4.5);
  EXPECT_LT(joint_scores(*score).cwiseAbs().maxCoeff(), 4.5);
}

// Draws that ignore y keep the law of x for ever: only the pair shows it. Seen: replacement −8.7
// for the variance of x and −20 for the pair, the prior −36 for the pair.
TEST(JointDistribution, IsLostByReplacementAndByDrawsThatIgnoreTheObservation) {
  const HostVector replaced =
      joint_scores(*sampler("replacement", {{"context", "forward"}, {"steps", 20}}));
  const HostVector ignorant = joint_scores(*sampler("prior"));

  EXPECT_GT(replaced.cwiseAbs().maxCoeff(), 4.5) << replaced.transpose();
  EXPECT_LT(ignorant.head(2).cwiseAbs().maxCoeff(), 4.5) << ignorant.transpose();
  EXPECT_GT(std::abs(ignorant[2]), 4.5) << ignorant.transpose();
}

}  // namespace
}  // namespace plumbline::test::joint_test
