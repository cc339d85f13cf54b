// y = A z_0 + noise, for those who make a problem in C++, and for kinds that come down to it.
#pragma once

#include "diffusion/readout.hpp"
#include "problem/observation.hpp"

namespace plumbline {

/// y = A z_0 + η, η ~ N(0, noise).
struct LinearGaussian {
  HostMatrix a;      ///< [m, D]
  HostMatrix noise;  ///< [m, m] covariance: positive definite, or 0
  HostVector y;      ///< [m]

  operator LinearForm() const { return {a, noise, y}; }
  operator ObservationPtr() const;
};

/// y, A and noise_covariance, as an exported problem has them.
std::vector<NamedArray> linear_arrays(const LinearForm& form);
/// One row of y for all points.
ContextRows same_for_all(const HostVector& y, Index points);

}  // namespace plumbline
