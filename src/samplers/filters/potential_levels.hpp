// The potentials of mcgdiff: what it expects of y's directions at every level of its grid. Cardoso
// et al. 2024, section 3; samplers/filters/README §5.
#pragma once

#include "diffusion/processes/time_grid.hpp"
#include "samplers/filters/spectral_observation.hpp"

namespace plumbline {

/// Where the potentials of a direction end: at the level τ_i where z_τ is as noisy as y_i, or at
/// the data.
enum class Tau { matched, data };
constexpr auto names(Tau) {
  return std::array{"matched", "data"};
}

/// At t ≥ τ_i the potential of direction i is g_t,i(z) = N(v_iᵀ z; a_t y_i, v_t,i): from τ_i on,
/// y_i is taken for a noised z_0 among others. Below τ_i it is not looked at.
///
///   matched   τ_i is the time of the grid where s_t² is nearest to a_t² σ_i²
///   κ set     v_t,i = s²_{t|τ_i} + κ a²_{t|τ_i}: at τ_i y_i is known but for κ, as published
///   κ absent  v_t,i = s_t² + a_t² σ_i², what a flat prior makes of y_i: no matter where τ_i is
struct PotentialLevels {
  std::vector<int> tau;               ///< τ_i as an index of the grid  [r]
  std::vector<GaussianPotential> at;  ///< at times[index]  [T + 1]
  Real log_density = 0;               ///< Σ log a_τ: a density of y in place of one of a_τ y
};
PotentialLevels potential_levels(const SpectralObservation& observation,
                                 const NoiseProcess& process, const TimeGrid& grid, Tau tau,
                                 std::optional<Real> kappa);

}  // namespace plumbline
