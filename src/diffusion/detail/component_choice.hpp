// Choosing a component for each of a block of W points: joint logits of all components kept in a
// work array, then an inverse-CDF scan. Shared by the exact reverse kernel and its conditional
// form. diffusion/README §2. Private to diffusion/.
#pragma once

#include "core/errors.hpp"
#include "core/rng.hpp"
#include "mixture/block.hpp"
#include "mixture/dispatch.hpp"

namespace plumbline::detail {

/// One row per component.
using ComponentRows = WorkRows;

/// logits ← log π_k N(z; a μ_k, S_k) for every k; their maximum per lane. Rows as `mahalanobis`
/// has them.
template <CovarianceKind kind, int W, class R>
KOKKOS_INLINE_FUNCTION Lanes<W> joint_logits(const MixtureTables& tables, int d, R& rows,
                                             const ComponentRows& logits) {
  Lanes<W> max;
  for (int w = 0; w < W; ++w) max[w] = OnlineLogSum{}.max;
  for (int k = 0; k < tables.mixture.components; ++k) {
    const Lanes<W> q = mahalanobis<kind, W>(tables, k, d, rows);
    const Real log_const = tables.log_const(k);
    Real* row = logits(k);
#pragma omp simd
    for (int w = 0; w < W; ++w) {
      row[w] = Kokkos::fma(Real(-0.5), q[w], log_const);
      max[w] = row[w] > max[w] ? row[w] : max[w];
    }
  }
  return max;
}

/// The component of each lane; −1: none, the point is not finite or every weight vanished.
template <int W>
struct Choice {
  int of[W];
};

/// The smallest k with Σ_{j≤k} exp(l_j − max) ≥ u Σ_j exp(l_j − max): never one of weight 0, since
/// the running sum must rise to pass u.   logits → running sums, in place
///   cost  one exp per component and point; two passes
template <int W>
KOKKOS_INLINE_FUNCTION Choice<W> choose(const ComponentRows& logits, int components,
                                        const Lanes<W>& max, const Lanes<W>& u) {
  Lanes<W> sum = {};
  for (int k = 0; k < components; ++k) {
    Real* row = logits(k);
#pragma omp simd
    for (int w = 0; w < W; ++w) {
      sum[w] += exp_weight(row[w] - max[w]);
      row[w] = sum[w];
    }
  }
  Lanes<W> target, below = {};
  for (int w = 0; w < W; ++w) target[w] = u[w] * sum[w];
  for (int k = 0; k < components; ++k) {
    const Real* row = logits(k);
#pragma omp simd
    for (int w = 0; w < W; ++w) below[w] += row[w] < target[w] ? Real(1) : Real(0);
  }
  Choice<W> choice;
  for (int w = 0; w < W; ++w) choice.of[w] = sum[w] > 0 ? static_cast<int>(below[w]) : -1;
  return choice;
}

/// An index that may be read for a lane without a component; its result is not used.
KOKKOS_INLINE_FUNCTION int at_least_0(int k) {
  return k < 0 ? 0 : k;
}

/// Rows i of `array` ← normals of slot i for chains first_chain + 0…W − 1.
template <int W, class R>
KOKKOS_INLINE_FUNCTION void normal_rows(const Rng& rng, std::uint64_t first_chain,
                                        std::uint32_t step, int d, R& rows, int array) {
  Lanes<W> unused;
  for (int i = 0; i < d; i += 2)
    normal_pairs<W>(rng, first_chain, step, i / 2, rows(array, i),
                    i + 1 < d ? rows(array, i + 1) : unused.v);
}

/// One uniform per row first…first + W − 1: slot 0 of (chain, step).
template <int W>
KOKKOS_INLINE_FUNCTION Lanes<W> uniforms(const Rng& rng, std::uint64_t first, std::uint32_t step) {
  Lanes<W> u;
#pragma omp simd
  for (int w = 0; w < W; ++w) u[w] = rng.uniform_pair(first + w, step, 0).first;
  return u;
}

/// What a step from t to s does to eigen-coordinate j of component k (diffusion/README §2):
/// G = a_{t|s} S(s)/S(t), C = s²_{t|s} S(s)/S(t).
struct ReverseMap {
  NoiseLevel to;
  Real alpha;     ///< a_{t|s}
  Real variance;  ///< s²_{t|s}

  /// S_k(s)/S_k(t)
  KOKKOS_INLINE_FUNCTION Real shrink(const MixtureTables& from, int k, int column) const {
    const Real a2 = to.alpha * to.alpha;
    return Kokkos::fma(a2, from.mixture.eigenvalues(k, column), to.variance) *
           from.precision(k, column);
  }
};

/// Coordinate i of a draw from N(m_k, C_k) for isotropic and diagonal covariances.
template <CovarianceKind kind>
KOKKOS_INLINE_FUNCTION Real reverse_coordinate(const MixtureTables& from, const ReverseMap& map,
                                               int k, int i, Real z, Real xi) {
  const Real shrink = map.shrink(from, k, kind == CovarianceKind::isotropic ? 0 : i);
  const Real offset = (z - from.mean(k, i)) - from.mean_low(k, i);
  const Real mean =
      Kokkos::fma(map.to.alpha, from.mixture.means(k, i), map.alpha * shrink * offset);
  return Kokkos::fma(Kokkos::sqrt(map.variance * shrink), xi, mean);
}

/// A vector of one lane's numbers in the storage of an array of block rows: contiguous on a host,
/// so that loops over it vectorise.
struct LaneVector {
  Real* data;
  Index stride;
  KOKKOS_INLINE_FUNCTION Real& operator()(int j) const {
    if constexpr (on_host)
      return data[j];
    else
      return data[j * stride];
  }
};
template <int D, int W, int arrays>
KOKKOS_INLINE_FUNCTION LaneVector lane_vector(Rows<D, W, arrays>& rows, int array, int w, int d) {
  const ComponentRows all = array_rows(rows, array);
  return {on_host ? all.data + w * d : all.data, all.stride};
}

/// e ← U_kᵀ (z − a μ_k) for the point in lane w of rows 0.   cost  D² multiply-adds
template <class R>
KOKKOS_INLINE_FUNCTION void rotate_lane(const MixtureTables& tables, int k, int w, int d, R& rows,
                                        const LaneVector& e) {
  for (int j = 0; j < d; ++j) e(j) = 0;
  for (int i = 0; i < d; ++i) {
    const Real offset = (rows(0, i)[w] - tables.mean(k, i)) - tables.mean_low(k, i);
#pragma omp simd
    for (int j = 0; j < d; ++j)
      e(j) = Kokkos::fma(tables.mixture.eigenvectors(k, i, j), offset, e(j));
  }
}

/// start + Σ_j a(k, i, j) e_j in four interleaved sums: a fixed order, and no chain of dependent
/// multiply-adds as long as e.
KOKKOS_INLINE_FUNCTION Real row_times(const Cube& a, int k, int i, const LaneVector& e, int length,
                                      Real start) {
  Real sum[4] = {start, 0, 0, 0};
  int j = 0;
  for (; j + 3 < length; j += 4)
    for (int q = 0; q < 4; ++q) sum[q] = Kokkos::fma(a(k, i, j + q), e(j + q), sum[q]);
  for (; j < length; ++j) sum[0] = Kokkos::fma(a(k, i, j), e(j), sum[0]);
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

}  // namespace plumbline::detail
