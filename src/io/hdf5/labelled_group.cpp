// Dimension scales and coordinates, written by the rules that xarray, h5netcdf and netCDF share.
#include "io/hdf5/labelled_group.hpp"

#include <numeric>

#include "core/errors.hpp"

namespace plumbline {

using hdf5::Handle;

LabelledGroup::LabelledGroup(const Handle& parent, const std::string& name)
    : group_(hdf5::create_group(parent, name)) {}

LabelledGroup LabelledGroup::root(const Handle& file) {
  return LabelledGroup(hdf5::open_root(file));
}

Handle LabelledGroup::coordinate(const std::string& name, const AxisValues& values,
                                 const std::string& doc) {
  const auto size = static_cast<std::int64_t>(length(values));
  Handle dataset = std::visit(
      [&](const auto& list) {
        using T = typename std::decay_t<decltype(list)>::value_type;
        return hdf5::write(group_, name, {size}, std::span<const T>(list));
      },
      values);
  if (std::holds_alternative<std::vector<std::int8_t>>(values))
    hdf5::write_attribute(dataset, "dtype", std::string("bool"));
  if (!doc.empty()) hdf5::write_attribute(dataset, "long_name", doc);
  return dataset;
}

void LabelledGroup::dimension(const std::string& name, const AxisValues& values,
                              const std::string& doc) {
  const auto size = static_cast<std::int64_t>(length(values));
  Handle dataset = coordinate(name, values, doc);
  hdf5::make_scale(dataset, name);
  const bool is_new = scales_.emplace(name, Scale{std::move(dataset), size}).second;
  PLUMBLINE_REQUIRE(is_new, "dimension {} twice in {}", name, group_.name());
}

void LabelledGroup::dimension(const std::string& name, std::int64_t size, const std::string& doc) {
  std::vector<std::int64_t> values(static_cast<std::size_t>(size));
  std::iota(values.begin(), values.end(), std::int64_t{0});
  dimension(name, values, doc);
}

void LabelledGroup::axis(const AxisInfo& axis) {
  dimension(axis.name, axis.values, axis.doc);
  for (const Coordinate& zipped : axis.zipped) {
    const Handle dataset = attach(coordinate(zipped.name, zipped.values, zipped.doc), {axis.name});
    hdf5::write_attribute(dataset, "zipped_with", axis.name);
  }
}

hdf5::Shape LabelledGroup::shape(const Dimensions& dimensions) const {
  hdf5::Shape shape;
  for (const std::string& name : dimensions) {
    const auto found = scales_.find(name);
    PLUMBLINE_REQUIRE(found != scales_.end(), "no dimension {} in {}", name, group_.name());
    shape.push_back(found->second.size);
  }
  return shape;
}

Handle LabelledGroup::attach(Handle variable, const Dimensions& dimensions) const {
  for (std::size_t i = 0; i < dimensions.size(); ++i)
    hdf5::attach_scale(variable, scales_.at(dimensions[i]).dataset, static_cast<int>(i));
  return variable;
}

AxisValues read_axis_values(const Handle& group, const std::string& name) {
  const Handle dataset = hdf5::open_dataset(group, name);
  switch (hdf5::extent(dataset).kind) {
    case hdf5::Kind::text:
      return hdf5::read_texts(dataset);
    case hdf5::Kind::real:
      return hdf5::read_reals(dataset);
    default: {
      const std::vector<std::int64_t> values = hdf5::read_integers(dataset);
      if (hdf5::has_attribute(dataset, "dtype"))
        return std::vector<std::int8_t>(values.begin(), values.end());
      return values;
    }
  }
}

}  // namespace plumbline
