#include "io/result/functional_group.hpp"

#include <algorithm>

#include "io/hdf5/quantity.hpp"
#include "record/functionals.hpp"

namespace plumbline {
namespace {

using hdf5::Handle;

/// Those of one record, under the names that a file gives them.
std::vector<Series> functionals_of(const CellRecord& record) {
  std::vector<Series> list;
  for (const Series& series : record.extras)
    if (is_functional(series.name)) {
      list.push_back(series);
      list.back().name.erase(0, functional_prefix.size());
    }
  return list;
}

void write_sampler_functionals(const Handle& all, const SweepLayout& layout,
                               const SamplerLayout& sampler,
                               const std::map<std::int64_t, std::vector<Series>>& lists) {
  LabelledGroup group(all, sampler.label);
  const std::vector<AxisInfo> axes = layout.axes(sampler);
  const auto names = add_axes(group, axes);
  group.dimension("replicate", layout.replicates, "independent repetition");
  const QuantityGrid grid{names, "replicate", zipped_names(axes), points(axes), layout.replicates};
  Rows rows;
  std::vector<std::string> order;
  for (const auto& [cell, list] : lists) {
    rows[cell] = &list;
    for (const Series& series : list)
      if (std::find(order.begin(), order.end(), series.name) == order.end())
        order.push_back(series.name);
  }
  for (const std::string& name : order) {
    MetricInfo info = functional_info(name);
    info.long_name += ", less the truth";
    write_quantity(group, grid, info, rows);
  }
}

}  // namespace

void write_functionals(const Handle& file, const SweepLayout& layout,
                       const std::map<std::string, CellMap>& records) {
  std::optional<Handle> all;
  for (const SamplerLayout& sampler : layout.samplers) {
    const auto found = records.find(sampler.label);
    if (found == records.end()) continue;
    std::map<std::int64_t, std::vector<Series>> lists;
    for (const auto& [cell, record] : found->second)
      if (auto list = functionals_of(*record); !list.empty()) lists[cell] = std::move(list);
    if (lists.empty()) continue;
    if (!all) all.emplace(hdf5::create_group(file, "functionals"));
    write_sampler_functionals(*all, layout, sampler, lists);
  }
}

void read_functionals(const Handle& file, const SweepLayout& layout, const SamplerLayout& sampler,
                      std::vector<CellRecord>& cells) {
  if (hdf5::kind_of(file, "functionals") != "group") return;
  const Handle all = hdf5::open_group(file, "functionals");
  if (hdf5::kind_of(all, sampler.label) != "group") return;
  const std::vector<Quantity> quantities = read_quantities(
      hdf5::open_group(all, sampler.label), points(layout.axes(sampler)), layout.replicates);
  Series series;
  for (CellRecord& cell : cells)
    for (const Quantity& quantity : quantities)
      if (quantity.take(cell.cell, layout.replicates, series,
                        static_cast<std::int64_t>(cell.status.size()))) {
        series.name.insert(0, functional_prefix);
        cell.extras.push_back(series);
      }
}

}  // namespace plumbline
