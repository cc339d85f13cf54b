// Executable specification of mixture/: every quantity of mixture/README §3 and §4 by the textbook
// formula, in 50-digit arithmetic. Inverses and differences of covariances are harmless there, so
// nothing is shared with the code under test: no eigenvectors, no log-sum-exp tricks, no factors.
#pragma once

#include <vector>

#include "mixture/gaussian_mixture.hpp"
#include "mixture/noise_level.hpp"

namespace plumbline::reference {

/// All of mixture/README §3 at one point, rounded to double at the very end.
struct PointValues {
  Real log_density = 0;
  HostVector score, denoised, responsibilities, log_responsibilities;
  HostMatrix hessian, denoised_covariance;
  Real worst_condition = 1;  ///< largest condition number of an S_k (1-norm)
};

/// The mixture has the covariances that `mixture.covariance(k)` says; a = 1 + alpha_minus_one where
/// alpha > ½.   cost  K D³ operations of about 0.2 µs
PointValues evaluate(const GaussianMixture& mixture, const NoiseLevel& level, const HostVector& z);

/// The posterior of z given y = A z + η by the joint-Gaussian formulas.
struct Posterior {
  HostVector weights;
  HostMatrix means;
  std::vector<HostMatrix> covariances;
  Real log_evidence = 0;
};
Posterior condition(const GaussianMixture& prior, const HostMatrix& a, const HostMatrix& noise,
                    const HostVector& y);

}  // namespace plumbline::reference
