// Density, score, responsibilities and Hessian of a mixture at a noise level. mixture/README §3.
// Hot kernels: blocks of points, structure of arrays inside the block, online log-sum-exp
// (mixture/README §6).
//
// All of them require has_density(tables). Results are finite for every finite z (a density below
// the smallest number has log −1.8e308, and the nearest component owns the point); a row with NaN
// or ∞ gives NaN in its own row only. The bits of a row depend neither on its batch nor on threads.
//   tested  unit/mixture/precision_test.cpp (50 digits), evaluate_test.cpp (invariances, extremes)
#pragma once

#include "mixture/factored_mixture.hpp"

namespace plumbline {

/// log p_t(z).   shapes  z [n, D] → log_p [n]
///   cost  per (point, component): one exp and 4 D flops, 3 D where remainders of a μ_k may be left
///   out; full covariances + 2 D². Large mixtures of one variance: mixture/README §6
void log_density(const Exec& exec, const MixtureTables& tables, const Matrix& z,
                 const Vector& log_p);

/// ∇ log p_t(z) = Σ_k r_k S_k⁻¹ (a μ_k − z).   shapes  z [n, D] → score [n, D]; may alias
///   cost  + 4 D flops per component that is heard; full covariances + 4 D²
void score(const Exec& exec, const MixtureTables& tables, const Matrix& z, const Matrix& score);

/// Both in one pass over the components.
void log_density_and_score(const Exec& exec, const MixtureTables& tables, const Matrix& z,
                           const Vector& log_p, const Matrix& score);

/// E[X | alpha X + sigma ξ = z] = Σ_k r_k (μ_k + a Λ_k S_k⁻¹ (z − a μ_k)): no division by a, no
/// cancellation as s → 0, defined at a = 0.   shapes  z [n, D] → denoised [n, D]; may alias
void denoised(const Exec& exec, const MixtureTables& tables, const Matrix& z,
              const Matrix& denoised);

/// r_k(z) = posterior probability of component k, and their logarithms (log r finite wherever it is
/// representable, even when r underflows).   shapes  z [n, D] → r [n, K]
void responsibilities(const Exec& exec, const MixtureTables& tables, const Matrix& z,
                      const Matrix& r);
void log_responsibilities(const Exec& exec, const MixtureTables& tables, const Matrix& z,
                          const Matrix& log_r);

/// ∇² log p_t(z) = Σ r_k (g_k − ḡ)(g_k − ḡ)ᵀ − Σ r_k S_k⁻¹ (no subtraction of equal matrices).
///   shapes  z [n, D] → hessian [n, D, D]
void hessian(const Exec& exec, const MixtureTables& tables, const Matrix& z, const Cube& hessian);

/// Cov[X | alpha X + sigma ξ = z] = Σ r_k C_k + Σ r_k (m_k − m̄)(m_k − m̄)ᵀ, C_k = s² Σ_k S_k⁻¹:
/// positive semi-definite by construction. Who wants it times a vector, or what a few directions
/// see of it, asks mixture/covariance_product.hpp.   shapes  z [n, D] → covariance [n, D, D]
void denoised_covariance(const Exec& exec, const MixtureTables& tables, const Matrix& z,
                         const Cube& covariance);

}  // namespace plumbline
