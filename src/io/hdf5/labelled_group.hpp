// An HDF5 group as xarray wants it: named dimensions, one scale per dimension in the same group,
// attached to every variable (io/README §1). Used by every file that plumbline writes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "io/hdf5/hdf5.hpp"
#include "record/layout.hpp"

namespace plumbline {

class LabelledGroup {
 public:
  using Dimensions = std::vector<std::string>;

  /// A new group, or (with `root`) the root group of a file.
  LabelledGroup(const hdf5::Handle& parent, const std::string& name);
  static LabelledGroup root(const hdf5::Handle& file);

  const hdf5::Handle& handle() const { return group_; }

  /// A dimension and the values along it.
  void dimension(const std::string& name, const AxisValues& values, const std::string& doc = {});
  /// A dimension counted 0…size−1.
  void dimension(const std::string& name, std::int64_t size, const std::string& doc = {});
  /// A sweep axis: the dimension, and its zipped coordinates along it.
  void axis(const AxisInfo& axis);

  /// A variable over known dimensions; {} is a scalar.
  template <class T>
  hdf5::Handle variable(const std::string& name, const Dimensions& dimensions,
                        const std::vector<T>& values) {
    return attach(hdf5::write(group_, name, shape(dimensions), std::span<const T>(values)),
                  dimensions);
  }
  hdf5::Handle variable(const std::string& name, const Dimensions& dimensions,
                        std::span<const double> values) {
    return attach(hdf5::write(group_, name, shape(dimensions), values), dimensions);
  }

 private:
  explicit LabelledGroup(hdf5::Handle group) : group_(std::move(group)) {}
  hdf5::Handle coordinate(const std::string& name, const AxisValues& values,
                          const std::string& doc);
  hdf5::Shape shape(const Dimensions& dimensions) const;
  hdf5::Handle attach(hdf5::Handle variable, const Dimensions& dimensions) const;

  struct Scale {
    hdf5::Handle dataset;
    std::int64_t size;
  };
  hdf5::Handle group_;
  std::map<std::string, Scale> scales_;
};

/// The values of a coordinate, back from a file (booleans by their attribute dtype = "bool").
AxisValues read_axis_values(const hdf5::Handle& group, const std::string& name);

}  // namespace plumbline
