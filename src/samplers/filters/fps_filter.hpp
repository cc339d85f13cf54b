// Filtering posterior sampling: particles that look at a noised path of y. What fps and fps-smc
// share. Dou & Song 2024, algorithms 1 and 2; samplers/filters/README §6.
#pragma once

#include "samplers/filters/conjugate_step.hpp"
#include "samplers/reverse/reverse_settings.hpp"
#include "samplers/smc/smc.hpp"

namespace plumbline {

/// Whose noise a path of y carries.
enum class PathNoise { own, shared };
constexpr auto names(PathNoise) {
  return std::array{"own", "shared"};
}

struct FpsSettings : GridSettings {
  Real c = 0.95;
  std::optional<Real> sigma;
  PathNoise path = PathNoise::own;

  void visit(auto&& field) {
    GridSettings::visit(field);
    field("c", c, "share of new noise in every step of z and of y's path", between(0, 1));
    field("sigma", sigma,
          "standard deviation of y's noise as the filter sees it (the published code: 0.05); the "
          "problem's own when not set",
          above(0));
    field("path", path, "noise of y's path: own, drawn for every run; shared, one path for all");
  }
};

/// The observation in its basis, with the noise that the settings give it.
SpectralObservation seen_observation(const Problem& problem, const FpsSettings& settings,
                                     std::string_view sampler);

/// The step of the model: DDIM with variance c s_s² in place of η's,
///
///     z_s = a_s ẑ_0 + √(1 − c) (s_s/s_t) (z_t − a_t ẑ_0) + √c s_s ξ.
///
/// A fixed share of the noise is new however short the step, so steps → ∞ is no limit of it.
AffineStep fps_step(const NoiseProcess& process, Real c, Real t, Real s);

/// log p_s ∝ p̂(z_s | z_t) N(y_s; A z_s, a_s² Γ) with y's path by the same DDIM, its noise that of
/// some z: y_T = a_T y + s_T A ξ and
///
///     y_s = a_s y + √(1 − c) (s_s/s_t) (y_t − a_t y) + √c s_s A ξ.
///
/// z_T ~ N(0, s² I) N(y_T; A z_T, a_T² Γ) with the deviation s that practice starts from, so with
/// equal weights. Weights N(y_s; A m(z_t), v A Aᵀ + a_s² Γ) before the move. What the weights
/// target is p̂ Π_t N(y_t; A z_t, a_t² Γ), which counts y once per level; it is no likelihood of y,
/// so the evidence is NaN. A noise-free y_0 leaves the last step, which adds no noise, nothing to
/// weigh by.
std::unique_ptr<FeynmanKac> fps_filter(const Exec& exec, const Problem& problem,
                                       const FpsSettings& settings, const SmcRuns& runs, Rng rng,
                                       std::string_view sampler);

/// SpecError for what fps cannot do.
void require_fps(const Problem& problem, const FpsSettings& settings, std::string_view sampler);

}  // namespace plumbline
