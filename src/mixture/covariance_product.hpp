// The covariance of X given alpha X + sigma ξ = z, of which nobody forms the matrix: its product
// with a vector per point, and what of it a few fixed directions see. mixture/README §3.
//
// With X | z = Σ_k r_k N(m_k, C_k) it is Cov = Σ_k r_k C_k + Σ_k r_k (m_k − ẑ_0)(m_k − ẑ_0)ᵀ, and
// the Jacobian of the denoiser ∂ẑ_0/∂z = (a/s²) Cov is symmetric: Jacobian–vector and
// vector–Jacobian products are both (a/s²) Cov u. Whole matrices are `denoised_covariance`
// (mixture/evaluate.hpp), which costs D times as much.
//
// Requirements, far points, rows that are not finite and bits: as in mixture/evaluate.hpp. At s = 0
// the covariance is 0 and the Jacobian 1/a, which these cannot say.
//   tested  unit/mixture/covariance_product_test.cpp
#pragma once

#include "mixture/factored_mixture.hpp"

namespace plumbline {

/// Cov[X | z] u, one u per point. `denoised` is ẑ_0(z), as the function of that name gives it:
/// deviations are taken from it, so that nothing cancels, and an error e in it adds e (e·u) only.
///   shapes  z, denoised, u [n, D] → out [n, D]; may alias
///   cost  per (point, component): one exp and 10 D flops; full covariances + 8 D²
void covariance_product(const Exec& exec, const MixtureTables& tables, const Matrix& z,
                        const Matrix& denoised, const Matrix& u, const Matrix& out);

/// The directions A of `observed_covariance`, and what of the mixture they see at one level: memory
/// that the caller keeps from level to level.
struct ObservedDirections {
  Matrix a;       ///< [m, D]
  Cube turned;    ///< A U_k of full covariances  [K, m, D]
  Matrix within;  ///< A C_k Aᵀ, lower triangle  [K, m (m + 1)/2]; isotropic ones: A Aᵀ, one row
};
/// Room for them; `within` is filled by `look_at`.   cost  full covariances K m D² multiply-adds
ObservedDirections observed_directions(const Exec& exec, const FactoredMixture& mixture,
                                       const Matrix& a);
/// within ← A C_k Aᵀ at the level of the tables, of the same mixture: no allocation.
///   cost  K m² D/2 multiply-adds
void look_at(const Exec& exec, const MixtureTables& tables, const ObservedDirections& directions);

/// A Cov[X | z] Aᵀ, positive semi-definite, of the same A for all points. The directions look at
/// the level of the tables.   shapes  z, denoised [n, D] → out [n, m, m]
///   cost  per (point, component): one exp and (2 m + 8) D + 2 m² flops; full covariances + 4 D²
///   memory  8 m² numbers per thread
void observed_covariance(const Exec& exec, const MixtureTables& tables,
                         const ObservedDirections& directions, const Matrix& z,
                         const Matrix& denoised, const Cube& out);

}  // namespace plumbline
