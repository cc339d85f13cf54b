// The event a·z_0 + η ≥ τ, for those who make a problem in C++.
#pragma once

#include "problem/observation.hpp"

namespace plumbline {

/// The event direction·z_0 + η ≥ threshold, η ~ N(0, width²); width 0: direction·z_0 ≥ threshold.
struct Event {
  HostVector direction;  ///< [D], not 0
  Real threshold = 0;
  Real width = 0;

  operator ObservationPtr() const;
};

}  // namespace plumbline
