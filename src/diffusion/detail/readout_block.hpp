// The quadratic form of a readout on a block of W points. Private to diffusion/.
#pragma once

#include "diffusion/component_choice.hpp"
#include "diffusion/readout.hpp"

namespace plumbline::detail {

/// Row j of W numbers: column j of y for the points first…first + W − 1, each from its run's row.
template <int W>
KOKKOS_INLINE_FUNCTION void load_context(const ContextRows& context, Index first, Index points,
                                         const ComponentRows& row) {
  const int m = context.y.extent_int(1);
  RunCursor run(first, context.particles);
  for (int w = 0; w < W; ++w) {
    const Index r = run.of(first + w < points ? first + w : points - 1);
    for (int j = 0; j < m; ++j) row(j)[w] = context.y(r, j);
  }
}

/// ‖L⁻¹ (y − c) + L⁻¹ M U_kᵀ (a μ_k − z)‖². Called after `mahalanobis` of the same component, which
/// leaves U_kᵀ (a μ_k − z) in rows 3 for full covariances. `residual` is scratch of m rows.
///   cost  m (m + D) multiply-adds per point
template <CovarianceKind kind, int W, class R>
KOKKOS_INLINE_FUNCTION Lanes<W> whitened_square(const Readout& readout, const MixtureTables& tables,
                                                int k, int d, R& rows, const ComponentRows& y,
                                                const ComponentRows& residual) {
  const int m = readout.center.extent_int(1);
  for (int j = 0; j < m; ++j) {
    const Real center = readout.center(k, j), low = readout.center_low(k, j);
    const Real* given = y(j);
    Real* r = residual(j);
#pragma omp simd
    for (int w = 0; w < W; ++w) r[w] = (given[w] - center) - low;
  }
  Lanes<W> square = {};
  for (int j = 0; j < m; ++j) {
    Lanes<W> white = {};
    for (int i = 0; i <= j; ++i) {
      const Real factor = readout.whitener(k, j, i);
      const Real* r = residual(i);
#pragma omp simd
      for (int w = 0; w < W; ++w) white[w] = Kokkos::fma(factor, r[w], white[w]);
    }
    for (int i = 0; i < d; ++i) {
      const Real factor = readout.gain(k, j, i);
      if constexpr (kind == CovarianceKind::full) {
        const Real* e = rows(3, i);
#pragma omp simd
        for (int w = 0; w < W; ++w) white[w] = Kokkos::fma(factor, e[w], white[w]);
      } else {
        const Real mean = tables.mean(k, i), low = tables.mean_low(k, i);
        const Real* z = rows(0, i);
#pragma omp simd
        for (int w = 0; w < W; ++w) white[w] = Kokkos::fma(factor, (mean - z[w]) + low, white[w]);
      }
    }
    for (int w = 0; w < W; ++w) square[w] = Kokkos::fma(white[w], white[w], square[w]);
  }
  return square;
}

/// log (Σ joint / Σ all) of two running sums, in the order that keeps their common size out.
template <int W>
KOKKOS_INLINE_FUNCTION Real log_ratio(const LogSumBlock<W>& joint, const LogSumBlock<W>& all,
                                      int w) {
  return (joint.max[w] - all.max[w]) + (log(joint.sum[w]) - log(all.sum[w]));
}

}  // namespace plumbline::detail
