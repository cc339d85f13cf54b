// What each component adds to the weighted sums of a block of points: Σ_k r_k g_k for the score,
// Σ_k r_k m_k for the denoised state. mixture/README §3.
#pragma once

#include "mixture/block.hpp"

namespace plumbline::detail {

enum class Target { log_density, score, denoised };

/// The denoiser of one eigen-coordinate, m = shrink μ + pull z with shrink = s²/S, pull = a Λ/S:
/// both terms keep their relative accuracy for every s, and Λ = 0 gives exactly μ.
struct DenoiserGain {
  Real shrink, pull;
};
KOKKOS_INLINE_FUNCTION DenoiserGain denoiser_gain(const MixtureTables& tables, int k, int j) {
  const Real lambda = tables.mixture.eigenvalues(k, j), precision = tables.precision(k, j);
  return {lambda == 0 ? Real(1) : tables.level.variance * precision,
          tables.level.alpha * lambda * precision};
}

/// acc_i ← acc_i keep + Σ_j U_k(i, j) in_j for all i, two at a time: 2 D² flops per point.
template <int W, class R>
KOKKOS_INLINE_FUNCTION void rotate_out(const Cube& u, int k, int d, const Lanes<W>& keep, R& rows,
                                       int in, int acc) {
  for (int i = 0; i < d; i += 2) {
    const int next = i + 1 < d ? i + 1 : i;  // the last row of an odd D is computed twice
    Lanes<W> x0, x1;
    for (int w = 0; w < W; ++w) x0[w] = rows(acc, i)[w] * keep[w];
    for (int w = 0; w < W; ++w) x1[w] = rows(acc, next)[w] * keep[w];
    for (int j = 0; j < d; ++j) {
      const Real u0 = u(k, i, j), u1 = u(k, next, j);
      const Real* y = rows(in, j);
#pragma omp simd
      for (int w = 0; w < W; ++w) {
        x0[w] = Kokkos::fma(u0, y[w], x0[w]);
        x1[w] = Kokkos::fma(u1, y[w], x1[w]);
      }
    }
    for (int w = 0; w < W; ++w) rows(acc, i)[w] = x0[w];
    for (int w = 0; w < W; ++w) rows(acc, next)[w] = x1[w];
  }
}

/// Row 1 ← row 1 · keep + weight · g_k, g_k = S_k⁻¹(a μ_k − z). Rows as `mahalanobis` left them.
template <CovarianceKind kind, int W, class R>
KOKKOS_INLINE_FUNCTION void add_score(const MixtureTables& tables, int k, int d,
                                      const LogSumBlock<W>& s, R& rows) {
  if constexpr (kind == CovarianceKind::full) {
    for (int j = 0; j < d; ++j) {
      const Real precision = tables.precision(k, j);
      Real* y = rows(3, j);
#pragma omp simd
      for (int w = 0; w < W; ++w) y[w] *= s.weight[w] * precision;
    }
    rotate_out<W>(tables.mixture.eigenvectors, k, d, s.keep, rows, 3, 1);
  } else {
    for (int i = 0; i < d; ++i) {
      const Real mean = tables.mean(k, i), low = tables.mean_low(k, i);
      const Real precision = tables.precision(k, kind == CovarianceKind::isotropic ? 0 : i);
      const Real* z = rows(0, i);
      Real* acc = rows(1, i);
#pragma omp simd
      for (int w = 0; w < W; ++w) {
        const Real y = (mean - z[w]) + low;
        acc[w] = Kokkos::fma(s.weight[w] * precision, y, acc[w] * s.keep[w]);
      }
    }
  }
}

/// Row 1 ← row 1 · keep + weight · (m_k − pull z), pull_sum ← pull_sum · keep + weight · pull: the
/// multiple of z that all coordinates share is added once, at the end.
///
/// Full: m = shrink₀ μ + pull₀ z + U diag(pull₀ − pull_j) Uᵀ(a μ − z) with the widest direction as
/// 0 and pull₀ − pull_j = a s² (Λ₀ − Λ_j)/(S₀ S_j): nothing cancels as s → 0.
template <CovarianceKind kind, int W, class R>
KOKKOS_INLINE_FUNCTION void add_denoised(const MixtureTables& tables, int k, int d,
                                         const LogSumBlock<W>& s, R& rows, Lanes<W>& pull_sum) {
  if constexpr (kind == CovarianceKind::diagonal) {
    for (int i = 0; i < d; ++i) {
      const DenoiserGain gain = denoiser_gain(tables, k, i);
      const Real constant = gain.shrink * tables.mixture.means(k, i);
      const Real* z = rows(0, i);
      Real* acc = rows(1, i);
#pragma omp simd
      for (int w = 0; w < W; ++w)
        acc[w] =
            Kokkos::fma(s.weight[w], Kokkos::fma(gain.pull, z[w], constant), acc[w] * s.keep[w]);
    }
    return;
  }
  const int widest = kind == CovarianceKind::full ? d - 1 : 0;  // eigenvalues ascend
  const DenoiserGain gain = denoiser_gain(tables, k, widest);
  Lanes<W> keep = s.keep;
  if constexpr (kind == CovarianceKind::full) {
    const Real lambda = tables.mixture.eigenvalues(k, widest);
    const Real scale = tables.level.alpha * tables.level.variance * tables.precision(k, widest);
    for (int j = 0; j < d; ++j) {
      const Real lag = scale * (lambda - tables.mixture.eigenvalues(k, j)) * tables.precision(k, j);
      Real* y = rows(3, j);
#pragma omp simd
      for (int w = 0; w < W; ++w) y[w] *= s.weight[w] * lag;
    }
    rotate_out<W>(tables.mixture.eigenvectors, k, d, s.keep, rows, 3, 1);
    for (int w = 0; w < W; ++w) keep[w] = 1;
  }
  for (int i = 0; i < d; ++i) {
    const Real mean = tables.mixture.means(k, i);
    Real* acc = rows(1, i);
#pragma omp simd
    for (int w = 0; w < W; ++w)
      acc[w] = Kokkos::fma(s.weight[w] * gain.shrink, mean, acc[w] * keep[w]);
  }
#pragma omp simd
  for (int w = 0; w < W; ++w)
    pull_sum[w] = Kokkos::fma(s.weight[w], gain.pull, pull_sum[w] * s.keep[w]);
}

}  // namespace plumbline::detail
