// Coefficients of the Gaussian reverse kernels as affine maps of (z_t, prediction, noise), in the
// score and in the denoised parametrisation. diffusion/README §3; what the lecture notes print
// wrongly is in §7.
#include <fmt/ranges.h>

#include <cmath>

#include "diffusion/reverse_kernel.hpp"

namespace plumbline {
namespace {

/// Everything a step from t to s is made of.
struct Step {
  Real dt;
  NoiseLevel t, s;
  Transition transition;
};

/// score = (a ẑ_0 − z)/s_t²: the same step on the denoised prediction.
AffineStep with_denoised(const AffineStep& step, const NoiseLevel& level) {
  return {step.state - step.model / level.variance, step.model * level.alpha / level.variance,
          step.noise, Prediction::denoised};
}

/// Tweedie on the transition: E[z_s | z_t] = (z + s²_{t|s} score)/a_{t|s}; in the denoised form the
/// bridge q(z_s | z_t, z_0 = ẑ_0).
AffineStep ddpm(const Step& step, DdpmVariance variance, Prediction prediction) {
  const auto& [alpha, v] = step.transition;
  const Real ratio = step.s.variance / step.t.variance;
  const Real noise = std::sqrt(variance == DdpmVariance::beta ? v : ratio * v);
  if (prediction == Prediction::score) return {1 / alpha, v / alpha, noise, prediction};
  return {alpha * ratio, step.s.alpha * v / step.t.variance, noise, prediction};
}

/// Euler–Maruyama of the reverse SDE: z − [f z − g² score] Δt + g √Δt ξ.
AffineStep euler_maruyama(const Step& step, const SdeCoefficients& sde, Prediction prediction) {
  const Real drift = sde.drift * step.dt, diffusion2 = sde.diffusion2 * step.dt;
  const AffineStep form = {1 - drift, diffusion2, std::sqrt(diffusion2), Prediction::score};
  return prediction == Prediction::score ? form : with_denoised(form, step.t);
}

/// Song, Meng & Ermon 2021: N(a_s ẑ_0 + c ε̂, η² ṽ I), ṽ = s_s² s²_{t|s}/s_t², c² = s_s² − η² ṽ.
///
/// With w = s²_{t|s}/s_t² the coefficient of ẑ_0 is a_s (1 − a_{t|s} c/s_t), and
/// 1 − a²_{t|s} c²/s_t² = w (1 + η² a²_{t|s} s_s²/s_t²) holds it free of cancellation.
AffineStep ddim(const Step& step, Real eta, Prediction prediction) {
  const auto& [alpha, v] = step.transition;
  const Real w = v / step.t.variance, ratio = step.s.variance / step.t.variance;
  const Real carried = alpha * alpha * ratio;  // = 1 − w
  const Real c_over_s = std::sqrt(ratio * (carried + (1 - eta * eta) * w));
  const Real kept = w * (1 + eta * eta * carried) / (1 + alpha * c_over_s);
  const Real noise = eta * std::sqrt(step.s.variance * w);
  if (prediction == Prediction::denoised) return {c_over_s, step.s.alpha * kept, noise, prediction};
  return {1 / alpha, kept * step.t.variance / alpha, noise, prediction};
}

/// Euler on the probability-flow ODE dz/dt = f z − ½ g² score.
AffineStep ode_euler(const Step& step, const NoiseProcess& process, Real t, Prediction prediction) {
  if (prediction == Prediction::denoised) {
    const OdeCoefficients ode = process.ode(t);
    return {1 - step.dt * ode.state, -step.dt * ode.model, 0, prediction};
  }
  const SdeCoefficients sde = process.sde(t);
  return {1 - step.dt * sde.drift, step.dt * sde.diffusion2 / 2, 0, prediction};
}

}  // namespace

AffineStep affine_step(const KernelChoice& choice, const NoiseProcess& process, Real t, Real s,
                       Prediction prediction) {
  PLUMBLINE_REQUIRE(0 <= s && s < t, "s = {}, t = {}", s, t);
  const Step step = {t - s, process.at(t), process.at(s), process.between(s, t)};
  const bool no_data = step.t.alpha == 0;
  PLUMBLINE_REQUIRE(!no_data || prediction == Prediction::denoised,
                    "the score form is infinite at a_t = 0");
  switch (choice.kind) {
    case KernelKind::ddpm:
      return ddpm(step, choice.variance, prediction);
    case KernelKind::em:
      if (no_data) require_finite_kernel(choice, process);
      return euler_maruyama(step, process.sde(t), prediction);
    case KernelKind::ddim:
      return ddim(step, choice.eta, prediction);
    case KernelKind::ode_euler:
    case KernelKind::ode_heun:
      return ode_euler(step, process, t, prediction);
    case KernelKind::exact:
      break;
  }
  PLUMBLINE_REQUIRE(choice.kind != KernelKind::exact, "the exact kernel is not affine");
  return {};
}

AffineStep affine_step(const KernelChoice& choice, const NoiseProcess& process, Real t, Real s) {
  const bool little_signal = process.at(t).alpha < 0.01;
  return affine_step(choice, process, t, s,
                     little_signal ? Prediction::denoised : Prediction::score);
}

void require_finite_kernel(const KernelChoice& choice, const NoiseProcess& process) {
  if (!properties(choice).needs_signal || !process.degenerate_at_horizon()) return;
  const auto others = kernels_that([](const KernelProperties& p) { return !p.needs_signal; });
  throw SpecError("kernel", name_of(choice.kind),
                  fmt::format("the reverse SDE of {} is infinite where a = 0: set "
                              "process.horizon below {}, or kernel to one of {}",
                              process.name(), process.horizon(), fmt::join(others, ", ")));
}

}  // namespace plumbline
