// An array with a name and named dimensions: what a gallery's picture has to say in a file, before
// anybody knows which.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace plumbline {

struct NamedArray {
  std::string name;
  std::vector<std::string> dimensions;  ///< one name per dimension; {}: a scalar
  std::vector<std::int64_t> shape;      ///< sizes, as many
  std::variant<std::vector<double>, std::vector<std::int64_t>> values;  ///< row-major
  std::string long_name;
};

}  // namespace plumbline
