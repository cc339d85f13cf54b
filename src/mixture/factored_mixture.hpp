// A GaussianMixture on the device, each covariance as eigenvectors and eigenvalues, so that every
// noise level is free; and the tables of one noise level that the kernels read.
#pragma once

#include "mixture/gaussian_mixture.hpp"
#include "mixture/noise_level.hpp"

namespace plumbline {

/// Device mirror of a mixture; cheap to copy and to capture in a kernel.
struct FactoredMixture {
  CovarianceKind kind = CovarianceKind::isotropic;
  int components = 0;
  int dimension = 0;
  Vector log_weights;  ///< [K]
  Matrix means;        ///< [K, D]
  Matrix eigenvalues;  ///< [K, 1] isotropic, [K, D] otherwise
  Cube eigenvectors;   ///< [K, D, D] `full` only: eigenvectors(k, i, j) = entry i of eigenvector j
  Vector cumulative;   ///< π_0 + … + π_k  [K]; 1 from the last component of positive weight on
  Real smallest_eigenvalue = 0;  ///< over all components: says on the host where densities exist
  Real largest_mean = 0;         ///< max_k ‖μ_k‖
  /// Neighbouring components of a large mixture of one variance (mixture/detail/groups.hpp), else
  /// empty: which they are, group after group [K]; each group's box of means, low and high of every
  /// coordinate in turn, and the logarithm of its weight [groups, 2 D + 1].
  IndexVector group_order;
  Matrix group_boxes;
  Real group_range = 0;  ///< of the coordinate in which the means spread widest
};
FactoredMixture factored(const Exec& exec, const GaussianMixture& mixture);

/// What depends on (t, k) only, hoisted out of the kernels: one set per noise level.
///
/// S_k = a² Σ_k + s² I has eigenvalues S = a² Λ + s². The scaled mean is kept as a rounded value
/// plus its remainder, so that a μ − z is exact to rounding when z is near it (t → 0;
/// mixture/README §5).
struct MixtureTables {
  FactoredMixture mixture;
  NoiseLevel level;
  Matrix mean;       ///< fl(a μ)      [K, D]
  Matrix mean_low;   ///< a μ − fl(a μ) [K, D]
  Matrix variance;   ///< S            [K, 1] or [K, D]
  Matrix precision;  ///< 1/S          [K, 1] or [K, D]
  Vector log_const;  ///< log π_k − ½ Σ log S − (D/2) log 2π  [K]
  Vector grouped;    ///< where there are groups: these tables in their order (detail/groups.hpp)
};

/// Tables of `mixture` at `level`. S = 0 is legal here: draws need no density.
MixtureTables tables_at(const Exec& exec, const FactoredMixture& mixture, const NoiseLevel& level);
/// The same tables refilled in place for another level of the same mixture: no allocation.
void retable(const Exec& exec, const NoiseLevel& level, MixtureTables& tables);

/// The least S of all components and directions.
KOKKOS_INLINE_FUNCTION Real least_variance(const MixtureTables& tables) {
  const Real a = tables.level.alpha;
  return a * a * tables.mixture.smallest_eigenvalue + tables.level.variance;
}

/// True when every S > 0: the law has a density. Evaluation requires it (PLUMBLINE_REQUIRE).
bool has_density(const MixtureTables& tables);

}  // namespace plumbline
