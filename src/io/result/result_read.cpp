// File → results. The layout is rebuilt from the file alone, so that shards can be merged and cells
// shown without the sweep file.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/errors.hpp"
#include "io/hdf5/quantity.hpp"
#include "io/hdf5/quarantine.hpp"
#include "io/parts/seal.hpp"
#include "io/result/build_results.hpp"
#include "io/result/functional_group.hpp"
#include "io/result/look_group.hpp"
#include "io/result/problem_group.hpp"
#include "io/result/result_file.hpp"
#include "io/result/sampler_group.hpp"
#include "io/result/verdict_group.hpp"
#include "record/functionals.hpp"

namespace plumbline {
namespace {

using hdf5::Handle;
using hdf5::read_integer_attribute;
using hdf5::read_text_attribute;

const std::set<std::string> not_samplers = {"null",        "problem", "samples", "ess",
                                            "functionals", "verdict", "look"};

void check_schema(const Handle& root, const std::filesystem::path& path) {
  if (!hdf5::has_attribute(root, "schema"))
    throw IoError(
        fmt::format("cannot read {}: no result file of plumbline (no schema)", path.string()));
  const std::string schema = read_text_attribute(root, "schema");
  if (schema != result_schema)
    throw IoError(fmt::format("cannot read {}: its schema is '{}', this program reads '{}'",
                              path.string(), schema, result_schema));
}

Provenance read_provenance(const Handle& root) {
  Provenance from;
  from.command = read_text_attribute(root, "command");
  from.plumbline_version = read_text_attribute(root, "plumbline_version");
  from.git_commit = read_text_attribute(root, "git_commit");
  from.git_dirty = read_integer_attribute(root, "git_dirty") != 0;
  from.compiler = read_text_attribute(root, "compiler");
  from.build_flags = read_text_attribute(root, "build_flags");
  from.kokkos_version = read_text_attribute(root, "kokkos_version");
  from.backend = read_text_attribute(root, "backend");
  from.device = read_text_attribute(root, "device");
  from.host = read_text_attribute(root, "host");
  from.threads = static_cast<int>(read_integer_attribute(root, "threads"));
  from.started = read_text_attribute(root, "started");
  from.finished = read_text_attribute(root, "finished");
  for (const std::string& text : hdf5::read_texts_attribute(root, "libraries")) {
    const std::size_t space = text.find(' ');
    from.libraries.emplace_back(text.substr(0, space),
                                space == std::string::npos ? "" : text.substr(space + 1));
  }
  return from;
}

std::int64_t count_attribute(const Handle& root, const std::string& name) {
  const std::int64_t count = read_integer_attribute(root, name);
  if (count < 0 || count > hdf5::default_limit)
    throw IoError(fmt::format("cannot read {}: {} = {}", root.name(), name, count));
  return count;
}

/// The product of all axes and replicates must be a size that memory can hold.
void check_size(const Handle& root, const SweepLayout& layout) {
  for (const SamplerLayout& sampler : layout.samplers) {
    std::int64_t size = std::max({std::int64_t{1}, layout.replicates, layout.null_replicates});
    for (const AxisInfo& axis : layout.axes(sampler))
      if (__builtin_mul_overflow(size, static_cast<std::int64_t>(axis.size()), &size) ||
          size > hdf5::default_limit)
        throw IoError(fmt::format("cannot read {}: the axes of '{}' promise more than {} values",
                                  root.name(), sampler.label, hdf5::default_limit));
  }
}

/// Metrics and extras as the samplers' groups describe them; extras may differ between groups.
void read_infos(const Handle& root, SweepLayout& layout) {
  std::set<std::string> seen;
  for (const SamplerLayout& sampler : layout.samplers)
    for (MetricInfo& info : read_quantity_infos(hdf5::open_group(root, sampler.label)))
      if (seen.insert(info.name).second)
        (info.is_metric() ? layout.metrics : layout.extras).push_back(std::move(info));
}

SweepLayout read_layout(const Handle& root) {
  SweepLayout layout;
  layout.name = read_text_attribute(root, "name");
  layout.spec = read_text_attribute(root, "spec");
  layout.spec_hash = read_text_attribute(root, "spec_hash");
  if (hdf5::has_attribute(root, "tolerances"))  // else of an earlier version
    layout.tolerances = hdf5::read_texts_attribute(root, "tolerances");
  layout.seed = static_cast<std::uint64_t>(read_integer_attribute(root, "seed"));
  layout.draws = count_attribute(root, "draws");
  layout.replicates = count_attribute(root, "replicates");
  layout.null_replicates = count_attribute(root, "null_replicates");
  for (const std::string& name : hdf5::list(root))
    if (!not_samplers.contains(name) && hdf5::kind_of(root, name) == "group")
      layout.samplers.push_back(read_sampler_layout(root, name, layout.problem_axes));
  check_size(root, layout);
  read_infos(root, layout);
  return layout;
}

/// A point may have fewer sets of exact draws than another: behind them there is no digest.
void drop_padding(std::vector<Series>& metrics) {
  for (const Series& digests : metrics) {
    if (digests.name != draws_digest) continue;
    std::size_t own = digests.value.size();
    while (own > 0 && std::isnan(digests.value[own - 1])) --own;
    for (Series& series : metrics) {
      series.value.resize(own);
      if (!series.se.empty()) series.se.resize(own);
    }
    return;
  }
}

}  // namespace

struct ResultFile::State {
  Handle file;
  SweepLayout layout;
  Provenance provenance;

