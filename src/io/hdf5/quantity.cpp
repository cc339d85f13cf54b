// Quantities and axes, to and from a group.
#include "io/hdf5/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "core/named_enum.hpp"
#include "core/types.hpp"

namespace plumbline {
namespace {

using hdf5::Handle;
using hdf5::write_attribute;
using Dimensions = LabelledGroup::Dimensions;

const Series* find(const std::vector<Series>& list, const std::string& name) {
  for (const Series& series : list)
    if (series.name == name) return &series;
  return nullptr;
}

/// One member (value or se) of the named series over all cells [cell, repeat]; empty when no cell
/// has it.
std::vector<double> gather(const Rows& rows, const QuantityGrid& grid, const std::string& name,
                           std::vector<double> Series::*member) {
  std::vector<double> values;
  for (const auto& [cell, list] : rows) {
    const Series* series = find(*list, name);
    if (!series || (series->*member).empty()) continue;
    const std::vector<double>& from = series->*member;
    PLUMBLINE_REQUIRE(static_cast<std::int64_t>(from.size()) <= grid.repeats,
                      "cell {} has {} values of {}, the layout {}", cell, from.size(), name,
                      grid.repeats);
    values.resize(static_cast<std::size_t>(grid.cells * grid.repeats), nan);
    std::copy(from.begin(), from.end(), values.begin() + cell * grid.repeats);
  }
  return values;
}

std::string text_or(const Handle& at, const std::string& attribute, const std::string& otherwise) {
  return hdf5::has_attribute(at, attribute) ? hdf5::read_text_attribute(at, attribute) : otherwise;
}

/// An attribute that names a choice; none where it is absent, IoError where nothing has that name.
template <NamedEnum E>
std::optional<E> choice(const Handle& at, const std::string& attribute) {
  if (!hdf5::has_attribute(at, attribute)) return std::nullopt;
  const std::string text = hdf5::read_text_attribute(at, attribute);
  if (const auto value = named<E>(text)) return value;
  throw IoError(fmt::format("cannot read {}: {} = '{}' is unknown", at.name(), attribute, text));
}

}  // namespace

Dimensions QuantityGrid::dimensions() const {
  Dimensions all = axes;
  all.push_back(repeat);
  return all;
}

Dimensions add_axes(LabelledGroup& group, const std::vector<AxisInfo>& axes) {
  Dimensions dimensions;
  for (const AxisInfo& axis : axes) {
    group.axis(axis);
    dimensions.push_back(axis.name);
  }
  return dimensions;
}

/// CF's list of the coordinates that are no dimensions: xarray finds zipped axes by it.
std::string zipped_names(const std::vector<AxisInfo>& axes) {
  std::string names;
  for (const AxisInfo& axis : axes)
    for (const Coordinate& zipped : axis.zipped) names += (names.empty() ? "" : " ") + zipped.name;
  return names;
}

std::int64_t points(const std::vector<AxisInfo>& axes) {
  std::int64_t count = 1;
  for (const AxisInfo& axis : axes) count *= static_cast<std::int64_t>(axis.size());
  return count;
}

std::vector<std::int64_t> unravel(std::int64_t cell, const std::vector<AxisInfo>& axes) {
  std::vector<std::int64_t> at(axes.size());
  for (std::size_t i = axes.size(); i-- > 0;) {
    const auto size = static_cast<std::int64_t>(axes[i].size());
    at[i] = cell % size;
    cell /= size;
  }
  return at;
}

void write_quantity(LabelledGroup& group, const QuantityGrid& grid, const MetricInfo& info,
                    const Rows& rows) {
  const std::string long_name = info.long_name.empty() ? info.name : info.long_name;
  const std::string units = info.units.empty() ? "1" : info.units;
  std::vector<double> values = gather(rows, grid, info.name, &Series::value);
  if (values.empty() && !info.is_metric()) return;
  values.resize(static_cast<std::size_t>(grid.cells * grid.repeats), nan);
  const Handle variable = group.variable(info.name, grid.dimensions(), values);
  write_attribute(variable, "long_name", long_name);
  write_attribute(variable, "units", units);
  if (info.better) {
    write_attribute(variable, "better", name_of(*info.better));
    write_attribute(variable, "has_floor", std::int64_t{info.has_floor});
    if (info.law) write_attribute(variable, "law", name_of(*info.law));
    if (!info.settings.empty()) write_attribute(variable, "settings", info.settings);
    if (info.depends_on_y)
      write_attribute(variable, "depends_on_y", std::int64_t{*info.depends_on_y});
  }
  if (!grid.zipped.empty()) write_attribute(variable, "coordinates", grid.zipped);

  const std::vector<double> errors = gather(rows, grid, info.name, &Series::se);
  if (errors.empty()) return;
  const Handle se = group.variable(info.name + "_se", grid.dimensions(), errors);
  write_attribute(se, "long_name", "standard error of " + long_name);
  write_attribute(se, "units", units);
  write_attribute(se, "standard_error_of", info.name);
  if (!grid.zipped.empty()) write_attribute(se, "coordinates", grid.zipped);
}

bool Quantity::take(std::int64_t cell, std::int64_t repeats, Series& series,
                    std::int64_t own) const {
  const auto from = static_cast<std::ptrdiff_t>(cell * repeats);
  const auto slice = [&](const std::vector<double>& all) {
    return std::vector<double>(all.begin() + from, all.begin() + from + (own < 0 ? repeats : own));
  };
  const auto is_nan = [](double v) { return std::isnan(v); };
  series = {info.name, slice(values), errors.empty() ? std::vector<double>{} : slice(errors)};
  if (std::all_of(series.se.begin(), series.se.end(), is_nan)) series.se.clear();
  return info.is_metric() || !series.se.empty() ||
         !std::all_of(series.value.begin(), series.value.end(), is_nan);
}

std::vector<MetricInfo> read_quantity_infos(const Handle& group) {
  std::vector<MetricInfo> infos;
  for (const std::string& name : hdf5::list(group)) {
    if (hdf5::kind_of(group, name) != "dataset") continue;
    const Handle dataset = hdf5::open_dataset(group, name);
    // Coordinates have no units, standard errors come with their quantity, calibrations from it.
    if (hdf5::extent(dataset).kind != hdf5::Kind::real || !hdf5::has_attribute(dataset, "units") ||
        hdf5::has_attribute(dataset, "standard_error_of") ||
        hdf5::has_attribute(dataset, "calibration_of"))
      continue;
    infos.push_back({name, text_or(dataset, "long_name", ""), text_or(dataset, "units", ""),
                     choice<Better>(dataset, "better"),
                     hdf5::has_attribute(dataset, "has_floor") &&
                         hdf5::read_integer_attribute(dataset, "has_floor") != 0,
                     choice<Law>(dataset, "law"), text_or(dataset, "settings", "")});
    if (hdf5::has_attribute(dataset, "depends_on_y"))
      infos.back().depends_on_y = hdf5::read_integer_attribute(dataset, "depends_on_y") != 0;
  }
  return infos;
}

std::vector<Quantity> read_quantities(const Handle& group, std::int64_t cells,
                                      std::int64_t repeats) {
  const auto read = [&](const std::string& name) {
    const Handle dataset = hdf5::open_dataset(group, name);
    if (const std::int64_t count = hdf5::extent(dataset).count; count != cells * repeats)
      throw IoError(fmt::format("cannot read {}: {} values, its axes promise {}", dataset.name(),
                                count, cells * repeats));
    return hdf5::read_reals(dataset);
  };
  std::vector<Quantity> quantities;
  for (MetricInfo& info : read_quantity_infos(group)) {
    Quantity quantity{std::move(info), {}, {}};
    quantity.values = read(quantity.info.name);
    if (hdf5::kind_of(group, quantity.info.name + "_se") == "dataset")
      quantity.errors = read(quantity.info.name + "_se");
    quantities.push_back(std::move(quantity));
  }
  return quantities;
}

AxisInfo read_axis(const Handle& group, const std::string& name) {
  AxisInfo axis{name, text_or(hdf5::open_dataset(group, name), "long_name", ""),
                read_axis_values(group, name)};
  for (const std::string& other : hdf5::list(group)) {
    if (hdf5::kind_of(group, other) != "dataset") continue;
    const Handle dataset = hdf5::open_dataset(group, other);
    if (text_or(dataset, "zipped_with", "") == name)
      axis.zipped.push_back(
          {other, text_or(dataset, "long_name", ""), read_axis_values(group, other)});
  }
  return axis;
}

}  // namespace plumbline
