// Moments of X | z about its mean: what the kernels of mixture/covariance_product.hpp share.
#pragma once

#include "mixture/detail/accumulate.hpp"
#include "mixture/detail/owner.hpp"

namespace plumbline::detail {

/// Eigenvalue j of C_k = s² Σ_k S_k⁻¹.
KOKKOS_INLINE_FUNCTION Real inner_eigenvalue(const MixtureTables& tables, int k, int j) {
  const int column = eigen_column(tables.mixture, j);
  return tables.level.variance *
         (tables.mixture.eigenvalues(k, column) * tables.precision(k, column));
}

/// Coordinate i of δ = m_k − ẑ_0 for covariances along the axes. `shared` is the gain of isotropic
/// ones.   cost  2 flops
template <CovarianceKind kind>
struct Deviation {
  Real pull, constant;
  KOKKOS_INLINE_FUNCTION Deviation(const MixtureTables& tables, int k, int i,
                                   const DenoiserGain& shared) {
    const DenoiserGain gain =
        kind == CovarianceKind::diagonal ? denoiser_gain(tables, k, i) : shared;
    pull = gain.pull;
    constant = gain.shrink * tables.mixture.means(k, i);
  }
  KOKKOS_INLINE_FUNCTION Real of(Real z, Real center) const {
    return Kokkos::fma(pull, z, constant) - center;
  }
};

/// Rows 2 ← δ = m_k − ẑ_0, ẑ_0 in rows `center`; returns δ·u, u in rows `given`. Called after
/// `mahalanobis` of the same component, whose row 3 full covariances overwrite. m_k is computed as
/// `add_denoised` does: δ is 0 to the bit where one component has all the weight.
///   cost  4 D flops; full covariances + 2 D²
template <CovarianceKind kind, int W, class R>
KOKKOS_INLINE_FUNCTION Lanes<W> deviation(const MixtureTables& tables, int k, int d, int center,
                                          int given, R& rows) {
  constexpr bool is_full = kind == CovarianceKind::full;
  const int widest = is_full ? d - 1 : 0;
  const DenoiserGain shared = denoiser_gain(tables, k, widest);
  if constexpr (is_full) {
    scale_by_lag<W>(tables, k, d, all_lanes<W>(), rows);
    for (int i = 0; i < d; ++i)
      for (int w = 0; w < W; ++w) rows(2, i)[w] = 0;
    rotate_out<W>(tables.mixture.eigenvectors, k, d, all_lanes<W>(), rows, 3, 2);
  }
  Lanes<W> along = {};
  for (int i = 0; i < d; ++i) {
    const Deviation<kind> step(tables, k, i, shared);
    const Real mean = tables.mixture.means(k, i);
    const Real *z = rows(0, i), *c = rows(center, i), *u = rows(given, i);
    Real* out = rows(2, i);
#pragma omp simd
    for (int w = 0; w < W; ++w) {
      const Real turned = Kokkos::fma(shared.pull, z[w], Kokkos::fma(shared.shrink, mean, out[w]));
      const Real delta = is_full ? turned - c[w] : step.of(z[w], c[w]);
      out[w] = delta;
      along[w] = Kokkos::fma(delta, u[w], along[w]);
    }
  }
  return along;
}

/// δ ← 0 where a component owns the point: it is alone, and its mean that of all.
template <int W, class R>
KOKKOS_INLINE_FUNCTION void forget_deviation(const Owner<W>& owner, int d, R& rows,
                                             Lanes<W>& along) {
  for (int w = 0; w < W; ++w)
    if (owner.of[w] >= 0) {
      for (int i = 0; i < d; ++i) rows(2, i)[w] = 0;
      along[w] = 0;
    }
}

}  // namespace plumbline::detail
