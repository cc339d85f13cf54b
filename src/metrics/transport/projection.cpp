// Projections of draws and of mixtures on directions.
#include "metrics/transport/projection.hpp"

#include <cmath>

#include "core/reduce.hpp"
#include "metrics/transport/sort_draws.hpp"
#include "mixture/factored_mixture.hpp"

namespace plumbline {
namespace {

void normalise_rows(const Exec& exec, const Matrix& rows) {
  const int d = rows.extent_int(1);
  parallel_over(
      exec, "plumbline::metrics::normalise_rows", rows.extent(0), KOKKOS_LAMBDA(Index j) {
        Real square = 0;
        for (int i = 0; i < d; ++i) square = Kokkos::fma(rows(j, i), rows(j, i), square);
        const Real scale = 1 / Kokkos::sqrt(square);
        for (int i = 0; i < d; ++i) rows(j, i) *= scale;
      });
}

/// (x − centre)ᵀ, padded with zeros to whole blocks: what a block of points reads side by side.
///   shapes  x [n, d] → [d, n padded]
Matrix centred_columns(const Exec& exec, const Matrix& x, const Vector& centre) {
  const int d = x.extent_int(1);
  const Index n = x.extent(0);
  const Matrix columns =
      make_matrix("centred", d, (n + block_width - 1) / block_width * block_width);
  parallel_over(
      exec, "plumbline::metrics::centred_columns", columns.extent(1), KOKKOS_LAMBDA(Index row) {
        for (int i = 0; i < d; ++i) columns(i, row) = row < n ? x(row, i) - centre(i) : Real(0);
      });
  return columns;
}

/// line(j, n) = direction_j · column_n: a tile of points, which stay in the cache, and some
/// directions per index.
struct ProjectPoints {
  static constexpr Index tile = on_host ? 16 : 1;  ///< blocks of points
  static constexpr Index group = on_host ? 16 : 1;
  Matrix columns, directions, line;
  Index tiles;

  KOKKOS_INLINE_FUNCTION void block(Index j, Index first) const {
    const int d = columns.extent_int(0);
    const Index n = line.extent(1);
    Real sum[block_width] = {};
    for (int i = 0; i < d; ++i) {
      const Real along = directions(j, i);
      const Real* const column = &columns(i, first);
#pragma omp simd
      for (int l = 0; l < block_width; ++l) sum[l] = Kokkos::fma(along, column[l], sum[l]);
    }
    Real* const out = &line(j, first);
    if (first + block_width <= n)
      for (int l = 0; l < block_width; ++l) out[l] = sum[l];
    else
      for (int l = 0; first + l < n; ++l) out[l] = sum[l];
  }

