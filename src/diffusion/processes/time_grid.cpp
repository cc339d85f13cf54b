// Time grids: uniform, quadratic, uniform in log-SNR, EDM. diffusion/processes/README §4.
#include "diffusion/processes/time_grid.hpp"

#include <algorithm>
#include <cmath>

namespace plumbline {
namespace {

constexpr Real edm_rho = 7;  // Karras et al. 2022, eq. 5

/// The times t_T … t_1 of a grid that is even in f(λ), count + 1 of them from `first` to `last`.
/// uniform in λ, or in σ̃^{1/ρ} = e^{−λ/(2ρ)}.
std::vector<Real> even_times(GridKind kind, const NoiseProcess& process, int count, Real first,
                             Real last) {
  const bool edm = kind == GridKind::edm;
  const auto coordinate = [&](Real t) {
    const Real lambda = process.log_snr(t);
    return edm ? std::exp(-lambda / (2 * edm_rho)) : lambda;
  };
  const Real from = coordinate(first), to = coordinate(last);
  std::vector<Real> times = {first};
  for (int i = 1; i < count; ++i) {
    const Real u = from + (to - from) * i / count;
    times.push_back(process.time_at_log_snr(edm ? -2 * edm_rho * std::log(u) : u));
  }
  if (count > 0) times.push_back(last);
  return times;
}

std::vector<Real> snr_times(GridKind kind, const NoiseProcess& process, int steps, Real last) {
  const Real horizon = process.horizon();
  if (steps == 1) return {horizon, 0};
  if (!process.degenerate_at_horizon()) {
    auto times = even_times(kind, process, steps - 1, horizon, last);
    times.push_back(0);
    return times;
  }
  // λ = −∞ at the horizon: one step off it first, if there are steps to spare.
  if (steps == 2) return {horizon, last, 0};
  auto times = even_times(kind, process, steps - 2, 0.999 * horizon, last);
  times.insert(times.begin(), horizon);
  times.push_back(0);
  return times;
}

/// The last time above 0. SpecError where no grid has it, or no step.
Real checked_last(const NoiseProcess& process, int steps, std::optional<Real> last_time) {
  if (steps < 1) throw SpecError("steps", fmt::format("{}", steps), "must be ≥ 1");
  const Real horizon = process.horizon();
  const Real last = last_time.value_or(1e-3 * horizon);
  if (!(last > 0 && last < 0.999 * horizon))
    throw SpecError(
        "last_time", fmt::format("{}", last),
        fmt::format("must be above 0 and below 0.999 · horizon = {:.6g}", 0.999 * horizon));
  return last;
}

}  // namespace

TimeGrid make_time_grid(GridKind kind, const NoiseProcess& process, int steps,
                        std::optional<Real> last_time) {
  const Real last = checked_last(process, steps, last_time);
  TimeGrid grid;
  if (keeps_last_step(kind)) {
    grid.times = snr_times(kind, process, steps, last);
  } else {
    for (int i = 0; i <= steps; ++i) {
      const Real u = Real(steps - i) / steps;
      grid.times.push_back(process.horizon() * (kind == GridKind::quadratic ? u * u : u));
    }
  }
  for (int i = 0; i < steps; ++i)
    if (!(grid.times[i] > grid.times[i + 1]))
      throw SpecError("steps", fmt::format("{}", steps),
                      fmt::format("must be fewer: the times of grid = \"{}\" coincide near t = {}",
                                  name_of(kind), grid.times[i]));
  return grid;
}

void require_time_grid(GridKind kind, const NoiseProcess& process, int steps,
                       std::optional<Real> last_time) {
  // Neighbours u = i/steps, and their squares, differ by more than 2^-53 of themselves for every
  // int.
  if (keeps_last_step(kind))
    make_time_grid(kind, process, steps, last_time);
  else
    checked_last(process, steps, last_time);
}

}  // namespace plumbline
