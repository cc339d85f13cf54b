// Noise-free coordinates, for those who make a problem in C++.
#pragma once

#include "problem/observation.hpp"

namespace plumbline {

/// z = [x, y], y observed.
struct Inpainting {
  std::vector<int> observed;  ///< distinct, 0…D−1, at least one left free
  HostVector y;               ///< [m]

  operator ObservationPtr() const;
};

}  // namespace plumbline
