// Axes as directions, and distribution functions with their jumps.
#include "metrics/marginals/marginals.hpp"

#include <algorithm>
#include <optional>

#include "core/steps/stop.hpp"
#include "metrics/transport/line_mixture.hpp"

namespace plumbline {
namespace {

/// Rows first … first + rows − 1 of the identity.
Matrix axes(Index first, Index rows, int d) {
  HostMatrix e = HostMatrix::Zero(rows, d);
  for (Index j = 0; j < rows; ++j) e(j, first + j) = 1;
  return to_device("axes", e);
}

/// True when some component was narrower than a line can show and now stands for an atom.
bool has_atoms(const ProjectedMixture& line) {
  const HostMatrix stddev = to_host_matrix(line.stddev);
  const HostVector spread = to_host_vector(line.spread);
  for (Index j = 0; j < stddev.rows(); ++j)
    if (stddev.row(j).minCoeff() <= 1.001e-8 * spread[j]) return true;
  return false;
}

/// Coordinates that are looked at together: about 2^21 numbers.
Index coordinates_together(Index widest, int d) {
  return std::clamp<Index>((Index{1} << 21) / widest, 1, d);
}

/// x(j, i) + step · spread_j
Matrix shifted(const Exec& exec, const Matrix& x, const Vector& spread, Real step) {
  const Index n = x.extent(1);
  Matrix moved = make_matrix("shifted", x.extent(0), n);
  parallel_over(
      exec, "plumbline::metrics::shifted", x.size(), KOKKOS_LAMBDA(Index index) {
        const Index j = index / n, i = index % n;
        moved(j, i) = Kokkos::fma(step, spread(j), x(j, i));
      });
  return moved;
}

void evaluate(const Exec& exec, const ProjectedMixture& line, Marginals& at) {
  if (!has_atoms(line)) {
    at.right = evaluate_lines(exec, line, at.draws.x).cdf;
    at.left = make_matrix("left", at.right.extent(0), at.right.extent(1));
    Kokkos::deep_copy(exec, at.left, at.right);
    return;
  }
  constexpr Real atom = 1e-7;  // ten standard deviations of what stands for it
  at.left = evaluate_lines(exec, line, shifted(exec, at.draws.x, line.spread, -atom)).cdf;
  at.right = evaluate_lines(exec, line, shifted(exec, at.draws.x, line.spread, atom)).cdf;
}

/// Level of the last entry below x (or up to x), 0 if none.
KOKKOS_INLINE_FUNCTION Real level_below(const ProjectedDraws& q, Index j, Real x, bool inclusive) {
  Index low = 0, high = q.draws();
  while (low < high) {
    const Index middle = (low + high) / 2;
    const bool below = inclusive ? q.x(j, middle) <= x : q.x(j, middle) < x;
    (below ? low : high) = below ? middle + 1 : middle;
  }
  return low > 0 ? q.level(j, low - 1) : Real(0);
}

void evaluate(const Exec& exec, const ProjectedDraws& reference, Marginals& at) {
  const Index n = at.draws.draws();
  const Matrix x = at.draws.x;
  const Matrix left = at.left = make_matrix("left", x.extent(0), n);
  const Matrix right = at.right = make_matrix("right", x.extent(0), n);
  parallel_over(
      exec, "plumbline::metrics::empirical_cdf", x.size(), KOKKOS_LAMBDA(Index index) {
        const Index j = index / n, i = index % n;
        left(j, i) = level_below(reference, j, x(j, i), false);
        right(j, i) = level_below(reference, j, x(j, i), true);
      });
}

}  // namespace

void over_marginals(const Exec& exec, const MetricInput& input,
                    const std::function<void(const Marginals&)>& visit) {
  const Problem& problem = input.problem;
  const Ensemble& ensemble = input.ensemble;
  const int d = ensemble.dimension();
  const HostVector& centre = problem.target_mean();
  std::optional<GaussianMixture> mixture;
  if (problem.is_mixture()) mixture = without_negligible(problem.posterior());
  const Index widest =
      std::max<Index>(ensemble.draws(), mixture ? mixture->components() : Index{0});
  const Index batch = coordinates_together(widest, d);
  const LineRoom room = line_room(exec, ensemble, centre, batch);
  std::optional<LineRoom> reference;
  if (!mixture)
    reference = line_room(
        exec,
        equally_weighted(problem.draw_exact(exec, ensemble.draws(), input.rng.stream("reference"))),
        centre, batch);
  const Vector device_centre = to_device("centre", centre);
  for (Index first = 0; first < d; first += batch) {
    stop_if_asked();
    const Matrix directions = axes(first, std::min<Index>(batch, d - first), d);
    Marginals at{first, device_centre, project(exec, room, directions), {}, {}};
    if (mixture)
      evaluate(exec, project(exec, *mixture, directions, centre), at);
    else
      evaluate(exec, project(exec, *reference, directions), at);
    visit(at);
  }
}

Needs marginal_needs(const Problem& problem, Index n) {
  const int d = problem.dimension();
  const Index widest = std::max<Index>(n, problem.prior().components());
  const Real lines = Real(coordinates_together(widest, d)) * Real(widest);
  const Real sides = problem.is_mixture() ? 1 : 3;  // reference draws, and those transposed
  return {{"draws", "draws by coordinate [d, n]", bytes_of(sides * Real(n) * (Real(d) + 2))},
          {"draws", "sorted coordinates and their levels [batch, n]", bytes_of(7 * lines)}};
}

}  // namespace plumbline
