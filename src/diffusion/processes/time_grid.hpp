// Decreasing times horizon = t_T > … > t_0 = 0 at which a sampler visits the noise levels.
// diffusion/processes/README §4.
#pragma once

#include <vector>

#include "diffusion/processes/noise_process.hpp"

namespace plumbline {

enum class GridKind { uniform, log_snr, quadratic, edm };
constexpr auto names(GridKind) {
  return std::array{"uniform", "log_snr", "quadratic", "edm"};
}

/// Whether the grid ends with a step from `last_time` to 0, which stays as long as it is however
/// many steps there are.
constexpr bool keeps_last_step(GridKind kind) {
  return kind == GridKind::log_snr || kind == GridKind::edm;
}

/// times[0] = horizon, times[steps] = 0, strictly decreasing.
///
///   uniform    t_i = horizon (1 − i/steps)
///   quadratic  t_i = horizon (1 − i/steps)²
///   log_snr    steps − 1 equal steps of λ from the horizon to `last_time`, then 0
///   edm        (Karras et al. 2022, eq. 5, ρ = 7) in σ̃ = s/a: steps − 1 steps to `last_time`, then
///   0
/// log_snr and edm cannot start where a = 0: there the first step goes from the horizon to 0.999
/// horizon.
struct TimeGrid {
  std::vector<Real> times;
  int steps() const { return static_cast<int>(times.size()) - 1; }
};

/// `last_time` defaults to 1e-3 horizon; only log_snr and edm use it. Requires steps ≥ 1.
TimeGrid make_time_grid(GridKind kind, const NoiseProcess& process, int steps,
                        std::optional<Real> last_time = {});

/// SpecError where `make_time_grid` throws one; makes the times only where they could coincide. A
/// plan asks for every cell.
void require_time_grid(GridKind kind, const NoiseProcess& process, int steps,
                       std::optional<Real> last_time = {});

}  // namespace plumbline
