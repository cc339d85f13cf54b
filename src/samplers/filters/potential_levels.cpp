#include "samplers/filters/potential_levels.hpp"

#include <cmath>

#include "core/steps/stop.hpp"

namespace plumbline {
namespace {

int nearest_level(const NoiseProcess& process, const TimeGrid& grid, Real variance) {
  int best = 0;
  Real least = infinity;
  for (int index = 0; index <= grid.steps(); ++index) {
    const NoiseLevel level = process.at(grid.times[index]);
    const Real gap = std::abs(level.alpha * level.alpha * variance - level.variance);
    if (gap < least) {
      least = gap;
      best = index;
    }
  }
  return best;
}

Real variance_from(const NoiseProcess& process, Real tau, Real t, Real kappa) {
  if (t == tau) return kappa;
  const Transition forward = process.between(tau, t);
  return forward.variance + kappa * forward.alpha * forward.alpha;
}

}  // namespace

PotentialLevels potential_levels(const SpectralObservation& observation,
                                 const NoiseProcess& process, const TimeGrid& grid, Tau tau,
                                 std::optional<Real> kappa) {
  PotentialLevels out;
  for (int i = 0; i < observation.count(); ++i) {
    out.tau.push_back(tau == Tau::data ? grid.steps()
                                       : nearest_level(process, grid, observation.variance[i]));
    out.log_density += std::log(process.at(grid.times[out.tau[i]]).alpha);
  }
  const int levels = grid.steps() + 1;
  HostMatrix target(levels, observation.count());
  HostMatrix variance = HostMatrix::Constant(levels, observation.count(), infinity);
  for (int index = 0; index < levels; ++index) {
    stop_if_asked();
    const NoiseLevel level = process.at(grid.times[index]);
    for (int i = 0; i < observation.count(); ++i) {
      if (index > out.tau[i]) continue;
      variance(index, i) =
          kappa ? variance_from(process, grid.times[out.tau[i]], grid.times[index], *kappa)
                : level.variance + level.alpha * level.alpha * observation.variance[i];
    }
    target.row(index) = level.alpha * observation.y.transpose();
  }
  const Matrix targets = to_device("target", target), variances = to_device("variance", variance);
  for (int index = 0; index < levels; ++index)
    out.at.push_back(
        {Matrix(Kokkos::subview(targets, std::make_pair(index, index + 1), Kokkos::ALL)),
         Vector(Kokkos::subview(variances, index, Kokkos::ALL))});
  return out;
}

}  // namespace plumbline
