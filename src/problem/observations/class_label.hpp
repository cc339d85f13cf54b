// The class of z_0, for those who make a problem in C++.
#pragma once

#include "problem/observation.hpp"

namespace plumbline {

/// Class label c under a partition of the components; the target is p(z) p(c | z)^gamma.
struct ClassLabel {
  int label = 0;
  std::vector<std::vector<int>> classes;  ///< disjoint, together all components
  Real gamma = 1;                         ///< 1: the posterior

  const std::vector<int>& members() const { return classes[label]; }
  operator ObservationPtr() const;
};

}  // namespace plumbline
