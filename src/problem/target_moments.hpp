// What is known of a target that is no mixture.
#pragma once

#include "core/linalg.hpp"

namespace plumbline {

struct TargetMoments {
  HostVector mean;                  ///< [D]
  HostMatrix covariance;            ///< [D, D]
  HostVector log_responsibilities;  ///< log E r_k(z) under the prior's components, up to a
                                    ///< constant  [K]
};

}  // namespace plumbline
