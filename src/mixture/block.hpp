// The inner mathematics of the hot kernels on a block of W points at once: W = 16 lanes that
// vectorise on a host, 1 on a GPU. mixture/README §6. For kernels here and in diffusion/; one point
// at a time is mixture/pair.hpp.
#pragma once

#include "mixture/pair.hpp"
#include "mixture/rows.hpp"

namespace plumbline::detail {

/// One number per point of a block.
template <int W>
struct Lanes {
  Real v[W];
  KOKKOS_INLINE_FUNCTION Real& operator[](int w) { return v[w]; }
  KOKKOS_INLINE_FUNCTION Real operator[](int w) const { return v[w]; }
};

/// Rows of `array` ← points first…first + W − 1; lanes past the end repeat the last point.
template <int W, class R>
KOKKOS_INLINE_FUNCTION void load(const Matrix& z, Index first, int d, R& rows, int array = 0) {
  const Index last = z.extent(0) - 1;
  for (int w = 0; w < W; ++w) {
    const Index n = first + w < last ? first + w : last;
    for (int i = 0; i < d; ++i) rows(array, i)[w] = z(n, i);
  }
}

/// The lanes of a block of points that are points.
template <int W>
KOKKOS_INLINE_FUNCTION int lanes_used(const Matrix& z, Index first) {
  const Index rest = z.extent(0) - first;
  return rest < W ? static_cast<int>(rest) : W;
}

/// Lanes that inner loops which hold four sums per lane take at a time: the 16 registers of AVX2
/// have room for 8, the 32 of AVX-512 for 16. Lanes are points, so that no bit depends on it.
/// Functions that are called with a first lane have it in their name: files for both may share a
/// program.
#if defined(__AVX512F__)
inline constexpr int register_lanes = 16;
#else
inline constexpr int register_lanes = 8;
#endif
template <int W>
inline constexpr int tile_lanes = W < register_lanes ? W : register_lanes;

/// Dimensions from which a row of an eigenvector matrix is worth a loop of its own.
inline constexpr int long_rows = 16;

/// `rotate_in` for long rows: four rows of U_k at a time, read as they lie in memory.
template <int W, class R>
KOKKOS_INLINE_FUNCTION void rotate_in_long(const Cube& u, int k, int d, R& rows, int in, int out) {
  constexpr int V = tile_lanes<W>;
  for (int j = 0; j < d; ++j)
    for (int w = 0; w < W; ++w) rows(out, j)[w] = 0;
  for (int v = 0; v < W; v += V) {
    int i = 0;
    for (; i + 3 < d; i += 4) {
      Lanes<V> x0, x1, x2, x3;
      for (int w = 0; w < V; ++w) x0[w] = rows(in, i)[v + w];
      for (int w = 0; w < V; ++w) x1[w] = rows(in, i + 1)[v + w];
      for (int w = 0; w < V; ++w) x2[w] = rows(in, i + 2)[v + w];
      for (int w = 0; w < V; ++w) x3[w] = rows(in, i + 3)[v + w];
      for (int j = 0; j < d; ++j) {
        const Real u0 = u(k, i, j), u1 = u(k, i + 1, j), u2 = u(k, i + 2, j), u3 = u(k, i + 3, j);
        Real* y = rows(out, j) + v;
#pragma omp simd
        for (int w = 0; w < V; ++w)
          y[w] = Kokkos::fma(
              u3, x3[w],
              Kokkos::fma(u2, x2[w], Kokkos::fma(u1, x1[w], Kokkos::fma(u0, x0[w], y[w]))));
      }
    }
    for (; i < d; ++i)
      for (int j = 0; j < d; ++j) {
        const Real factor = u(k, i, j);
        const Real* x = rows(in, i) + v;
        Real* y = rows(out, j) + v;
#pragma omp simd
        for (int w = 0; w < V; ++w) y[w] = Kokkos::fma(factor, x[w], y[w]);
      }
  }
}

/// out_j = Σ_i U_k(i, j) in_i for all j: 2 D² flops per point. Two rows of the result at a time, or
/// all of it by four rows of U_k where they are long: the same bits.
template <int W, class R>
KOKKOS_INLINE_FUNCTION void rotate_in(const Cube& u, int k, int d, R& rows, int in, int out) {
  if (W > 1 && d >= long_rows) return rotate_in_long<W>(u, k, d, rows, in, out);
  int j = 0;
  for (; j + 1 < d; j += 2) {
    Lanes<W> y0 = {}, y1 = {};
    for (int i = 0; i < d; ++i) {
      const Real u0 = u(k, i, j), u1 = u(k, i, j + 1);
      const Real* x = rows(in, i);
#pragma omp simd
      for (int w = 0; w < W; ++w) {
        y0[w] = Kokkos::fma(u0, x[w], y0[w]);
        y1[w] = Kokkos::fma(u1, x[w], y1[w]);
      }
    }
    for (int w = 0; w < W; ++w) rows(out, j)[w] = y0[w];
    for (int w = 0; w < W; ++w) rows(out, j + 1)[w] = y1[w];
  }
  if (j < d) {
    Lanes<W> y = {};
    for (int i = 0; i < d; ++i) {
      const Real u0 = u(k, i, j);
      const Real* x = rows(in, i);
#pragma omp simd
      for (int w = 0; w < W; ++w) y[w] = Kokkos::fma(u0, x[w], y[w]);
    }
    for (int w = 0; w < W; ++w) rows(out, j)[w] = y[w];
  }
}

/// (z − a μ_k)ᵀ S_k⁻¹ (z − a μ_k). Rows: 0 = z; for full covariances 2 ← a μ_k − z, 3 ← its
/// rotation.
template <CovarianceKind kind, int W, class R>
KOKKOS_INLINE_FUNCTION Lanes<W> mahalanobis(const MixtureTables& tables, int k, int d, R& rows) {
  Lanes<W> q = {};
  for (int i = 0; i < d; ++i) {
    const Real mean = tables.mean(k, i), low = tables.mean_low(k, i);
    const Real* z = rows(0, i);
    if constexpr (kind == CovarianceKind::isotropic) {
#pragma omp simd
      for (int w = 0; w < W; ++w) {
        const Real y = (mean - z[w]) + low;
        q[w] = Kokkos::fma(y, y, q[w]);
      }
    } else if constexpr (kind == CovarianceKind::diagonal) {
      const Real precision = tables.precision(k, i);
#pragma omp simd
      for (int w = 0; w < W; ++w) {
        const Real y = (mean - z[w]) + low;
        q[w] = Kokkos::fma(y * precision, y, q[w]);
      }
    } else {
      Real* y = rows(2, i);
#pragma omp simd
      for (int w = 0; w < W; ++w) y[w] = (mean - z[w]) + low;
    }
  }
  if constexpr (kind == CovarianceKind::isotropic) {
    const Real precision = tables.precision(k, 0);
    for (int w = 0; w < W; ++w) q[w] *= precision;
  }
  if constexpr (kind == CovarianceKind::full) {
    rotate_in<W>(tables.mixture.eigenvectors, k, d, rows, 2, 3);
    for (int j = 0; j < d; ++j) {
      const Real precision = tables.precision(k, j);
      const Real* y = rows(3, j);
#pragma omp simd
      for (int w = 0; w < W; ++w) q[w] = Kokkos::fma(y[w] * precision, y[w], q[w]);
    }
  }
  return q;
}

/// Running log Σ_k exp l_k of W points and, for the accumulators that follow it, what the newest
/// term does to a weighted sum: acc ← acc · keep + weight · term.
template <int W>
struct LogSumBlock {
  Lanes<W> max, sum, keep, weight;

