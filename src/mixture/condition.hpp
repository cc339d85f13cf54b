// Exact posteriors of a mixture under linear-Gaussian observations: again a mixture. mixture/README
// §4. Host code.
#pragma once

#include <vector>

#include "mixture/gaussian_mixture.hpp"

namespace plumbline {

/// A posterior and the log evidence log p(y) of what it was conditioned on.
struct Conditioned {
  GaussianMixture posterior;
  Real log_evidence;
};

/// SpecError(key, key[i][j]) unless `noise` is what a noise covariance may be: [m, m], finite,
/// symmetric, and 0 or positive definite (above `rank_threshold`).
void require_noise_covariance(const char* key, const HostMatrix& noise, Eigen::Index m);

/// p(z | y), y = A z + η, η ~ N(0, noise): Kalman update per component. noise may be 0 (a [m, m]
/// zero matrix) when A Σ_k Aᵀ is invertible.
///
/// With noise = L Lᵀ the update is done on the SVD of L⁻¹ A F_k, Σ_k = F_k F_kᵀ, so posterior
/// covariances are products, never differences; isotropic priors keep 1e-12 relative accuracy.
///   shapes  A [m, D], noise [m, m], y [m]; posterior in D dimensions
///   errors  SpecError: "A", "y" where sizes or numbers are wrong, "noise" as above, "A" where
///   there is no noise and A Σ Aᵀ is singular
Conditioned condition_linear(const GaussianMixture& prior, const HostMatrix& a,
                             const HostMatrix& noise, const HostVector& y);

/// p(x | y) of the coordinates that are not observed, in their order: dimension D − m. Keeps the
/// covariance kind of the prior.
Conditioned condition_coordinates(const GaussianMixture& prior, const std::vector<int>& observed,
                                  const HostVector& y);

/// The coordinates 0…dimension−1 that `observed` does not list.
std::vector<int> complement(const std::vector<int>& observed, int dimension);

/// `mixture` over the coordinates `free` plus the constants y at `observed`: a mixture in
/// free + observed dimensions, with zero variance at the observed ones.
GaussianMixture embed(const GaussianMixture& mixture, const std::vector<int>& free,
                      const std::vector<int>& observed, const HostVector& y);

/// log N(y; mean, covariance).
Real log_normal(const HostVector& y, const HostVector& mean, const HostMatrix& covariance);

}  // namespace plumbline
