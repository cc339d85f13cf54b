// Methods that are exact in a limit, close to it: 100 000 draws against the exact posterior of a
// mixture in mean, covariance and component masses.
#include "statistical/errors.hpp"

namespace plumbline::test::exactness_test {
namespace {

constexpr Index draws = 100000;

Problem inpainting() {
  return last_observed(three_in_the_plane(), 1.2, ou());
}

/// (mean of f − truth)/standard error for a function of each draw.
Real z_score(const HostVector& values, Real truth) {
  const Real n = Real(values.size()), m = values.mean();
  const Real sd = std::sqrt((values.array() - m).square().sum() / (n - 1));
  return (m - truth) / (sd / std::sqrt(n));
}

/// Every z below 5 in size: 5 entries, false alarm 3e-6. A mean off by 0.025 standard deviations, a
/// variance off by 4 % or a component mass off by 0.01 is seen with probability 0.999.
void expect_posterior(const Ensemble& ensemble, const Problem& problem) {
  const HostMatrix x = to_host_matrix(ensemble.x);
  const HostVector centred = x.col(0).array() - problem.target_mean()(0);
  EXPECT_LT(std::abs(z_score(centred, 0)), 5);
  EXPECT_LT(std::abs(z_score(centred.array().square(), problem.target_covariance()(0, 0))), 5);

  const Exec exec;
  const GaussianMixture& posterior = problem.posterior();
  const Matrix r = make_matrix("r", ensemble.draws(), posterior.components());
  responsibilities(exec, tables_at(exec, factored(exec, posterior), NoiseLevel{}), ensemble.x, r);
  const HostMatrix mass = to_host_matrix(r);
  for (int k = 0; k < posterior.components(); ++k)
    EXPECT_LT(std::abs(z_score(mass.col(k), posterior.weights()(k))), 5) << "component " << k;
}

TEST(ExactSampler, DrawsThePosterior) {
  const Problem problem = inpainting();

  expect_posterior(draw(*sampler("exact"), problem, draws).ensemble, problem);
}

TEST(ConditionalScore, WithTheExactKernelDrawsThePosteriorInAnyNumberOfSteps) {
  const Problem problem = inpainting();
  for (const int steps : {1, 7})
    expect_posterior(
        draw(*sampler("conditional-score", {{"steps", steps}}), problem, draws).ensemble, problem);
}

TEST(ConditionalScore, WithHeunAndManyStepsDrawsThePosterior) {
  const Problem problem = inpainting();
  const auto heun = sampler("conditional-score", {{"kernel", "ode-heun"}, {"steps", 200}});

  expect_posterior(draw(*heun, problem, draws).ensemble, problem);
}

TEST(SmcDiff, WithTheExactKernelAndManyParticlesDrawsThePosterior) {
  const Problem problem = inpainting();
  const auto filter = sampler("smcdiff", {{"particles", 512}, {"steps", 3}});

  expect_posterior(draw(*filter, problem, draws).ensemble, problem);
}

TEST(MetropolisLangevin, AfterManyStepsDrawsThePosterior) {
  const Problem problem = inpainting();
  const auto mala = sampler(
      "langevin",
      {{"metropolis", true}, {"langevin_step", 0.15}, {"langevin_steps", 400}, {"start", "prior"}});

  expect_posterior(draw(*mala, problem, draws).ensemble, problem);
}

}  // namespace
}  // namespace plumbline::test::exactness_test