  KOKKOS_INLINE_FUNCTION LogSumBlock() {
    for (int w = 0; w < W; ++w) max[w] = OnlineLogSum{}.max;
    for (int w = 0; w < W; ++w) sum[w] = 0;
  }

  /// One exp per term: m' = max(m, l), e = exp(−|l − m|) is the factor of whichever is smaller.
  KOKKOS_INLINE_FUNCTION void add(Real log_const, const Lanes<W>& q) {
#pragma omp simd
    for (int w = 0; w < W; ++w) {
      const Real l = Kokkos::fma(Real(-0.5), q[w], log_const);
      const Real e = exp_weight(-Kokkos::fabs(l - max[w]));
      const bool grows = l > max[w];
      keep[w] = grows ? e : Real(1);
      weight[w] = grows ? Real(1) : e;
      max[w] = grows ? l : max[w];
      sum[w] = Kokkos::fma(sum[w], keep[w], weight[w]);
    }
  }
};

/// True when the newest term is the largest so far of some lane: then all sums are rescaled.
template <int W>
KOKKOS_INLINE_FUNCTION bool any_grows(const LogSumBlock<W>& s) {
  int lanes = 0;
  for (int w = 0; w < W; ++w) lanes |= s.keep[w] != 1;
  return lanes != 0;
}

/// sum ← sum · keep, 0 where nothing is kept: also of sums that overflowed.
template <int W>
KOKKOS_INLINE_FUNCTION void rescale(const LogSumBlock<W>& s, Real* sum) {
#pragma omp simd
  for (int w = 0; w < W; ++w) sum[w] = s.keep[w] == 0 ? Real(0) : sum[w] * s.keep[w];
}

}  // namespace plumbline::detail
