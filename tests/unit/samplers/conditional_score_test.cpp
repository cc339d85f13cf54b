// Reverse steps with the exact conditional score against the recursion of a Gaussian posterior.
#include "unit/samplers/linear_gaussian.hpp"

namespace plumbline::test {
namespace {

const Moments prior = {vector({0.4, -0.3, 0.7}),
                       matrix({{1.0, 0.4, 0.7}, {0.4, 0.8, -0.2}, {0.7, -0.2, 0.9}})};

Problem problem() {
  return last_observed(gaussian(prior.mean, prior.covariance), 1.5, ou());
}

OuGaussian posterior() {
  const Moments law = condition(prior, {0, 1}, {2}, vector({1.5}));
  return {law.mean, law.covariance};
}

class ConditionalScore : public testing::TestWithParam<std::string> {
 protected:
  /// From `initial` through 8 steps.
  Moments output_law(Moments law) const {
    const std::vector<Real> times = uniform_times(2, 8);
    for (int i = 0; i < 8; ++i)
      law = push(kernel_by_name(GetParam(), posterior(), times[i], times[i + 1]), law);
    return law;
  }
};

TEST_P(ConditionalScore, HasTheLawOfItsRecursion) {
  const auto method = sampler("conditional-score", {{"kernel", GetParam()}, {"steps", 8}});

  expect_gaussian(draw(*method, problem(), 100000).ensemble, output_law(posterior().at(2)));
}

TEST_P(ConditionalScore, StartsFromTheStandardNormalWhenAsked) {
  const auto method =
      sampler("conditional-score", {{"kernel", GetParam()}, {"steps", 8}, {"initial", "gaussian"}});

  expect_gaussian(draw(*method, problem(), 100000).ensemble,
                  output_law({HostVector::Zero(2), HostMatrix::Identity(2, 2)}));
}

INSTANTIATE_TEST_SUITE_P(Kernel, ConditionalScore,
                         testing::Values("exact", "em", "ddpm", "ode-euler", "ode-heun"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(ConditionalScoreWithTheExactKernel, IsThePosteriorInOneStep) {
  const auto method = sampler("conditional-score", {{"steps", 1}});
  const OuGaussian truth = posterior();

  expect_gaussian(draw(*method, problem(), 100000).ensemble, {truth.mu, truth.sigma});
}

TEST(ConditionalScoreClaim, DependsOnKernelAndInitialLaw) {
  EXPECT_EQ(sampler("conditional-score")->claim(), Claim::exact);
  EXPECT_EQ(sampler("conditional-score", {{"kernel", "em"}})->claim(), Claim::steps);
  EXPECT_EQ(sampler("conditional-score", {{"initial", "gaussian"}})->claim(), Claim::nothing);
}

TEST(InitialGaussian, HasTheNoiseOfTheProcessWhereItIsNotVariancePreserving) {
  // ve at its horizon: N(0, s_T² I), one ddim step with η = 0 from T to 0 is E[x_0 | x_T], affine.
  const NoiseProcess ve =
      NoiseProcess::from_settings(table({{"kind", "ve"}, {"sigma_min", 0.1}, {"sigma_max", 5.0}}));
  const Moments law = condition(prior, {0, 1}, {2}, vector({1.5}));
  const Problem at_ve = last_observed(gaussian(prior.mean, prior.covariance), 1.5, ve);
  const auto method =
      sampler("conditional-score", {{"kernel", "ddim"}, {"steps", 1}, {"initial", "gaussian"}});
  const Real v = ve.at(ve.horizon()).variance;
  const HostMatrix one = HostMatrix::Identity(2, 2);
  const HostMatrix gain = law.covariance * HostMatrix(law.covariance + v * one).inverse();

  expect_gaussian(draw(*method, at_ve, 100000).ensemble,
                  {law.mean - gain * law.mean, v * gain * gain.transpose()});
}

}  // namespace
}  // namespace plumbline::test
