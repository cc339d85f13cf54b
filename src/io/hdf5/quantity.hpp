// One measured quantity over all cells of a group: values, standard errors, attributes; and the
// axes they stand on.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "io/hdf5/labelled_group.hpp"
#include "record/cell.hpp"

namespace plumbline {

/// What each cell that is there says: flat index → its series.
using Rows = std::map<std::int64_t, const std::vector<Series>*>;

/// The grid of a group's quantities: [axes…, repeat].
struct QuantityGrid {
  LabelledGroup::Dimensions axes;
  std::string repeat;  ///< "replicate", "null_replicate"
  std::string zipped;  ///< the coordinates that are no dimensions, in CF's form
  std::int64_t cells = 1, repeats = 1;

  LabelledGroup::Dimensions dimensions() const;
};

LabelledGroup::Dimensions add_axes(LabelledGroup& group, const std::vector<AxisInfo>& axes);
/// CF's attribute `coordinates`: xarray finds zipped axes by it.
std::string zipped_names(const std::vector<AxisInfo>& axes);
std::int64_t points(const std::vector<AxisInfo>& axes);
/// Index along each axis of a flat row-major index.
std::vector<std::int64_t> unravel(std::int64_t cell, const std::vector<AxisInfo>& axes);

/// `<name>` and, where some cell has standard errors, `<name>_se`; NaN where a cell is missing,
/// lacks it, or has fewer repeats than the grid. A metric (it has `better`) is always written, an
/// extra when some cell has it.
void write_quantity(LabelledGroup& group, const QuantityGrid& grid, const MetricInfo& info,
                    const Rows& rows);

/// A quantity as it stands in a file: values and errors [cell, repeat].
struct Quantity {
  MetricInfo info;
  std::vector<double> values, errors;

  /// The series of one cell, its first `own` repeats (< 0: all); false when the file says nothing
  /// about it (all NaN, no errors).
  bool take(std::int64_t cell, std::int64_t repeats, Series& series, std::int64_t own = -1) const;
};

/// Every quantity of a group, in the order written: described, and with its numbers.
std::vector<MetricInfo> read_quantity_infos(const hdf5::Handle& group);
std::vector<Quantity> read_quantities(const hdf5::Handle& group, std::int64_t cells,
                                      std::int64_t repeats);
AxisInfo read_axis(const hdf5::Handle& group, const std::string& name);

}  // namespace plumbline
