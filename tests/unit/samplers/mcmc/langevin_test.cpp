// Langevin samplers on a Gaussian posterior: chains of linear maps, so that their law after L steps
// is known, the unadjusted bias included.
#include "unit/problem/observations.hpp"
#include "unit/samplers/reverse/linear_gaussian.hpp"

namespace plumbline::test::langevin_test {
namespace {

const Moments prior = {vector({0.4, -0.3, 0.7}),
                       matrix({{1.0, 0.3, 0.5}, {0.3, 0.8, 0.2}, {0.5, 0.2, 0.9}})};

Problem problem() {
  return last_observed(gaussian(prior.mean, prior.covariance), 1.5, ou());
}

Moments posterior() {
  return condition(prior, {0, 1}, {2}, vector({1.5}));
}

/// L steps of x ← x − ε P (x − m) + √(2ε) ξ.
Moments langevin(Moments law, const Moments& target, Real epsilon, int steps) {
  const HostMatrix one = HostMatrix::Identity(2, 2), p = target.covariance.inverse();
  for (int l = 0; l < steps; ++l)
    law = push({one - epsilon * p, epsilon * p * target.mean, 2 * epsilon * one}, law);
  return law;
}

TEST(Langevin, HasTheLawOfItsRecursion) {
  const auto method = sampler("langevin", {{"langevin_steps", 20}, {"langevin_step", 0.05}});

  expect_gaussian(
      draw(*method, problem(), 100000).ensemble,
      langevin({HostVector::Zero(2), HostMatrix::Identity(2, 2)}, posterior(), 0.05, 20));
}

TEST(Langevin, StartsFromThePriorWhenAsked) {
  const auto method = sampler("langevin", {{"langevin_steps", 0}, {"start", "prior"}});

  expect_gaussian(draw(*method, problem(), 100000).ensemble, marginal(prior, {0, 1}));
}

TEST(LangevinRecursion, KeepsTheBiasOfItsStep) {
  const Moments truth = posterior();
  const HostMatrix p = truth.covariance.inverse();
  const Real epsilon = 0.05;

  const Moments law = langevin(truth, truth, epsilon, 5000);

  EXPECT_LT((law.covariance.inverse() - (p - epsilon / 2 * p * p)).norm(), 1e-9);
}

// At a step where the unadjusted variance is off by more than 15 %, Metropolis removes it all; 60
// steps shrink the start's offset by 0.68^60 = 1e-10.
TEST(LangevinWithMetropolis, HasNoBiasAtAStepWhereTheUnadjustedOneDoes) {
  const auto method =
      sampler("langevin", {{"langevin_steps", 60}, {"langevin_step", 0.3}, {"metropolis", true}});
  const Moments truth = posterior();
  ASSERT_GT(langevin(truth, truth, 0.3, 1000).covariance(1, 1) / truth.covariance(1, 1), 1.15);

  const Drawn drawn = draw(*method, problem(), 100000);

  expect_gaussian(drawn.ensemble, truth);
  EXPECT_GT(drawn.trace.acceptance, 0.5);
  EXPECT_LT(drawn.trace.acceptance, 1);
}

TEST(Langevin, DivergesIntoNonFiniteNumbersWithoutFailing) {
  const auto method = sampler("langevin", {{"langevin_steps", 400}, {"langevin_step", 20.0}});

  const Drawn drawn = draw(*method, problem(), 3);

  EXPECT_FALSE(has_finite_squares(Exec{}, drawn.ensemble));
  EXPECT_EQ(drawn.trace.score_evaluations, 1200);
}

TEST(Langevin, RefusesAPosteriorWithoutDensity) {
  const Problem points(Exec{}, GaussianMixture::points(matrix({{0, 1}, {1, 0}})), ou(),
                       ClassLabel{.label = 0, .classes = {{0}, {1}}});

  EXPECT_THROW(sampler("langevin")->check(points), SpecError);
}

// ou in x/a: σ = s/a at the times of the grid, steps 0.3 σ_i², on N(m, P⁻¹ + σ_i² I).
TEST(AnnealedLangevin, HasTheLawOfItsRecursion) {
  const Moments truth = posterior();
  Moments law;
  for (const Real t : {2.0, 1.5, 1.0, 0.5}) {
    const Real variance = std::expm1(2 * t);
    const Moments target = {truth.mean, truth.covariance + variance * HostMatrix::Identity(2, 2)};
    if (t == 2) law = target;
    law = langevin(law, target, 0.3 * variance, 3);
  }
  const auto method =
      sampler("annealed-langevin",
              {{"grid", "uniform"}, {"steps", 4}, {"langevin_steps", 3}, {"langevin_step", 0.3}});

  expect_gaussian(draw(*method, problem(), 100000).ensemble, law);
}

TEST(AnnealedLangevin, SkipsTheLevelWithoutSignal) {
  const NoiseProcess flow = NoiseProcess::from_settings(table({{"kind", "flow"}}));
  const Problem at_flow = last_observed(gaussian(prior.mean, prior.covariance), 1.5, flow);
  const auto method = sampler("annealed-langevin", {{"steps", 6}, {"langevin_steps", 2}});

  EXPECT_EQ(method->declared_evaluations(at_flow, 10), 10 * 5 * 2);
  EXPECT_THROW(sampler("annealed-langevin", {{"steps", 1}})->check(at_flow), SpecError);
}

}  // namespace
}  // namespace plumbline::test::langevin_test
