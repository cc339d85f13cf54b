// /samples/<label>: padded arrays of draws, written from records and read back into them.
#include "io/result/samples_group.hpp"

#include <algorithm>

#include "core/errors.hpp"
#include "core/types.hpp"
#include "io/hdf5/quantity.hpp"

namespace plumbline {

using hdf5::Handle;

void write_samples(const Handle& samples, const SweepLayout& layout, const SamplerLayout& sampler,
                   const CellMap& records) {
  const auto has = [](const auto& entry) { return entry.second->samples.has_value(); };
  if (std::none_of(records.begin(), records.end(), has)) return;
  const std::vector<AxisInfo> axes = layout.axes(sampler);
  const auto cells = static_cast<std::size_t>(points(axes));
  std::vector<std::int64_t> counts(cells), widths(cells);
  for (const auto& [cell, record] : records) {
    if (!record->samples) continue;
    counts[static_cast<std::size_t>(cell)] = record->samples->n;
    widths[static_cast<std::size_t>(cell)] = record->samples->d;
  }
  const auto n = static_cast<std::size_t>(*std::max_element(counts.begin(), counts.end()));
  const auto d = static_cast<std::size_t>(*std::max_element(widths.begin(), widths.end()));
  std::vector<double> x(cells * n * d, nan), log_w(cells * n, nan);
  for (const auto& [cell, record] : records) {
    if (!record->samples) continue;
    const Samples& s = *record->samples;
    const auto at = static_cast<std::size_t>(cell), width = static_cast<std::size_t>(s.d);
    std::copy(s.log_w.begin(), s.log_w.end(), log_w.begin() + static_cast<std::ptrdiff_t>(at * n));
    for (std::size_t row = 0; row < static_cast<std::size_t>(s.n); ++row)
      std::copy_n(s.x.data() + row * width, width, x.data() + (at * n + row) * d);
  }

  LabelledGroup group(samples, sampler.label);
  hdf5::write_attribute(group.handle(), "replicate", std::int64_t{0});
  const LabelledGroup::Dimensions names = add_axes(group, axes);
  group.dimension("draw", static_cast<std::int64_t>(n));
  group.dimension("coordinate", static_cast<std::int64_t>(d));
  LabelledGroup::Dimensions of_weights = names, of_x = names;
  of_weights.push_back("draw");
  of_x.insert(of_x.end(), {"draw", "coordinate"});
  group.variable("x", of_x, x);
  group.variable("log_w", of_weights, log_w);
  group.variable("draws", names, counts);
  group.variable("dimension", names, widths);
}

void read_samples(const Handle& file, const std::string& label, std::vector<CellRecord>& cells) {
  if (hdf5::kind_of(file, "samples") != "group") return;
  const Handle all = hdf5::open_group(file, "samples");
  if (hdf5::kind_of(all, label) != "group") return;
  const Handle group = hdf5::open_group(all, label);
  const Handle x_stored = hdf5::open_dataset(group, "x");
  const hdf5::Shape shape = hdf5::extent(x_stored).shape;
  const auto counts = hdf5::read_integers(hdf5::open_dataset(group, "draws"));
  const auto widths = hdf5::read_integers(hdf5::open_dataset(group, "dimension"));
  const std::vector<double> x = hdf5::read_reals(x_stored);
  const std::vector<double> log_w = hdf5::read_reals(hdf5::open_dataset(group, "log_w"));
  const std::int64_t n = shape.size() < 2 ? 0 : shape[shape.size() - 2];
  const std::int64_t d = shape.size() < 2 ? 0 : shape.back();
  const auto stored = static_cast<std::int64_t>(counts.size());
  const bool fit = hdf5::count_of({stored, n, d}) == static_cast<std::int64_t>(x.size()) &&
                   hdf5::count_of({stored, n}) == static_cast<std::int64_t>(log_w.size());
  for (CellRecord& cell : cells) {
    const auto i = static_cast<std::size_t>(cell.cell);
    if (!fit || i >= counts.size() || i >= widths.size() || counts[i] < 0 || counts[i] > n ||
        widths[i] < 0 || widths[i] > d)
      throw IoError("cannot read " + group.name() + ": its arrays do not fit together");
    if (counts[i] == 0) continue;
    Samples samples{counts[i], widths[i], {}, {}};
    const double* row = x.data() + cell.cell * n * d;
    for (std::int64_t r = 0; r < samples.n; ++r, row += d)
      samples.x.insert(samples.x.end(), row, row + samples.d);
    const auto first = log_w.begin() + cell.cell * n;
    samples.log_w.assign(first, first + samples.n);
    cell.samples = std::move(samples);
  }
}

}  // namespace plumbline
