#include "io/result/ess_group.hpp"

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "core/types.hpp"
#include "io/hdf5/quantity.hpp"

namespace plumbline {
namespace {

using hdf5::Handle;

bool has_path(const CellMap& records) {
  return std::any_of(records.begin(), records.end(),
                     [](const auto& entry) { return !entry.second->ess_path.empty(); });
}

void write_sampler_ess(const Handle& all, const SweepLayout& layout, const SamplerLayout& sampler,
                       const CellMap& records) {
  const std::vector<AxisInfo> axes = layout.axes(sampler);
  std::size_t cells = 1, steps = 0;
  for (const AxisInfo& axis : axes) cells *= axis.size();
  for (const auto& [cell, record] : records) steps = std::max(steps, record->ess_path.size());
  std::vector<double> path(cells * steps, nan);
  for (const auto& [cell, record] : records)
    std::copy(record->ess_path.begin(), record->ess_path.end(),
              path.begin() + cell * static_cast<std::ptrdiff_t>(steps));
  LabelledGroup group(all, sampler.label);
  LabelledGroup::Dimensions names = add_axes(group, axes);
  group.dimension("step", static_cast<std::int64_t>(steps),
                  "counted from the first, at the horizon");
  names.push_back("step");
  const Handle variable = group.variable("ess", names, path);
  hdf5::write_attribute(variable, "long_name", std::string("effective sample size"));
  hdf5::write_attribute(variable, "units", std::string("fraction of N"));
}

}  // namespace

void write_ess(const Handle& file, const SweepLayout& layout,
               const std::map<std::string, CellMap>& records) {
  if (std::none_of(records.begin(), records.end(),
                   [](const auto& sampler) { return has_path(sampler.second); }))
    return;
  const Handle all = hdf5::create_group(file, "ess");
  for (const SamplerLayout& sampler : layout.samplers) {
    const auto found = records.find(sampler.label);
    if (found != records.end() && has_path(found->second))
      write_sampler_ess(all, layout, sampler, found->second);
  }
}

void read_ess(const Handle& file, const std::string& label, std::vector<CellRecord>& cells) {
  if (hdf5::kind_of(file, "ess") != "group") return;
  const Handle all = hdf5::open_group(file, "ess");
  if (hdf5::kind_of(all, label) != "group") return;
  const Handle stored = hdf5::open_dataset(hdf5::open_group(all, label), "ess");
  const hdf5::Shape shape = hdf5::extent(stored).shape;
  const std::vector<double> path = hdf5::read_reals(stored);
  const std::int64_t steps = shape.empty() ? 0 : shape.back();
  for (CellRecord& cell : cells) {
    if (steps > static_cast<std::int64_t>(path.size()) / (cell.cell + 1))
      throw IoError("cannot read " + all.name() + "/" + label + ": it has too few cells");
    const auto first = path.begin() + cell.cell * steps;
    cell.ess_path.assign(first, first + steps);
    while (!cell.ess_path.empty() && std::isnan(cell.ess_path.back())) cell.ess_path.pop_back();
  }
}

}  // namespace plumbline
