// Reverse steps with the exact conditional score against the recursion of a Gaussian posterior.
#include "unit/problem/observations.hpp"
#include "unit/samplers/reverse/linear_gaussian.hpp"

namespace plumbline::test::conditional_score_test {
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

// Of a rare event of the correlated Gaussian: exact kernel at any number of steps; ddpm once they
// are fine. Moments against the closed form of the truncated law, z-scores below 5 at n = 1e5.
TEST(ConditionalScoreOfAnEvent, IsExactWithTheExactKernelAndConvergesWithDdpm) {
  const Problem rare(Exec{}, gaussian(prior.mean, prior.covariance), ou(),
                     Event{vector({1, 0, 0.5}), 3, 0.05});
  const auto distance = [&](const char* kernel, int steps, const char* grid) {
    const auto method =
        sampler("conditional-score", {{"kernel", kernel}, {"steps", steps}, {"grid", grid}});
    const Ensemble x = draw(*method, rare, 100000).ensemble;
    const HostVector away = mean(Exec{}, x) - rare.target_mean();
    return std::sqrt(Real(1e5) * away.dot(rare.target_covariance().llt().solve(away)));
  };
  // χ² of three coordinates: its root exceeds 6 with probability 1e-7
  EXPECT_LT(distance("exact", 1, "uniform"), 6);
  EXPECT_LT(distance("exact", 4, "uniform"), 6);
  EXPECT_LT(distance("ddpm", 200, "log_snr"), distance("ddpm", 10, "log_snr") / 4);
}

TEST(ConditionalScoreOfAnEvent, RefusesHeunAtASharpEdge) {
  const Problem sharp(Exec{}, gaussian(prior.mean, prior.covariance), ou(),
                      Event{vector({1, 0, 0.5}), 3, 0});
  EXPECT_THROW(sampler("conditional-score", {{"kernel", "ode-heun"}})->check(sharp), SpecError);
  EXPECT_NO_THROW(sampler("conditional-score", {{"kernel", "ode-euler"}})->check(sharp));
}

TEST(ConditionalScoreClaim, DependsOnKernelAndInitialLaw) {
  EXPECT_EQ(sampler("conditional-score")->claim(), Claim::exact());
  EXPECT_EQ(sampler("conditional-score", {{"kernel", "em"}})->claim(), Claim::limit({"steps"}));
  for (const char* grid : {"log_snr", "edm"}) {  // their last step keeps its length
    EXPECT_EQ(sampler("conditional-score", {{"kernel", "em"}, {"grid", grid}})->claim(),
              Claim::limit({"steps", shrinking("last_time")}));
    EXPECT_EQ(sampler("conditional-score", {{"grid", grid}})->claim(), Claim::exact());
  }
  EXPECT_EQ(sampler("conditional-score", {{"initial", "gaussian"}})->claim(), Claim::nothing());
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
}  // namespace plumbline::test::conditional_score_test
