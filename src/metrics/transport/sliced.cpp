// Directions in batches, transport cost along each, and the mean with its error.
#include "metrics/transport/sliced.hpp"

#include <algorithm>
#include <cmath>

#include "core/reduce.hpp"
#include "core/steps/stop.hpp"
#include "metrics/estimates/weighted.hpp"

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

/// Numbers that a direction takes at least: tables of mixtures have hundreds of nodes.
constexpr Index least_width = 1024;

/// Directions that are projected together: about 2^21 numbers.
Index batch_of(Index projections, Index widest) {
  return std::clamp<Index>((Index{1} << 21) / std::max(widest, least_width), 1, projections);
}

}  // namespace

SlicedTarget sliced_target(const Exec& exec, const MetricInput& input, Against against) {
  const Problem& problem = input.problem;
  SlicedTarget target{.centre = problem.target_mean()};
  if (problem.is_mixture() && against == Against::mixture)
    target.mixture = without_negligible(problem.posterior());
  else
    target.reference = equally_weighted(
        problem.draw_exact(exec, input.ensemble.draws(), input.rng.stream("reference")));
  return target;
}

Needs sliced_needs(const Problem& problem, Index n, Index projections) {
  const Index widest = std::max<Index>(n, problem.prior().components());
  const Real lines = Real(batch_of(projections, widest)) * Real(std::max(widest, least_width));
  const Real sides = problem.is_mixture() ? 1 : 3;  // reference draws, and those transposed
  return {{"draws", "draws by coordinate [d, n]",
           bytes_of(sides * Real(n) * (Real(problem.dimension()) + 2))},
          rows_need(problem, Real(projections), "projections", "directions"),
          {"draws", "projected draws [batch, n]", bytes_of(7 * lines)}};
}

std::vector<Real> sliced_costs(const Exec& exec, const Ensemble& ensemble,
                               const SlicedTarget& target, const Matrix& directions,
                               const Transport& transport) {
  const Index projections = directions.extent(0);
  const Index widest =
      std::max<Index>(ensemble.draws(), target.mixture ? target.mixture->components() : Index{0});
  const Index batch = batch_of(projections, widest);
  const Vector cost = make_vector("transport_cost", projections);
  const LineRoom room = line_room(exec, ensemble, target.centre, batch);
  std::optional<LineRoom> reference;
  if (target.reference) reference = line_room(exec, *target.reference, target.centre, batch);
  for (Index first = 0; first < projections; first += batch) {
    stop_if_asked();
    const std::pair<Index, Index> rows(first, std::min<Index>(projections, first + batch));
    const Matrix part = Kokkos::subview(directions, rows, Kokkos::ALL);
    const Vector part_cost = Kokkos::subview(cost, rows);
    const ProjectedDraws draws = project(exec, room, part);
    if (target.mixture)
      transport.to_mixture(exec, draws, project(exec, *target.mixture, part, target.centre),
                           part_cost);
    else
      transport.to_draws(exec, draws, project(exec, *reference, part), part_cost);
  }
  exec.fence("plumbline::metrics::sliced_costs");
  return to_host(cost);
}

Estimate sliced_wasserstein(const Exec& exec, const MetricInput& input,
                            const SlicedSettings& settings, const Transport& transport) {
  if (!measurable(exec, input.ensemble)) return {};
  const SlicedTarget target = sliced_target(exec, input, settings.against);
  const Matrix directions = random_directions(exec, input.rng.stream("directions"),
                                              settings.projections, input.ensemble.dimension());
  return root_mean(sliced_costs(exec, input.ensemble, target, directions, transport),
                   transport.order);
}

}  // namespace plumbline
