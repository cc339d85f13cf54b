// A set of named arrays with named dimensions and attributes, written as one HDF5 file or not at
// all: what `draw`, `oracle`, `export-problem` and `score` give to users.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/linalg.hpp"
#include "core/named_array.hpp"
#include "record/layout.hpp"

namespace plumbline {

/// Collect arrays, then `write`. Arrays of one group that name the same dimension must agree on its
/// size (a broken invariant otherwise).
class ArrayFile {
 public:
  using Dimensions = std::vector<std::string>;

  /// A text attribute of the file.
  void attribute(const std::string& name, const std::string& value);

  /// `name` may lie in groups: "posterior/weights". `values` is row-major over `shape`; {} is a
  /// scalar. The dimensions get coordinates 0…size−1, unless `coordinate` gave them others.
  void add(const std::string& name, const Dimensions& dimensions,
           const std::vector<std::int64_t>& shape, std::vector<double> values,
           const std::string& long_name);
  void add(const std::string& name, const Dimensions& dimensions, const HostVector& values,
           const std::string& long_name);
  void add(const std::string& name, const Dimensions& dimensions, const HostMatrix& values,
           const std::string& long_name);
  void add(const std::string& name, double value, const std::string& long_name);
  void add(const std::string& name, const Dimensions& dimensions,
           const std::vector<std::int64_t>& values, const std::string& long_name);

  void add(NamedArray array);

  /// The values along a dimension of a group ("" is the root).
  void coordinate(const std::string& group, const std::string& dimension, const AxisValues& values,
                  const std::string& long_name);

  /// What was added, in that order.
  struct Entry {
    std::string group, name;
    Dimensions dimensions;
    std::vector<std::int64_t> shape;
    std::variant<std::vector<double>, std::vector<std::int64_t>> values;
    std::string long_name;
  };
  const std::vector<Entry>& entries() const { return entries_; }
  const std::vector<std::pair<std::string, std::string>>& attributes() const { return attributes_; }

  void write(const std::filesystem::path& path) const;  ///< IoError

 private:
  struct Labels {
    AxisValues values;
    std::string long_name;
  };
  std::vector<std::pair<std::string, std::string>> attributes_;
  std::vector<Entry> entries_;
  std::map<std::pair<std::string, std::string>, Labels> coordinates_;  // by group, dimension
};

}  // namespace plumbline
