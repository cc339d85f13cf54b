// Weighted draws and the exact target seen along M directions: sorted numbers, and mixtures on
// lines. What sliced distances compare.
#pragma once

#include "core/ensemble.hpp"
#include "core/rng.hpp"
#include "mixture/gaussian_mixture.hpp"

namespace plumbline {

/// M directions uniform on the sphere: normalised Gaussian vectors, direction j from chain j.
///   shapes  → [M, d]
Matrix random_directions(const Exec& exec, Rng rng, Index count, int d);

/// Draws along each direction, ascending, with the weight up to and including each draw.
///   shapes  x [M, n] ascending in a row, level [M, n] ascending to 1
struct ProjectedDraws {
  Matrix x, level;

  KOKKOS_INLINE_FUNCTION Index directions() const { return x.extent(0); }
  KOKKOS_INLINE_FUNCTION Index draws() const { return x.extent(1); }
};

/// Draws about to be projected batch after batch, and the room for a batch.
struct LineRoom {
  Matrix columns;  ///< (x − centre)ᵀ [d, n]
  Vector log_w;
  bool equal;                           ///< all weights are the same
  ProjectedDraws draws;                 ///< [rows, n]
  Matrix key_scratch, payload_scratch;  ///< [rows, n] when weights have to travel
};
LineRoom line_room(const Exec& exec, const Ensemble& ensemble, const HostVector& centre,
                   Index rows);

/// x(j, i): the i-th smallest of direction_j · (x_n − centre). Overwrites what the room held.
///   requires  no more directions than rows
///   cost      2 M n d flops and M sorts of n numbers, one index per direction
ProjectedDraws project(const Exec& exec, const LineRoom& room, const Matrix& directions);

/// A mixture along each direction, centred: component k is N(mean(j, k), stddev(j, k)²).
struct ProjectedMixture {
  Vector weight;     ///< [K]
  Matrix mean;       ///< [M, K]
  Matrix stddev;     ///< [M, K], at least 1e-8 of spread
  Vector spread;     ///< standard deviation of the whole [M]
  Vector low, high;  ///< an interval with all mass but 1e-18 [M]
};

/// `mixture` along the directions, moved by −centre.   cost  M K d, or M K d² when full
ProjectedMixture project(const Exec& exec, const GaussianMixture& mixture, const Matrix& directions,
                         const HostVector& centre);

/// The components that matter: weight above 1e-14, renormalised. What is dropped changes a
/// distance by less than 1e-14 K of its own size.
GaussianMixture without_negligible(const GaussianMixture& mixture);

}  // namespace plumbline
