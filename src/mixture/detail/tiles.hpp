// Sums over components in any dimension, covariances along the axes: the log-weights of a chunk of
// components first, then sums over those alone that some point of the block hears. Both four
// components at a time, whose sums registers hold. mixture/README §6.
#pragma once

#include "mixture/detail/accumulate.hpp"
#include "mixture/detail/owner.hpp"

namespace plumbline::detail {

/// Components whose log-weights are known before any is heard: a multiple of 4.
inline constexpr int chunk_width = on_host ? 64 : 16;

/// ‖a μ_k‖ ≤ 64 √S for all k: then remainders of a μ_k may be left out. A log-weight is wrong by at
/// most 2^−53 ‖a μ_k‖ ‖z − a μ_k‖/S ≤ 7e-15 √q without one, about what summing q rounds by, and a
/// coordinate of the score by 2^−47/√S: where the largest is below 2^−6/√S, since terms cancel, the
/// remainders are added after all. Said once of a level, so that no bit depends on
/// other points.
inline Remainder remainder_of(const MixtureTables& tables) {
  const Real mean = tables.level.alpha * tables.mixture.largest_mean;
  return mean * mean <= 4096 * least_variance(tables) ? Remainder::dropped : Remainder::kept;
}

/// Four components, and what each of them weighs in the lanes of a block.
template <int W>
struct Tile {
  int k[4];
  const Real* weight[4];  ///< [W] each
};

/// Component k of a tile: its distance terms of coordinate i, or log π_k N from their sum.
template <CovarianceKind kind, Remainder remainder, int V>
KOKKOS_INLINE_FUNCTION void add_distance(const MixtureTables& tables, int k, int i, const Real* z,
                                         Lanes<V>& q) {
  const Term<kind, Target::log_density, remainder> term(tables, k, i);
#pragma omp simd
  for (int w = 0; w < V; ++w) q[w] = term.add(1, z[w], q[w]);
}
template <CovarianceKind kind, int V>
KOKKOS_INLINE_FUNCTION void store_log_joint(const MixtureTables& tables, int k, const Lanes<V>& q,
                                            Real* out) {
  const Real precision = kind == CovarianceKind::isotropic ? tables.precision(k, 0) : Real(1);
  const Real log_const = tables.log_const(k);
#pragma omp simd
  for (int w = 0; w < V; ++w) out[w] = Kokkos::fma(Real(-0.5), q[w] * precision, log_const);
}

/// log_joint[0…3] ← log π_k N(z; a μ_k, S_k) of components first…first + 3, lanes v…; the last
/// component stands for those past it. A loop per component: registers hold one mean at a time.
///   cost  3 D flops per pair, 2 without remainders
template <CovarianceKind kind, Remainder remainder, int W, int V = tile_lanes<W>>
PLUMBLINE_OUTLINED_ON_HOST KOKKOS_FUNCTION void tile_log_joint(const MixtureTables& tables,
                                                               int first, int d,
                                                               const WorkRows& points, int v,
                                                               Real (*log_joint)[W]) {
  const int last = tables.mixture.components - 1;
  const int k1 = first + 1 < last ? first + 1 : last, k2 = first + 2 < last ? first + 2 : last;
  const int k3 = first + 3 < last ? first + 3 : last;
  Lanes<V> q0 = {}, q1 = {}, q2 = {}, q3 = {};
  for (int i = 0; i < d; ++i) {
    const Real* z = points(i) + v;
    add_distance<kind, remainder, V>(tables, first, i, z, q0);
    add_distance<kind, remainder, V>(tables, k1, i, z, q1);
    add_distance<kind, remainder, V>(tables, k2, i, z, q2);
    add_distance<kind, remainder, V>(tables, k3, i, z, q3);
  }
  store_log_joint<kind, V>(tables, first, q0, log_joint[0] + v);
  store_log_joint<kind, V>(tables, k1, q1, log_joint[1] + v);
  store_log_joint<kind, V>(tables, k2, q2, log_joint[2] + v);
  store_log_joint<kind, V>(tables, k3, q3, log_joint[3] + v);
}

/// Weights times what all coordinates of a component share; their terms of coordinate i.
template <class Coordinate, int V>
KOKKOS_INLINE_FUNCTION Lanes<V> factored_weights(const MixtureTables& tables, int k,
                                                 const Real* weight) {
  const Real factor = Coordinate::shared(tables, k);
  Lanes<V> out;
#pragma omp simd
  for (int w = 0; w < V; ++w) out[w] = weight[w] * factor;
  return out;
}
template <class Coordinate, int V>
KOKKOS_INLINE_FUNCTION void add_term(const MixtureTables& tables, int k, int i,
                                     const Lanes<V>& weight, const Real* z, const Real* before,
                                     Real* after) {
  const Coordinate term(tables, k, i);
#pragma omp simd
  for (int w = 0; w < V; ++w) after[w] = term.add(weight[w], z[w], before[w]);
}

/// sums += Σ of the four weights · terms, lanes v….   cost  that of a `Term` per pair
template <class Coordinate, int W, int V = tile_lanes<W>>
PLUMBLINE_OUTLINED_ON_HOST KOKKOS_FUNCTION void add_tile(const MixtureTables& tables,
                                                         const Tile<W>& tile, int d,
                                                         const WorkRows& points,
                                                         const WorkRows& sums, int v) {
  const int k0 = tile.k[0], k1 = tile.k[1], k2 = tile.k[2], k3 = tile.k[3];
  const auto w0 = factored_weights<Coordinate, V>(tables, k0, tile.weight[0] + v);
  const auto w1 = factored_weights<Coordinate, V>(tables, k1, tile.weight[1] + v);
  const auto w2 = factored_weights<Coordinate, V>(tables, k2, tile.weight[2] + v);
  const auto w3 = factored_weights<Coordinate, V>(tables, k3, tile.weight[3] + v);
  for (int i = 0; i < d; ++i) {
    const Real* z = points(i) + v;
    Real* acc = sums(i) + v;
    Lanes<V> sum;
    add_term<Coordinate, V>(tables, k0, i, w0, z, acc, sum.v);
    add_term<Coordinate, V>(tables, k1, i, w1, z, sum.v, sum.v);
    add_term<Coordinate, V>(tables, k2, i, w2, z, sum.v, sum.v);
    add_term<Coordinate, V>(tables, k3, i, w3, z, sum.v, acc);
  }
}

/// What `stream_tiles` hands the components that are heard to: rows `sums` of all coordinates.
template <class Coordinate, int W>
struct TileSums {
  static constexpr bool hears = true;
  const MixtureTables& tables;
  int d;
  WorkRows points, sums;
  Lanes<W>& pull;  ///< of Coordinate::pulls

