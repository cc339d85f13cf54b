// The coefficients of the Gaussian reverse kernels: two parametrisations, limits, Gaussians with
// known answers. diffusion/README §3.
#include <gtest/gtest.h>

#include <cmath>

#include "diffusion/reverse_kernel.hpp"
#include "unit/diffusion/support.hpp"

namespace plumbline::affine_step_test {
namespace {

using namespace testing_diffusion;

const std::vector<KernelChoice> every_affine_kernel = {
    {.kind = KernelKind::ddpm},
    {.kind = KernelKind::ddpm, .variance = DdpmVariance::beta_tilde},
    {.kind = KernelKind::em},
    {.kind = KernelKind::ddim},
    {.kind = KernelKind::ddim, .eta = 0.4},
    {.kind = KernelKind::ddim, .eta = 1},
    {.kind = KernelKind::ode_euler},
    {.kind = KernelKind::ode_heun}};

std::string label_of(const KernelChoice& choice) {
  return name_of(choice.kind) + "/" + name_of(choice.variance) + "/" + std::to_string(choice.eta);
}

/// The mean that a step gives at z for this score.
Real mean_at(const AffineStep& step, Real z, Real score, const NoiseLevel& level) {
  const Real prediction =
      step.prediction == Prediction::score ? score : (z + level.variance * score) / level.alpha;
  return step.state * z + step.model * prediction;
}

TEST(AffineStep, IsTheSameMapInTheScoreAndInTheDenoisedForm) {
  for (const NoiseProcess& process : every_regular_process())
    for (const KernelChoice& choice : every_affine_kernel)
      for (const auto& [from, to] :
           std::vector<std::pair<Real, Real>>{{1, 0.8}, {0.5, 0.499}, {0.3, 0}, {1e-3, 1e-4}}) {
        const Real t = from * process.horizon(), s = to * process.horizon();
        const auto score_form = affine_step(choice, process, t, s, Prediction::score);
        const auto denoised_form = affine_step(choice, process, t, s, Prediction::denoised);
        const NoiseLevel level = process.at(t);
        for (const auto& [z, score] : std::vector<std::pair<Real, Real>>{{1, 0}, {0.7, -2}}) {
          // Terms of the denoised form may be larger than their sum: ẑ_0 = (z + s² score)/a.
          const Real size = std::abs(denoised_form.state * z) + std::abs(score_form.state * z) +
                            std::abs(denoised_form.model / level.alpha) *
                                (std::abs(z) + level.variance * std::abs(score));
          EXPECT_NEAR(mean_at(score_form, z, score, level), mean_at(denoised_form, z, score, level),
                      1e-13 * size)
              << testing_diffusion::label_of(process) << " " << label_of(choice) << " " << t;
        }
        EXPECT_EQ(score_form.noise, denoised_form.noise);
      }
}

/// A Gaussian prior N(0, c): z_t ~ N(0, S(t)), E[z_0 | z_t] = a c z/S(t), and everything is linear.
struct LinearStep {
  Real gain, noise2;
};
LinearStep on_gaussian(const AffineStep& step, const NoiseLevel& level, Real c) {
  const Real total = level.alpha * level.alpha * c + level.variance;
  const Real prediction =
      step.prediction == Prediction::score ? -1 / total : level.alpha * c / total;
  return {step.state + step.model * prediction, step.noise * step.noise};
}

TEST(AffineStep, OfDdpmIsTheExactConditionalMeanOfAGaussian) {
  for (const NoiseProcess& process : every_process()) {
    const Real t = process.horizon(), s = 0.4 * t, c = 2.5;
    const NoiseLevel at_t = process.at(t), at_s = process.at(s);
    const Transition transition = process.between(s, t);
    const Real total_s = at_s.alpha * at_s.alpha * c + at_s.variance;
    const Real total_t = at_t.alpha * at_t.alpha * c + at_t.variance;
    const LinearStep step =
        on_gaussian(affine_step({.kind = KernelKind::ddpm}, process, t, s), at_t, c);

    EXPECT_NEAR(step.gain, transition.alpha * total_s / total_t, 1e-13 * (1 + total_s))
        << testing_diffusion::label_of(process);
  }
}

TEST(AffineStep, OfDdpmHasTheTwoPublishedVariances) {
  const NoiseProcess process = make_process("vp");
  const Real beta =
      1 - std::exp(2 * (std::log(process.at(500).alpha) - std::log(process.at(499).alpha)));
  const Real abar = 1 - process.at(500).variance, abar_previous = 1 - process.at(499).variance;
  const auto step = [&](DdpmVariance v) {
    return affine_step({.kind = KernelKind::ddpm, .variance = v}, process, 500, 499);
  };

  EXPECT_NEAR(std::pow(step(DdpmVariance::beta).noise, 2), beta, 1e-12);
  EXPECT_NEAR(std::pow(step(DdpmVariance::beta_tilde).noise, 2),
              (1 - abar_previous) / (1 - abar) * beta, 1e-12);
}

TEST(AffineStep, OfDdimAtEtaOneIsDdpmWithBetaTilde) {
  for (const NoiseProcess& process : every_process()) {
    const Real t = 0.9 * process.horizon(), s = 0.3 * t;
    const auto ddim = affine_step({.kind = KernelKind::ddim, .eta = 1}, process, t, s);
    const auto ddpm = affine_step({.kind = KernelKind::ddpm, .variance = DdpmVariance::beta_tilde},
                                  process, t, s);

    EXPECT_NEAR(ddim.state, ddpm.state, 1e-13 * std::abs(ddpm.state));
    EXPECT_NEAR(ddim.model, ddpm.model, 1e-13 * std::abs(ddpm.model));
    EXPECT_NEAR(ddim.noise, ddpm.noise, 1e-13 * ddpm.noise);
  }
}

TEST(AffineStep, OfDdimKeepsTheMarginalWhenTheDenoisedStateIsExact) {
  // z_0 = x known: z_t = a x + s ε goes to a_s x + (noise of variance s_s²), for every η.
  for (const NoiseProcess& process : every_process())
    for (const Real eta : {0.0, 0.5, 1.0}) {
      const Real t = process.horizon(), s = 0.2 * t;
      const auto step =
          affine_step({.kind = KernelKind::ddim, .eta = eta}, process, t, s, Prediction::denoised);
      const NoiseLevel at_t = process.at(t), at_s = process.at(s);

      EXPECT_NEAR(step.state * at_t.alpha + step.model, at_s.alpha, 1e-14);
      EXPECT_NEAR(step.state * step.state * at_t.variance + step.noise * step.noise, at_s.variance,
                  1e-13 * at_s.variance);
    }
}

TEST(AffineStep, KeepsItsSmallCoefficientsAccurateForTinySteps) {
  // model/Δt → the derivative: without care a_s − a_t s_s/s_t has no digits left at Δt/t = 1e-9.
  for (const NoiseProcess& process : every_regular_process()) {
    const Real t = 0.5005 * process.horizon(), s = t * (1 - 1e-9), dt = t - s;
    const auto ddim = affine_step({.kind = KernelKind::ddim}, process, t, s, Prediction::denoised);
    const auto euler =
        affine_step({.kind = KernelKind::ode_euler}, process, t, s, Prediction::denoised);

    EXPECT_NEAR(ddim.model / dt, euler.model / dt, 1e-7 * std::abs(euler.model / dt))
        << testing_diffusion::label_of(process);
  }
}

TEST(AffineStep, IsFiniteWhereTheFlowHasNoDataExceptForEulerMaruyama) {
  const NoiseProcess flow = make_process("flow");

  for (const KernelChoice& choice : every_affine_kernel) {
    if (choice.kind == KernelKind::em) {
      try {
        affine_step(choice, flow, 1, 0.9);
        FAIL() << "em at a = 0";
      } catch (const SpecError& error) {
        EXPECT_EQ(error.key(), "kernel");
        EXPECT_NE(error.allowed().find("process.horizon"), std::string::npos);
      }
      EXPECT_THROW(require_finite_kernel(choice, flow), SpecError);
      continue;
    }
    for (const Real s : {0.9, 0.0}) {
      const auto step = affine_step(choice, flow, 1, s);
      EXPECT_EQ(step.prediction, Prediction::denoised);
      EXPECT_TRUE(std::isfinite(step.state) && std::isfinite(step.model) &&
                  std::isfinite(step.noise))
          << label_of(choice);
    }
    EXPECT_NO_THROW(require_finite_kernel(choice, flow));
  }
}

TEST(AffineStep, OfTheStraightFlowIsExactInOneEulerStepForAPointMass) {
  // z_t = (1 − t) x + t ε: the path is straight, so Euler from 1 to s lands on it.
  const auto step = affine_step({.kind = KernelKind::ode_euler}, make_process("flow"), 1, 0.25);
  const Real x = 3, noise = -0.7;

  EXPECT_NEAR(step.state * noise + step.model * x, 0.75 * x + 0.25 * noise, 1e-15);
}

}  // namespace
}  // namespace plumbline::affine_step_test
