// One (point, component) pair, or one point: the mathematics of mixture/README §3 on plain values,
// for kernels that take a point at a time. The blocked hot kernels behind mixture/evaluate.hpp are
// faster for whole arrays of points.
#pragma once

#include "core/math.hpp"
#include "mixture/factored_mixture.hpp"

namespace plumbline {

/// Coordinate i of row n of a matrix, as the functions below read a point.
struct RowPoint {
  Matrix rows;
  Index n;
  KOKKOS_INLINE_FUNCTION Real operator()(int i) const { return rows(n, i); }
};

/// Column of eigenvalues, variance and precision that belongs to eigen-coordinate j.
KOKKOS_INLINE_FUNCTION int eigen_column(const FactoredMixture& mixture, int j) {
  return mixture.kind == CovarianceKind::isotropic ? 0 : j;
}

/// (a μ_k − z)_i, exact to rounding when z is near a μ_k.
template <class Point>
KOKKOS_INLINE_FUNCTION Real difference(const MixtureTables& tables, int k, int i, const Point& z) {
  return (tables.mean(k, i) - z(i)) + tables.mean_low(k, i);
}

/// (U_kᵀ(a μ_k − z))_j; U_k = I unless the covariance is full.   cost  2 flops, or 4 D
template <class Point>
KOKKOS_INLINE_FUNCTION Real rotated_difference(const MixtureTables& tables, int k, int j,
                                               const Point& z) {
  if (tables.mixture.kind != CovarianceKind::full) return difference(tables, k, j, z);
  Real sum = 0;
  for (int i = 0; i < tables.mixture.dimension; ++i)
    sum = Kokkos::fma(tables.mixture.eigenvectors(k, i, j), difference(tables, k, i, z), sum);
  return sum;
}

/// scale² (z − a μ_k)ᵀ S_k⁻¹ (z − a μ_k); scale < 1 keeps far points from overflowing.
template <class Point>
KOKKOS_INLINE_FUNCTION Real mahalanobis(const MixtureTables& tables, int k, const Point& z,
                                        Real scale = 1) {
  Real sum = 0;
  for (int j = 0; j < tables.mixture.dimension; ++j) {
    const Real y = scale * rotated_difference(tables, k, j, z);
    sum = Kokkos::fma(y * tables.precision(k, eigen_column(tables.mixture, j)), y, sum);
  }
  return sum;
}

/// log π_k N(z; a μ_k, S_k).   cost  O(D), or 4 D² for full covariances
template <class Point>
KOKKOS_INLINE_FUNCTION Real log_joint(const MixtureTables& tables, int k, const Point& z) {
  return Kokkos::fma(Real(-0.5), mahalanobis(tables, k, z), tables.log_const(k));
}

/// Running log Σ exp with one exp per term. Terms of −∞ (weight 0) add nothing.
struct OnlineLogSum {
  Real max = -8e307;  ///< finite, so that −∞ terms do not make ∞ − ∞
  Real sum = 0;       ///< Σ exp(l − max)

  KOKKOS_INLINE_FUNCTION void add(Real l) {
    const bool grows = l > max;
    const Real e = exp_weight(-Kokkos::fabs(l - max));
    sum = grows ? Kokkos::fma(sum, e, Real(1)) : sum + e;
    max = grows ? l : max;
  }
  KOKKOS_INLINE_FUNCTION Real value() const { return max + log(sum); }
};

/// The component nearest to z in Mahalanobis distance among those of positive weight: the one that
/// owns a point so far out that every density underflows. −1 when z is not finite.
template <class Point>
KOKKOS_INLINE_FUNCTION int nearest_component(const MixtureTables& tables, const Point& z) {
  constexpr Real shrink = 0x1p-700;
  int nearest = -1;
  Real least = infinity;
  for (int k = 0; k < tables.mixture.components; ++k) {
    const Real distance = mahalanobis(tables, k, z, shrink);
    if (distance < least && tables.mixture.log_weights(k) > -infinity) {
      least = distance;
      nearest = k;
    }
  }
  return nearest;
}

}  // namespace plumbline
