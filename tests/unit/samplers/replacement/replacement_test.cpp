// Replacement and its Langevin correction on a correlated Gaussian, where their exact output law is
// a recursion: the bias of the method itself, not an estimate of it (samplers/replacement/README
// §2).
#include "unit/samplers/replacement/replacement_recursion.hpp"

namespace plumbline::test::replacement_test {
namespace {

using namespace replaced;

std::string named(const Method& m) {
  std::string name = m.context + "_" + m.kernel;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class Replacement : public testing::TestWithParam<Method> {};

TEST_P(Replacement, HasTheLawOfItsRecursion) {
  Method method = GetParam();
  method.steps = 12;
  const auto replacement =
      sampler("replacement",
              {{"context", method.context}, {"kernel", method.kernel}, {"steps", method.steps}});

  const Drawn drawn = draw(*replacement, problem(), 100000);

  expect_gaussian(drawn.ensemble, output_law(method));
}

TEST_P(Replacement, CorrectedByLangevinHasTheLawOfItsRecursion) {
  Method method = GetParam();
  method.steps = 4;
  method.langevin_steps = 3;
  method.langevin_step = 0.05;
  const auto corrected = sampler("langevin-replacement", {{"context", method.context},
                                                          {"kernel", method.kernel},
                                                          {"steps", method.steps},
                                                          {"langevin_steps", method.langevin_steps},
                                                          {"langevin_step", method.langevin_step}});

  const Drawn drawn = draw(*corrected, problem(), 100000);

  expect_gaussian(drawn.ensemble, output_law(method));
}

INSTANTIATE_TEST_SUITE_P(Path, Replacement,
                         testing::Values(Method{"fixed", "exact"}, Method{"forward", "exact"},
                                         Method{"fresh", "exact"}, Method{"fixed", "em"},
                                         Method{"forward", "em"}, Method{"fresh", "ddpm"},
                                         Method{"forward", "ddpm"}, Method{"forward", "ode-euler"},
                                         Method{"fixed", "ode-heun"}),
                         [](const auto& info) { return named(info.param); });

// The recursion's limit as steps grow, not an estimate: what `claim = nothing` rests on. The bias
// is stated in posterior standard deviations of the worse coordinate.
TEST(ReplacementRecursion, KeepsItsBiasAsStepsGrow) {
  const Moments truth = posterior();
  for (const char* context : {"fixed", "forward", "fresh"}) {
    Real bias[3];
    for (int i = 0; i < 3; ++i) {
      const int steps[] = {100, 200, 400};
      const HostVector shift = output_law({context, "exact", steps[i]}).mean - truth.mean;
      bias[i] = shift.cwiseQuotient(truth.covariance.diagonal().cwiseSqrt()).cwiseAbs().maxCoeff();
    }
    EXPECT_GT(bias[2], 0.05) << context;
    EXPECT_LT(std::abs(bias[2] - bias[1]), 0.6 * std::abs(bias[1] - bias[0]) + 1e-6) << context;
    EXPECT_GT(bias[2] + 2 * (bias[2] - bias[1]), 0.05) << context << ": plateau";
  }
}

// As L → ∞ the last level forgets everything and leaves the unadjusted step's own stationary law,
// mean exact, precision P − ε P²/2 on x.
TEST(LangevinReplacementRecursion, LosesTheBiasAsCorrectionsGrow) {
  const Real epsilon = 0.02;
  const Moments truth = posterior();
  const HostMatrix p = truth.covariance.inverse();
  const HostMatrix stationary = HostMatrix(p - epsilon / 2 * p * p).inverse();

  for (const char* context : {"fixed", "forward", "fresh"}) {
    const Moments law = output_law({context, "exact", 5, 2000, epsilon});
    EXPECT_LT((law.mean - truth.mean).norm(), 1e-6);
    EXPECT_LT((law.covariance - stationary).norm(), 1e-6);
  }
}

TEST(LangevinReplacement, WithoutCorrectionsIsReplacement) {
  const auto plain = sampler("replacement", {{"steps", 7}});
  const auto corrected = sampler("langevin-replacement", {{"steps", 7}, {"langevin_steps", 0}});

  EXPECT_EQ(to_host(draw(*plain, problem(), 50).ensemble.x),
            to_host(draw(*corrected, problem(), 50).ensemble.x));
}

TEST(LangevinReplacement, RefusesALevelWithoutScore) {
  const GaussianMixture flat =
      GaussianMixture::diagonal(vector({1}), matrix({{0, 0}}), matrix({{0, 1}}));
  const Problem singular = last_observed(flat, 0.3, ou());

  EXPECT_THROW(sampler("langevin-replacement")->check(singular), SpecError);
  EXPECT_NO_THROW(
      sampler("langevin-replacement", {{"langevin_scaling", "noise"}})->check(singular));
}

}  // namespace
}  // namespace plumbline::test::replacement_test