  static std::unique_ptr<State> of(Handle file, const std::filesystem::path& path) {
    const Handle root = hdf5::open_root(file);
    check_schema(root, path);
    SweepLayout layout = read_layout(root);
    Provenance provenance = read_provenance(root);
    return std::make_unique<State>(
        State{std::move(file), std::move(layout), std::move(provenance)});
  }
};

ResultFile::ResultFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
ResultFile::ResultFile(ResultFile&&) noexcept = default;
ResultFile::~ResultFile() = default;

ResultFile ResultFile::open(const std::filesystem::path& path) {
  if (std::filesystem::is_regular_file(path)) require_intact(path);
  const Parcel image = hdf5::read_in_child(path, [&](Packing& packing) {
    const ResultFile file(State::of(hdf5::open_file(path), path));
    Results all = file.read();
    all.looks = file.looks();
    hdf5::MemoryFile memory(path.string(), std::size_t{1} << 22);
    try {
      build_results(memory, all);
    } catch (const SpecError& error) {  // of names that no file can hold
      throw IoError(fmt::format("cannot read {}: {}", path.string(), error.what()));
    }
    const Bytes image = memory.finish();
    packing.text({reinterpret_cast<const char*>(image.data()), image.size()});
  });
  const Bytes bytes = std::as_bytes(std::span(image.text));
  return ResultFile(State::of(hdf5::open_image(bytes, path.string()), path));
}

const SweepLayout& ResultFile::layout() const {
  return state_->layout;
}
const Provenance& ResultFile::provenance() const {
  return state_->provenance;
}

std::vector<std::string> ResultFile::cell_hashes(const std::string& label) const {
  return read_cell_hashes(state_->file, label);
}

std::vector<CellRecord> ResultFile::cells(const std::string& label) const {
  const SamplerLayout* sampler = state_->layout.find_sampler(label);
  if (!sampler)
    throw IoError(fmt::format("cannot read {}: no sampler '{}'", state_->file.name(), label));
  std::vector<CellRecord> records = read_cells(state_->file, state_->layout, *sampler);
  read_functionals(state_->file, state_->layout, *sampler, records);
  for (CellRecord& record : records) rename_functionals(record.extras);
  return records;
}

std::vector<NullRecord> ResultFile::nulls() const {
  const SweepLayout& layout = state_->layout;
  if (hdf5::kind_of(state_->file, "null") != "group") return {};
  const Handle group = hdf5::open_group(state_->file, "null");
  const auto hashes = read_cell_hashes(state_->file, "null");
  const std::int64_t cells = layout.problem_points();
  const auto quantities = read_quantities(group, cells, layout.null_replicates);
  if (static_cast<std::int64_t>(hashes.size()) != cells)
    throw IoError("cannot read " + group.name() + ": its arrays do not fit together");
  std::vector<NullRecord> records;
  for (std::int64_t cell = 0; cell < cells; ++cell) {
    NullRecord record{cell, hashes[static_cast<std::size_t>(cell)], {}};
    if (record.hash.empty()) continue;
    Series series;
    for (const Quantity& quantity : quantities)
      if (quantity.take(cell, layout.null_replicates, series)) record.metrics.push_back(series);
    drop_padding(record.metrics);
    records.push_back(std::move(record));
  }
  return records;
}

std::vector<ProblemRecord> ResultFile::problems() const {
  return read_problems(state_->file);
}

std::optional<LookRecord> ResultFile::look() const {
  return read_look(state_->file);
}

Looks ResultFile::looks() const {
  Looks looks = read_looks(hdf5::open_root(state_->file));
  if (hdf5::kind_of(state_->file, "verdict") != "group") return looks;
  const Looks last = read_looks(hdf5::open_group(state_->file, "verdict"));
  return last.any() ? last : looks;
}

Results ResultFile::read() const {
  Results results{layout(), provenance(), {}, nulls(), problems(), {}, look()};
  results.looks = read_looks(hdf5::open_root(state_->file));
  for (const SamplerLayout& sampler : layout().samplers)
    for (CellRecord& cell : cells(sampler.label)) results.cells.push_back(std::move(cell));
  return results;
}

}  // namespace plumbline
