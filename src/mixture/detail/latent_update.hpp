// The one linear-Gaussian update behind all conditioning, in whitened coordinates. mixture/README
// §4. Host code, private to mixture/.
#pragma once

#include <vector>

#include "mixture/condition.hpp"

namespace plumbline::detail {

/// B = P diag(b) Qᵀ with square P, Q.   shapes  B [m, D], b [min(m, D)] descending
struct LatentMap {
  HostMatrix p, q;
  HostVector b;
};
LatentMap latent_map(const HostMatrix& b);

enum class Noise { none, unit };

/// The law of ξ ~ N(0, I) given r = scale B ξ + η: mean [D], and Q diag(variance) Qᵀ, ascending.
///
/// (I + BᵀB)⁻¹ = Q diag(1/(1 + b²)) Qᵀ and, without noise, the projector on the null space of B:
/// products of orthonormal columns, no difference of covariances.
struct LatentUpdate {
  HostVector mean;
  HostVector variance;  ///< in the basis Q
  Real log_likelihood;  ///< log p(r)
};
/// Without noise every scale b must be > 0 and m ≤ D (`full_row_rank`).
LatentUpdate latent_update(const LatentMap& map, Real scale, Noise noise, const HostVector& r);
bool full_row_rank(const LatentMap& map, Real scale);

/// Weights of the posterior and log p(y) from log π_k + log p(y | k).
Conditioned reweighted(const GaussianMixture& components, const HostVector& log_joint,
                       const HostVector& y);

}  // namespace plumbline::detail
