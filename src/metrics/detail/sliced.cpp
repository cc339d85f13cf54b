// Directions in batches, transport cost along each, and the mean with its error.
#include "metrics/detail/sliced.hpp"

#include <algorithm>
#include <cmath>

#include "core/reduce.hpp"
#include "metrics/detail/weighted.hpp"

namespace plumbline {
namespace {

/// Mean cost to the power 1/p, and by the delta method its standard error over directions.
Estimate root_mean(const std::vector<Real>& costs, int order) {
  const Real count = static_cast<Real>(costs.size());
  const Real mean = pairwise_sum(costs) / count;
  const Real value = std::pow(mean, 1.0 / order);
  if (costs.size() < 2 || !(mean > 0)) return {.value = value};
  std::vector<Real> squares;
  for (const Real cost : costs) squares.push_back((cost - mean) * (cost - mean));
  const Real mean_se = std::sqrt(pairwise_sum(squares) / (count * (count - 1)));
  return {value, mean_se * value / (order * mean)};
}

}  // namespace

Estimate sliced_wasserstein(const Exec& exec, const MetricInput& input, int projections,
                            const Transport& transport) {
  const Ensemble& ensemble = input.ensemble;
  if (!measurable(exec, ensemble)) return {};
  const Problem& problem = input.problem;
  const HostVector centre = problem.target_mean();
  const Matrix directions =
      random_directions(exec, input.rng.stream("directions"), projections, ensemble.dimension());
  std::optional<GaussianMixture> mixture;
  std::optional<Ensemble> reference;
  if (problem.is_mixture())
    mixture = without_negligible(problem.posterior());
  else
    reference =
        equally_weighted(problem.draw_exact(exec, ensemble.draws(), input.rng.stream("reference")));

  const Index widest =
      std::max<Index>(ensemble.draws(), mixture ? mixture->components() : Index{0});
  const Index batch = std::clamp<Index>((Index{1} << 21) / widest, 1, projections);
  const Vector cost = make_vector("transport_cost", projections);
  for (Index first = 0; first < projections; first += batch) {
    const std::pair<Index, Index> rows(first, std::min<Index>(projections, first + batch));
    const Matrix part = Kokkos::subview(directions, rows, Kokkos::ALL);
    const Vector part_cost = Kokkos::subview(cost, rows);
    const ProjectedDraws draws = project(exec, ensemble, part, centre);
    if (mixture)
      transport.to_mixture(exec, draws, project(exec, *mixture, part, centre), part_cost);
    else
      transport.to_draws(exec, draws, project(exec, *reference, part, centre), part_cost);
  }
  exec.fence("plumbline::metrics::sliced_wasserstein");
  return root_mean(to_host(cost), transport.order);
}

void sum_rows(const Exec& exec, const Matrix& part, const Vector& total) {
  const Index blocks = part.extent(1);
  parallel_over(
      exec, "plumbline::metrics::sum_rows", part.extent(0), KOKKOS_LAMBDA(Index j) {
        Real sum = 0, lost = 0;  // Kahan: distances are small differences of large sums
        for (Index b = 0; b < blocks; ++b) {
          const Real term = part(j, b) - lost, next = sum + term;
          lost = (next - sum) - term;
          sum = next;
        }
        total(j) = sum > 0 ? sum : Real(0);
      });
}

}  // namespace plumbline
