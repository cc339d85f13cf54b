// The mistakes of the lecture notes that concern this room, pinned in their right form, each beside
// the printed form it must differ from. diffusion/README §7.
#include <gtest/gtest.h>

#include <cmath>

#include "diffusion/reverse_kernel.hpp"
#include "unit/diffusion/support.hpp"
#include "unit/mixture/support.hpp"

namespace plumbline::errata_test {
namespace {

using namespace testing_diffusion;
using testing_mixture::random_mixture;

TEST(Erratum, BackwardKernelKeepsItsLeadingState) {
  // Printed: mean ε(Z_t + 2∇log p_t). Right: Z_t + ε(Z_t + 2∇log p_t(Z_t)), variance 2ε.
  const Real epsilon = 0.01;
  const auto step = affine_step({.kind = KernelKind::em}, make_process("ou"), 2, 2 - epsilon);

  EXPECT_NEAR(step.state, 1 + epsilon, 1e-15);
  EXPECT_NEAR(step.model, 2 * epsilon, 1e-15);
  EXPECT_NEAR(step.noise * step.noise, 2 * epsilon, 1e-15);
  EXPECT_EQ(step.prediction, Prediction::score);
}

TEST(Erratum, AncestralStepDividesByTheRootOfOneAlphaNotOfTheirProduct) {
  // Rosenbaum, slides, algorithm 1, step 4: x_{t−1} = (1/√α_t)(x_t + (1 − α_t) score); 1/√ᾱ_t is
  // printed.
  const NoiseProcess process = make_process("vp");
  const Real t = 400;
  const Real alpha_t = std::pow(process.at(t).alpha / process.at(t - 1).alpha, 2);
  const auto step = affine_step({.kind = KernelKind::ddpm}, process, t, t - 1, Prediction::score);

  EXPECT_NEAR(step.state, 1 / std::sqrt(alpha_t), 1e-13);
  EXPECT_NEAR(step.model, (1 - alpha_t) / std::sqrt(alpha_t), 1e-13);
  EXPECT_GT(std::abs(step.state - 1 / process.at(t).alpha), 0.5);
}

TEST(Erratum, PosteriorMeanHasTheRootOverAlphaOnly) {
  // Rosenbaum, slides, algorithm 2, step 5: √α_t (1 − ᾱ_{t−1})/(1 − ᾱ_t) x_t + √ᾱ_{t−1} β_t/(1 −
  // ᾱ_t) x̂_0.
  const NoiseProcess process = make_process("vp");
  const Real t = 5;
  const NoiseLevel now = process.at(t), before = process.at(t - 1);
  const Real alpha_t = std::pow(now.alpha / before.alpha, 2);
  const auto step =
      affine_step({.kind = KernelKind::ddpm}, process, t, t - 1, Prediction::denoised);

  EXPECT_NEAR(step.state, std::sqrt(alpha_t) * before.variance / now.variance, 1e-12);
  EXPECT_NEAR(step.model, before.alpha * (1 - alpha_t) / now.variance, 1e-12);
  EXPECT_GT(std::abs(step.state - std::sqrt(alpha_t * before.variance / now.variance)), 0.1);
}

TEST(Erratum, ProductOfAlphasEndsAtTheCurrentStep) {
  const NoiseProcess process = make_process("vp");
  Real abar = 1;
  for (int i = 1; i <= 250; ++i) abar *= 1 - (1e-4 + (0.02 - 1e-4) * (i - 1) / 999);

  EXPECT_NEAR(1 - process.at(250).variance, abar, 1e-12);
  EXPECT_GT(abar, 100 * (1 - process.at(1000).variance));
}

TEST(Erratum, NoisePredictionIsMinusTheScaledScore) {
  // Kuleshov, slides; Isachenko, slides: ∇log q = −ε/√(1 − ᾱ_t); a slide lost the sign.
  const Exec exec;
  const auto mixture = random_mixture({CovarianceKind::diagonal, 3, 2}, 5);
  const DiffusedMixture diffused(exec, factored(exec, mixture), make_process("ou"), 0.7);
  const Matrix z = to_device("z", {0.3, -1.0, 2.0, 0.5}, 2, 2);
  const Matrix g = make_matrix("score", 2, 2), epsilon = make_matrix("epsilon", 2, 2);
  score(exec, diffused.tables(), z, g);
  noise_prediction(exec, diffused, z, epsilon);

  const Real sigma = std::sqrt(diffused.level().variance);
  EXPECT_LE(testing_mixture::relative_error(to_host_matrix(epsilon),
                                            HostMatrix(-sigma * to_host_matrix(g))),
            1e-15);
}

TEST(Erratum, RescalingToVarianceExplodingDividesByTheProductOfAllFactors) {
  // Malkin, slides: z'_n = z_n/c_n is one step; over n steps c_1 ⋯ c_n = a_t, so V'_t = s_t²/a_t².
  const NoiseProcess process = make_process("vp");
  Real product = 1, variance = 0;
  for (int n = 1; n <= 300; ++n) {
    const Transition transition = process.between(n - 1, n);
    product *= transition.alpha;
    variance += transition.variance / (product * product);
  }
  const NoiseLevel level = process.at(300);

  EXPECT_NEAR(product, level.alpha, 1e-13);
  EXPECT_NEAR(variance, level.variance / (level.alpha * level.alpha), 1e-12 * variance);
}

}  // namespace
}  // namespace plumbline::errata_test
