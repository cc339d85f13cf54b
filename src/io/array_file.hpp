// A set of named arrays with named dimensions and attributes, written as one HDF5 file or not at
// all: what `draw` and `oracle` give to users.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/linalg.hpp"

namespace plumbline {

/// Collect arrays, then `write`. Arrays of one group that name the same dimension must agree on its
/// size (a broken invariant otherwise).
class ArrayFile {
 public:
  using Dimensions = std::vector<std::string>;

  /// A text attribute of the file.
  void attribute(const std::string& name, const std::string& value);

  /// `name` may lie in a group: "posterior/weights". `values` is row-major over `shape`; {} is a
  /// scalar. The dimensions get coordinates 0…size−1.
  void add(const std::string& name, const Dimensions& dimensions,
           const std::vector<std::int64_t>& shape, std::vector<double> values,
           const std::string& long_name);
  void add(const std::string& name, const Dimensions& dimensions, const HostVector& values,
           const std::string& long_name);
  void add(const std::string& name, const Dimensions& dimensions, const HostMatrix& values,
           const std::string& long_name);
  void add(const std::string& name, double value, const std::string& long_name);

  void write(const std::filesystem::path& path) const;  ///< IoError

 private:
  struct Entry {
    std::string group, name;
    Dimensions dimensions;
    std::vector<std::int64_t> shape;
    std::vector<double> values;
    std::string long_name;
  };
  std::vector<std::pair<std::string, std::string>> attributes_;
  std::vector<Entry> entries_;
};

}  // namespace plumbline
