// Numbers with a shape: what files from elsewhere and a problem's group hold.
#pragma once

#include <cstdint>
#include <vector>

namespace plumbline {

/// Numbers with a shape, row-major.
struct NumberArray {
  std::vector<std::int64_t> shape;
  std::vector<double> values;
};

}  // namespace plumbline
