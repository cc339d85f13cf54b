// /<label>: written from records, and read back into them.
#include "io/result/sampler_group.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/errors.hpp"
#include "core/types.hpp"
#include "io/hdf5/quantity.hpp"
#include "io/result/claim_texts.hpp"
#include "io/result/ess_group.hpp"
#include "io/result/samples_group.hpp"
#include "record/functionals.hpp"

namespace plumbline {
namespace {

using hdf5::Handle;
using hdf5::write_attribute;
using Dimensions = LabelledGroup::Dimensions;

void write_status(LabelledGroup& group, const QuantityGrid& grid, const CellMap& records) {
  const std::int64_t replicates = grid.repeats;
  const auto size = static_cast<std::size_t>(grid.cells * replicates);
  std::vector<std::int8_t> status(size, static_cast<std::int8_t>(Status::missing));
  std::vector<std::string> messages(size), hashes(static_cast<std::size_t>(grid.cells));
  bool any_message = false;
  for (const auto& [cell, record] : records) {
    const auto own = static_cast<std::int64_t>(record->status.size());
    PLUMBLINE_REQUIRE(own <= replicates && record->message.size() == record->status.size(),
                      "cell {} of {}: a status and a message per replicate", cell, record->label);
    hashes[static_cast<std::size_t>(cell)] = record->hash;
    for (std::int64_t r = 0; r < own; ++r) {
      const auto to = static_cast<std::size_t>(cell * replicates + r);
      status[to] = static_cast<std::int8_t>(record->status[static_cast<std::size_t>(r)]);
      messages[to] = record->message[static_cast<std::size_t>(r)];
      any_message |= !messages[to].empty();
    }
  }
  std::vector<std::int8_t> flags;
  std::string meanings;
  for (const char* name : names(Status{})) {
    flags.push_back(static_cast<std::int8_t>(flags.size()));
    if (!meanings.empty()) meanings += ' ';
    meanings += name;
  }
  const Handle variable = group.variable("status", grid.dimensions(), status);
  write_attribute(variable, "long_name", std::string("how the replicate ended"));
  write_attribute(variable, "flag_values", flags);
  write_attribute(variable, "flag_meanings", meanings);
  if (any_message) group.variable("message", grid.dimensions(), messages);
  const Handle hash = group.variable("cell_hash", grid.axes, hashes);
  write_attribute(hash, "long_name", std::string("hash of the resolved cell; empty when missing"));
}

/// `<metric>_floor`, `_excess` and `_p_value` over the cells, of the metrics that some cell
/// calibrates.
void write_calibration(LabelledGroup& group, const QuantityGrid& grid, const MetricInfo& metric,
                       const CellMap& records) {
  struct Column {
    const char* suffix;
    const char* what;
    std::string units;
    double CalibrationRecord::*member;
  };
  const Column columns[] = {
      {"_floor", "mean over exact draws of ", metric.units, &CalibrationRecord::floor},
      {"_excess", "excess over exact draws of ", "null standard deviations",
       &CalibrationRecord::excess},
      {"_p_value", "p-value against exact draws of ", "1", &CalibrationRecord::p_value}};
  for (const Column& column : columns) {
    std::vector<double> values(static_cast<std::size_t>(grid.cells), nan);
    bool any = false;
    for (const auto& [cell, record] : records)
      for (const CalibrationRecord& calibration : record->calibration)
        if (calibration.metric == metric.name) {
          values[static_cast<std::size_t>(cell)] = calibration.*column.member;
          any = true;
        }
    if (!any) return;
    const Handle variable = group.variable(metric.name + column.suffix, grid.axes, values);
    write_attribute(variable, "long_name",
                    column.what + (metric.long_name.empty() ? metric.name : metric.long_name));
    write_attribute(variable, "units", column.units.empty() ? "1" : column.units);
    write_attribute(variable, "calibration_of", metric.name);
    if (!grid.zipped.empty()) write_attribute(variable, "coordinates", grid.zipped);
  }
}

/// Described extras first, then the names that only records know.
std::vector<MetricInfo> all_extras(const SweepLayout& layout, const CellMap& records) {
  std::vector<MetricInfo> list = layout.extras;
  std::set<std::string> seen;
  for (const MetricInfo& extra : list) seen.insert(extra.name);
  for (const auto& [cell, record] : records)
    for (const Series& extra : record->extras)
      if (!is_functional(extra.name) && seen.insert(extra.name).second)
        list.push_back({extra.name, "", ""});
  return list;
}

/// A finished cell has as many replicates as it was asked for; behind them the array is padded by
/// `missing`.
std::int64_t asked_for(const std::vector<std::int64_t>& status, std::int64_t first,
                       std::int64_t count) {
  const auto is_padding = [&](std::int64_t r) {
    return status[static_cast<std::size_t>(first + r)] ==
           static_cast<std::int64_t>(Status::missing);
  };
  while (count > 0 && is_padding(count - 1)) --count;
  return count;
}

std::vector<BudgetSetting> read_budgets(const Handle& group) {
  if (!hdf5::has_attribute(group, "budgets")) return budgets_before_files_named_them();
  if (auto found = parse_budgets(hdf5::read_text_attribute(group, "budgets"))) return *found;
  throw IoError("cannot read " + group.name() + ": its budgets are no list");
}

}  // namespace

void write_sampler(const Handle& file, const SweepLayout& layout, const SamplerLayout& sampler,
                   const CellMap& records) {
  LabelledGroup group(file, sampler.label);
  write_attribute(group.handle(), "kind", sampler.kind);
  write_attribute(group.handle(), "claim", sampler.claim);
  write_attribute(group.handle(), "budgets", text_of(sampler.budgets));
  write_attribute(group.handle(), "reference", sampler.reference);
  write_attribute(group.handle(), "settings", sampler.settings);
  const std::vector<AxisInfo> axes = layout.axes(sampler);
  const auto axis_names = add_axes(group, axes);
  const auto own = axis_names.begin() + static_cast<std::ptrdiff_t>(layout.problem_axes.size());
  write_attribute(group.handle(), "problem_axes", Dimensions(axis_names.begin(), own));
  write_attribute(group.handle(), "sampler_axes", Dimensions(own, axis_names.end()));
  group.dimension("replicate", layout.replicates, "independent repetition");

  const std::int64_t cells = points(axes);
  for (const auto& [cell, record] : records)
    PLUMBLINE_REQUIRE(cell >= 0 && cell < cells, "cell {} of {}, which has {}", cell, sampler.label,
                      cells);
  const QuantityGrid grid{axis_names, "replicate", zipped_names(axes), cells, layout.replicates};
  Rows metrics, extras;
  for (const auto& [cell, record] : records) {
    metrics[cell] = &record->metrics;
    extras[cell] = &record->extras;
  }
  for (const MetricInfo& metric : layout.metrics) {
    write_quantity(group, grid, metric, metrics);
    write_calibration(group, grid, metric, records);
  }
  for (const MetricInfo& extra : all_extras(layout, records))
    write_quantity(group, grid, extra, extras);
  write_status(group, grid, records);
  write_claims(group, grid, records);
}

SamplerLayout read_sampler_layout(const Handle& file, const std::string& label,
                                  std::vector<AxisInfo>& problem_axes) {
  const Handle group = hdf5::open_group(file, label);
  SamplerLayout sampler{
      label, hdf5::read_text_attribute(group, "kind"), hdf5::read_text_attribute(group, "claim"),
      hdf5::read_text_attribute(group, "reference"), hdf5::read_text_attribute(group, "settings")};
  problem_axes.clear();
  for (const std::string& name : hdf5::read_texts_attribute(group, "problem_axes"))
    problem_axes.push_back(read_axis(group, name));
  for (const std::string& name : hdf5::read_texts_attribute(group, "sampler_axes"))
    sampler.axes.push_back(read_axis(group, name));
  sampler.budgets = read_budgets(group);
  return sampler;
}

std::vector<std::string> read_cell_hashes(const Handle& file, const std::string& label) {
  return hdf5::read_texts(hdf5::open_dataset(hdf5::open_group(file, label), "cell_hash"));
}

std::vector<CellRecord> read_cells(const Handle& file, const SweepLayout& layout,
                                   const SamplerLayout& sampler) {
  const Handle group = hdf5::open_group(file, sampler.label);
  const std::vector<AxisInfo> axes = layout.axes(sampler);
  const std::int64_t cells = points(axes), replicates = layout.replicates;
  const std::vector<Quantity> quantities = read_quantities(group, cells, replicates);
  const std::vector<std::string> hashes = read_cell_hashes(file, sampler.label);
  const auto status = hdf5::read_integers(hdf5::open_dataset(group, "status"));
  const auto size = static_cast<std::size_t>(cells * replicates);
  std::vector<std::string> messages(status.size());
  if (hdf5::kind_of(group, "message") == "dataset")
    messages = hdf5::read_texts(hdf5::open_dataset(group, "message"));
  if (status.size() != size || messages.size() != size ||
      hashes.size() != static_cast<std::size_t>(cells))
    throw IoError("cannot read " + group.name() + ": its arrays do not fit together");

  std::vector<CellRecord> records;
  for (std::int64_t cell = 0; cell < cells; ++cell) {
    const std::string& hash = hashes[static_cast<std::size_t>(cell)];
    if (hash.empty()) continue;
    CellRecord record{sampler.label, cell, unravel(cell, axes), hash, {}, {}, {}, {}};
    const std::int64_t own = asked_for(status, cell * replicates, replicates);
    for (std::int64_t r = 0; r < own; ++r) {
      const auto i = static_cast<std::size_t>(cell * replicates + r);
      if (status[i] < 0 || status[i] >= static_cast<std::int64_t>(names(Status{}).size()))
        throw IoError(fmt::format("cannot read {}: status {} is unknown", group.name(), status[i]));
      record.status.push_back(static_cast<Status>(status[i]));
      record.message.push_back(messages[i]);
    }
    Series series;
    for (const Quantity& quantity : quantities)
      if (quantity.take(cell, replicates, series, own))
        (quantity.info.is_metric() ? record.metrics : record.extras).push_back(series);
    records.push_back(std::move(record));
  }
  read_claims(group, cells, records);
  read_samples(file, sampler.label, records);
  read_ess(file, sampler.label, records);
  return records;
}

}  // namespace plumbline
