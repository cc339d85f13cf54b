// The nonlinear observation of a z in the plane, for those who make a problem in C++.
#pragma once

#include "problem/observation.hpp"

namespace plumbline {

/// y = z_2/c + ½(z_1² + c²) + η, η ~ N(0, xi), of a z in the plane.
struct Crescent {
  Real c = 1;
  Real xi = 0.5;  ///< a variance
  Real y = 0;

  operator ObservationPtr() const;
};

}  // namespace plumbline