  KOKKOS_FUNCTION void rescale(const LogSumBlock<W>& s) const {
    for (int i = 0; i < d; ++i) detail::rescale(s, sums(i));
    if constexpr (Coordinate::pulls) detail::rescale(s, pull.v);
  }
  KOKKOS_FUNCTION void add(const Tile<W>& tile) const {
    for (int v = 0; v < W; v += tile_lanes<W>)
      add_tile<Coordinate, W>(tables, tile, d, points, sums, v);
    if constexpr (Coordinate::pulls)
      for (int j = 0; j < 4; ++j) {
        const Real each = denoiser_gain(tables, tile.k[j], 0).pull;
        for (int w = 0; w < W; ++w) pull[w] = Kokkos::fma(tile.weight[j][w], each, pull[w]);
      }
  }
};

/// Of a density alone nothing is asked but the weights.
struct NoSums {
  static constexpr bool hears = false;
};

/// log_joint of a chunk → weights relative to the largest so far, which joins `s` with their sum;
/// s.keep: what earlier sums are to be multiplied by.   cost  one exp per pair
template <int W>
KOKKOS_INLINE_FUNCTION void weigh_chunk(int count, Real (*rows)[W], LogSumBlock<W>& s) {
  Lanes<W> max = s.max;
  for (int c = 0; c < count; ++c)
#pragma omp simd
    for (int w = 0; w < W; ++w) max[w] = rows[c][w] > max[w] ? rows[c][w] : max[w];
#pragma omp simd
  for (int w = 0; w < W; ++w) {
    s.keep[w] = exp_weight(s.max[w] - max[w]);
    s.sum[w] *= s.keep[w];
    s.max[w] = max[w];
  }
  for (int c = 0; c < count; ++c)
#pragma omp simd
    for (int w = 0; w < W; ++w) {
      rows[c][w] = exp_weight(rows[c][w] - max[w]);
      s.sum[w] += rows[c][w];
    }
}

/// Hands the components of a chunk that some lane hears to `sink`, four at a time.
template <int W, class Sink>
KOKKOS_INLINE_FUNCTION void add_heard(int first, int count, Real (*weights)[W], const Sink& sink) {
  int heard[chunk_width], n = 0;
  for (int c = 0; c < count; ++c)
    if (any_nonzero<W>(weights[c])) heard[n++] = c;
  for (int c = 0; c < n; c += 4) {
    Tile<W> tile;
    for (int j = 0; j < 4; ++j) {
      const bool is_there = c + j < n;
      tile.k[j] = first + heard[is_there ? c + j : c];
      tile.weight[j] = weights[is_there ? heard[c + j] : chunk_width];
    }
    sink.add(tile);
  }
}

/// One pass over the components. `sink` sums what is heard: rescale(s) multiplies its sums by
/// s.keep, add(tile) adds four components; both only where it `hears`. A lane to which a component
/// is silent has weight 0 there, which adds nothing: its bits are its own.
template <CovarianceKind kind, int W, class Sink>
KOKKOS_INLINE_FUNCTION void stream_tiles(const MixtureTables& tables, Remainder remainder, int d,
                                         const WorkRows& points, LogSumBlock<W>& s,
                                         const Owner<W>* owner, const Sink& sink) {
  Real weights[chunk_width + 1][W];  // the last row: 0, for tiles that are not full
  for (int w = 0; w < W; ++w) weights[chunk_width][w] = 0;
  const int components = tables.mixture.components;
  for (int first = 0; first < components; first += chunk_width) {
    const int rest = components - first, count = rest < chunk_width ? rest : chunk_width;
    for (int c = 0; c < count; c += 4)
      for (int v = 0; v < W; v += tile_lanes<W>) {
        if (remainder == Remainder::kept)
          tile_log_joint<kind, Remainder::kept, W>(tables, first + c, d, points, v, weights + c);
        else
          tile_log_joint<kind, Remainder::dropped, W>(tables, first + c, d, points, v, weights + c);
      }
    weigh_chunk<W>(count, weights, s);
    if (owner) obey_chunk<W>(*owner, first, count, weights, s);
    if constexpr (Sink::hears) {
      if (any_grows(s)) sink.rescale(s);
      add_heard<W>(first, count, weights, sink);
    }
  }
}

}  // namespace plumbline::detail
