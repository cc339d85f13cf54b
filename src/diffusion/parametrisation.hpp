// The three things a model may predict of z_t = a z_0 + s ε, and the maps between them: the score
// ∇log p_t(z), the denoised state ẑ_0 = E[z_0 | z_t] and the noise ε̂ = E[ε | z_t]. Tweedie's
// formula (Karras et al. 2022, eq. (3), for a = 1) and z_t itself give
//
//     ẑ_0 = (z + s² score)/a,    score = (a ẑ_0 − z)/s²,    ε̂ = −s score.
//
// Where a = 0 there is no map to ẑ_0, where s = 0 none from it: ask the field for the other form.
// The order of operations is part of the results: their bits depend on it.
#pragma once

#include <cmath>

#include "mixture/noise_level.hpp"

namespace plumbline {

/// What a field predicts at z_t: ∇ log p_t(z), or ẑ_0(z, t) = E[z_0 | z_t = z].
enum class Prediction { score, denoised };

/// ẑ_0 = state z + model prediction, from either prediction.
struct ToDenoised {
  Real state = 0, model = 1;
  KOKKOS_INLINE_FUNCTION Real operator()(Real z, Real prediction) const {
    return Kokkos::fma(state, z, model * prediction);
  }
};
inline ToDenoised to_denoised(const NoiseLevel& level, Prediction given) {
  if (given == Prediction::denoised) return {};
  return {1 / level.alpha, level.variance / level.alpha};
}

/// score = (a ẑ_0 − z)/s².
KOKKOS_INLINE_FUNCTION Real score_of_denoised(const NoiseLevel& level, Real denoised, Real z) {
  return (level.alpha * denoised - z) / level.variance;
}

/// ε̂/score = −s.
inline Real noise_per_score(const NoiseLevel& level) {
  return -std::sqrt(level.variance);
}

/// What one unit added to the score adds to ẑ_0, s²/a; and the other way, a/s².
inline Real denoised_per_score(const NoiseLevel& level) {
  return level.variance / level.alpha;
}
inline Real score_per_denoised(const NoiseLevel& level) {
  return level.alpha / level.variance;
}
/// What one unit added to the score adds to this prediction.
inline Real prediction_per_score(const NoiseLevel& level, Prediction prediction) {
  return prediction == Prediction::score ? 1 : denoised_per_score(level);
}

}  // namespace plumbline
