// E κ(|x − Y|) for Y from a Gaussian mixture, exactly: a Gaussian kernel of the distance, averaged
// over a Gaussian, is a Gaussian with widened covariance; other kernels are sums of Gaussians.
//
//     E exp(−s |x − Y|²) = Π_i (1 + 2 s λ_i)^{−1/2} exp(−s m_i² / (1 + 2 s λ_i)),
//
// m = Uᵀ(x − μ), λ the eigenvalues of a component's covariance U Λ Uᵀ. No sampling error in Q, and
// O(n K) instead of O(n²) work.
#pragma once

#include "mixture/gaussian_mixture.hpp"

namespace plumbline {

/// κ(r) = offset + quadratic r² + Σ_j weight_j exp(−rate_j r²)
struct GaussianSum {
  Real offset = 0, quadratic = 0;
  std::vector<Real> rate, weight;
};

/// (1 + r²/h²)^{−1/2} = π^{−1/2} ∫_0^∞ t^{−1/2} e^{−t} e^{−t r²/h²} dt, trapezoidal in log t with
/// step 0.4: it converges exponentially, error below 1e-11.
GaussianSum inverse_multiquadric_sum(Real h);

/// r = (4π)^{−1/2} ∫_0^∞ (1 − e^{−s r²}) s^{−3/2} ds, likewise, from s = 1e-8/R² (what lies below
/// is r² times a geometric series) to 1e22/R²: error below 1e-11 R for r ≤ R.
GaussianSum distance_sum(Real largest);

/// mean(n) = E κ(|x_n − Y|), Y ~ mixture.   shapes  x [n, d] → mean [n]
///   cost  per (draw, component, term): an exp and d fma (one when isotropic); d² per (draw,
///         component) to rotate full covariances
void mean_against(const Exec& exec, const GaussianSum& kappa, const GaussianMixture& mixture,
                  const Matrix& x, const Vector& mean);

/// E κ(|Y − Y'|), Y and Y' independent.   cost  K²/2 (terms · d + an eigenproblem when full), host
Real mean_between(const GaussianSum& kappa, const GaussianMixture& mixture);

}  // namespace plumbline
