// Axes: which settings of a table are swept, over which values, and the points they span.
#pragma once

#include "core/settings.hpp"
#include "record/layout.hpp"

namespace plumbline {

/// One swept setting.
struct SweptKey {
  std::string path;  ///< inside the table: "steps", "prior.dim"
  std::string name;  ///< in the result file: "steps", "prior_dim"
  FieldDoc field;
  std::vector<Value> values;
  Location at;
};

/// Settings that walk together (usually one); the first names the dimension.
struct Axis {
  std::vector<SweptKey> keys;

  Index size() const { return static_cast<Index>(keys.front().values.size()); }
};

/// The list a value stands for: `{ geom = [a, b, n] }` and `{ lin = [a, b, n] }` with both ends,
/// `{ range = [a, b, step] }` without b, as in Python; also as entries of a list. Other values come
/// back unchanged. Numbers are rounded to 12 digits (0.01, not 0.010000000000000002), to whole
/// numbers when `whole`; what rounding makes equal is listed once.
Value expand_generators(const std::string& key, const Value& value, bool whole);

/// True when the list `value` sweeps a setting of this type: it is nested one level deeper than the
/// setting's own value.
bool is_axis(const Value& value, const std::string& type);

/// Take the axes out of `table`: settings named in `fields` whose value is_axis. The table keeps
/// the first value of each, generators expanded. `folder` ("prior" or "") is where the table lives:
/// path and name begin with it. SpecError (key without the folder): an empty axis.
std::vector<SweptKey> take_axes(Table& table, const std::vector<FieldDoc>& fields,
                                const std::string& folder);

/// One axis per key, except that the groups listed in `zip` (nullptr: none) walk together.
/// SpecError: not a list of lists, a name that is not swept or is in two groups, unequal lengths, a
/// point listed twice.
std::vector<Axis> zip_axes(std::vector<SweptKey> keys, const Value* zip);

/// Number of points of a grid (the largest Index when there are more), and the index along each
/// axis of point `flat` (row-major).
Index grid_size(const std::vector<Axis>& axes);
std::vector<Index> grid_indices(const std::vector<Axis>& axes, Index flat);

/// The table at one point of the grid.
Table at_point(Table table, const std::vector<Axis>& axes, const std::vector<Index>& indices);

/// As the result file stores it. Values that are not all of one plain type become TOML text.
AxisInfo describe_axis(const Axis& axis);

}  // namespace plumbline
