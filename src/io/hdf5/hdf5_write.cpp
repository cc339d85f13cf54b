// Datasets, attributes and dimension scales, written. Types on disk are fixed little-endian.
#include <fmt/format.h>

#include <numeric>

#include "core/errors.hpp"
#include "io/hdf5/hdf5.hpp"

namespace plumbline::hdf5 {
namespace {

/// A scalar for {}, else a fixed-size array.
Handle space_of(const Shape& shape) {
  if (shape.empty()) return {H5Screate(H5S_SCALAR), H5Sclose, "scalar", "create a scalar space"};
  const std::vector<hsize_t> extents(shape.begin(), shape.end());
  return {H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), H5Sclose,
          "array", "create an array space"};
}

Handle write_raw(const Handle& group, const std::string& name, const Shape& shape,
                 std::size_t count, hid_t disk_type, hid_t memory_type, const void* values) {
  const std::string path = path_of(group, name);
  const auto expected =
      std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
  PLUMBLINE_REQUIRE(static_cast<std::int64_t>(count) == expected, "{} values for {}, shape has {}",
                    count, path, expected);

  const Handle space = space_of(shape);
  const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "property list",
                        "create an HDF5 property list");
  checked(H5Pset_attr_creation_order(creation.id(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED),
          "track attribute order");
  checked(H5Pset_obj_track_times(creation.id(), false), "leave out time stamps");
  Handle dataset(H5Dcreate2(group.id(), name.c_str(), disk_type, space.id(), H5P_DEFAULT,
                            creation.id(), H5P_DEFAULT),
                 H5Dclose, path, "create " + path);
  if (count > 0)
    checked(H5Dwrite(dataset.id(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values),
            "write " + path);
  return dataset;
}

/// What HDF5 takes for variable-length strings: pointers to characters.
std::vector<const char*> pointers(std::span<const std::string> values) {
  std::vector<const char*> list;
  list.reserve(values.size());
  for (const std::string& value : values) list.push_back(value.c_str());
  return list;
}

void write_raw_attribute(const Handle& at, const std::string& name, const Shape& shape,
                         hid_t disk_type, hid_t memory_type, const void* values) {
  const std::string what = fmt::format("write attribute '{}' of {}", name, at.name());
  const Handle space = space_of(shape);
  Handle attribute(
      H5Acreate2(at.id(), name.c_str(), disk_type, space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
      name, what);
  checked(H5Awrite(attribute.id(), memory_type, values), what);
  attribute.close();
}

}  // namespace

Handle text_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "text", "copy the string type");
  checked(H5Tset_size(type.id(), H5T_VARIABLE), "make the string type variable-length");
  checked(H5Tset_cset(type.id(), H5T_CSET_UTF8), "make the string type UTF-8");
  return type;
}

Handle write(const Handle& group, const std::string& name, const Shape& shape,
             std::span<const double> values) {
  return write_raw(group, name, shape, values.size(), H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE,
                   values.data());
}

Handle write(const Handle& group, const std::string& name, const Shape& shape,
             std::span<const std::int64_t> values) {
  return write_raw(group, name, shape, values.size(), H5T_STD_I64LE, H5T_NATIVE_INT64,
                   values.data());
}

Handle write(const Handle& group, const std::string& name, const Shape& shape,
             std::span<const std::int8_t> values) {
  return write_raw(group, name, shape, values.size(), H5T_STD_I8LE, H5T_NATIVE_INT8, values.data());
}

Handle write(const Handle& group, const std::string& name, const Shape& shape,
             std::span<const std::string> values) {
  const Handle type = text_type();
  return write_raw(group, name, shape, values.size(), type.id(), type.id(),
                   pointers(values).data());
}

void write_attribute(const Handle& at, const std::string& name, const std::string& value) {
  const Handle type = text_type();
  const char* text = value.c_str();
  write_raw_attribute(at, name, {}, type.id(), type.id(), &text);
}

void write_attribute(const Handle& at, const std::string& name, double value) {
  write_raw_attribute(at, name, {}, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value);
}

void write_attribute(const Handle& at, const std::string& name, std::int64_t value) {
  write_raw_attribute(at, name, {}, H5T_STD_I64LE, H5T_NATIVE_INT64, &value);
}

void write_attribute(const Handle& at, const std::string& name,
                     const std::vector<std::string>& values) {
  if (values.empty()) return;
  const Handle type = text_type();
  write_raw_attribute(at, name, {static_cast<std::int64_t>(values.size())}, type.id(), type.id(),
                      pointers(values).data());
}

void write_attribute(const Handle& at, const std::string& name,
                     const std::vector<std::int8_t>& values) {
  if (values.empty()) return;
  write_raw_attribute(at, name, {static_cast<std::int64_t>(values.size())}, H5T_STD_I8LE,
                      H5T_NATIVE_INT8, values.data());
}

void make_scale(const Handle& dataset, const std::string& name) {
  checked(H5DSset_scale(dataset.id(), name.c_str()), "make a dimension scale of " + dataset.name());
}

void attach_scale(const Handle& dataset, const Handle& scale, int dimension) {
  checked(H5DSattach_scale(dataset.id(), scale.id(), static_cast<unsigned>(dimension)),
          fmt::format("attach {} to dimension {} of {}", scale.name(), dimension, dataset.name()));
}

}  // namespace plumbline::hdf5