  KOKKOS_FUNCTION void operator()(Index index) const {
    const Index begin = index % tiles * tile * block_width, from = index / tiles * group;
    for (Index j = from; j < from + group && j < static_cast<Index>(line.extent(0)); ++j)
      for (Index first = begin;
           first < begin + tile * block_width && first < static_cast<Index>(line.extent(1));
           first += block_width)
        block(j, first);
  }
};

void project_points(const Exec& exec, const Matrix& columns, const Matrix& directions,
                    const Matrix& line) {
  constexpr Index points = ProjectPoints::tile * block_width, group = ProjectPoints::group;
  const Index tiles = (line.extent(1) + points - 1) / points;
  parallel_over(exec, "plumbline::metrics::project_points",
                tiles * ((line.extent(0) + group - 1) / group),
                ProjectPoints{columns, directions, line, tiles});
}

struct Difference {
  Vector v;
  KOKKOS_FUNCTION Real operator()(Index n) const { return v(n) == v(0) ? 0 : 1; }
};

/// Variance of component k along direction_j: Σ_i λ_ki (u_ki · direction_j)².
KOKKOS_INLINE_FUNCTION Real projected_variance(const FactoredMixture& mixture,
                                               const Matrix& directions, Index j, Index k) {
  if (mixture.kind == CovarianceKind::isotropic) return mixture.eigenvalues(k, 0);
  Real sum = 0;
  for (int c = 0; c < mixture.dimension; ++c) {
    Real along = directions(j, c);
    if (mixture.kind == CovarianceKind::full) {
      along = 0;
      for (int i = 0; i < mixture.dimension; ++i)
        along = Kokkos::fma(mixture.eigenvectors(k, i, c), directions(j, i), along);
    }
    sum = Kokkos::fma(mixture.eigenvalues(k, c) * along, along, sum);
  }
  return sum;
}

void project_variances(const Exec& exec, const FactoredMixture& mixture, const Matrix& directions,
                       const Matrix& stddev) {
  const Index components = mixture.components;
  parallel_over(
      exec, "plumbline::metrics::project_variances", stddev.size(), KOKKOS_LAMBDA(Index index) {
        const Index j = index / components, k = index % components;
        stddev(j, k) = Kokkos::sqrt(projected_variance(mixture, directions, j, k));
      });
}

/// Spread of the whole, floor of the narrowest component, interval of nine standard deviations.
void finish_lines(const Exec& exec, const ProjectedMixture& line) {
  const int components = line.mean.extent_int(1);
  parallel_over(
      exec, "plumbline::metrics::finish_lines", line.mean.extent(0), KOKKOS_LAMBDA(Index j) {
        Real variance = 0;
        for (int k = 0; k < components; ++k) {
          const Real m = line.mean(j, k), s = line.stddev(j, k);
          variance = Kokkos::fma(line.weight(k), m * m + s * s, variance);
        }
        line.spread(j) = Kokkos::sqrt(variance);
        const Real least = Real(1e-8) * line.spread(j) + Real(1e-300);
        line.low(j) = infinity;
        line.high(j) = -infinity;
        for (int k = 0; k < components; ++k) {
          const Real m = line.mean(j, k), s = Kokkos::fmax(line.stddev(j, k), least);
          line.stddev(j, k) = s;
          line.low(j) = Kokkos::fmin(line.low(j), m - 9 * s);
          line.high(j) = Kokkos::fmax(line.high(j), m + 9 * s);
        }
      });
}

}  // namespace

Matrix random_directions(const Exec& exec, Rng rng, Index count, int d) {
  const Matrix directions = make_matrix("directions", count, d);
  fill_normal(exec, rng, 0, directions);
  normalise_rows(exec, directions);
  return directions;
}

LineRoom line_room(const Exec& exec, const Ensemble& ensemble, const HostVector& centre,
                   Index rows) {
  const Index n = ensemble.draws();
  const bool equal =
      fixed_sum(exec, "plumbline::metrics::unequal_weights", n, Difference{ensemble.log_w}) == 0;
  const Index scratch = equal ? 0 : rows;
  return {centred_columns(exec, ensemble.x, to_device("centre", centre)),
          ensemble.log_w,
          equal,
          {make_matrix("projected", rows, n), make_matrix("level", rows, n)},
          make_matrix("key_scratch", scratch, n),
          make_matrix("payload_scratch", scratch, n)};
}

ProjectedDraws project(const Exec& exec, const LineRoom& room, const Matrix& directions) {
  const std::pair<Index, Index> rows(0, directions.extent(0));
  const ProjectedDraws draws{Kokkos::subview(room.draws.x, rows, Kokkos::ALL),
                             Kokkos::subview(room.draws.level, rows, Kokkos::ALL)};
  project_points(exec, room.columns, directions, draws.x);
  sort_draws(exec, room, draws);
  return draws;
}

ProjectedMixture project(const Exec& exec, const GaussianMixture& mixture, const Matrix& directions,
                         const HostVector& centre) {
  const Index rows = directions.extent(0), components = mixture.components();
  const FactoredMixture device = factored(exec, mixture);
  const ProjectedMixture line{.weight = to_device("weight", mixture.weights()),
                              .mean = make_matrix("line_mean", rows, components),
                              .stddev = make_matrix("line_stddev", rows, components),
                              .spread = make_vector("spread", rows),
                              .low = make_vector("low", rows),
                              .high = make_vector("high", rows)};
  project_points(exec, centred_columns(exec, device.means, to_device("centre", centre)), directions,
                 line.mean);
  project_variances(exec, device, directions, line.stddev);
  finish_lines(exec, line);
  return line;
}

GaussianMixture without_negligible(const GaussianMixture& mixture) {
  std::vector<int> kept;
  for (int k = 0; k < mixture.components(); ++k)
    if (mixture.weights()[k] > 1e-14) kept.push_back(k);
  if (static_cast<int>(kept.size()) == mixture.components()) return mixture;
  return mixture.components_of(kept);
}

}  // namespace plumbline
