// Results → file: root attributes, /null, and the calls that write the other groups.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/errors.hpp"
#include "io/hdf5/quantity.hpp"
#include "io/parts/durable.hpp"
#include "io/parts/seal.hpp"
#include "io/result/build_results.hpp"
#include "io/result/ess_group.hpp"
#include "io/result/functional_group.hpp"
#include "io/result/look_group.hpp"
#include "io/result/problem_group.hpp"
#include "io/result/result_file.hpp"
#include "io/result/sampler_group.hpp"
#include "io/result/samples_group.hpp"
#include "io/result/verdict_group.hpp"

namespace plumbline {
namespace {

using hdf5::Handle;
using hdf5::write_attribute;
using Dimensions = LabelledGroup::Dimensions;

void write_root(const Handle& root, const SweepLayout& layout, const Provenance& from) {
  write_attribute(root, "schema", std::string(result_schema));
  write_attribute(root, "name", layout.name);
  write_attribute(root, "spec", layout.spec);
  write_attribute(root, "spec_hash", layout.spec_hash);
  write_attribute(root, "tolerances", layout.tolerances);
  write_attribute(root, "seed", static_cast<std::int64_t>(layout.seed));
  write_attribute(root, "draws", layout.draws);
  write_attribute(root, "replicates", layout.replicates);
  write_attribute(root, "null_replicates", layout.null_replicates);
  write_attribute(root, "command", from.command);
  write_attribute(root, "plumbline_version", from.plumbline_version);
  write_attribute(root, "git_commit", from.git_commit);
  write_attribute(root, "git_dirty", std::int64_t{from.git_dirty});
  write_attribute(root, "compiler", from.compiler);
  write_attribute(root, "build_flags", from.build_flags);
  write_attribute(root, "kokkos_version", from.kokkos_version);
  write_attribute(root, "backend", from.backend);
  write_attribute(root, "device", from.device);
  write_attribute(root, "host", from.host);
  write_attribute(root, "threads", std::int64_t{from.threads});
  write_attribute(root, "started", from.started);
  write_attribute(root, "finished", from.finished);
  std::vector<std::string> libraries;
  for (const auto& [name, version] : from.libraries)
    libraries.push_back(fmt::format("{} {}", name, version));
  write_attribute(root, "libraries", libraries);
}

void write_null(const Handle& file, const Results& results) {
  if (results.nulls.empty()) return;
  const SweepLayout& layout = results.layout;
  const std::int64_t cells = layout.problem_points();
  Rows rows;
  std::vector<std::string> hashes(static_cast<std::size_t>(cells));
  for (const NullRecord& record : results.nulls) {
    PLUMBLINE_REQUIRE(record.problem >= 0 && record.problem < cells,
                      "a null record of problem point {} of {}", record.problem, cells);
    rows[record.problem] = &record.metrics;
    hashes[static_cast<std::size_t>(record.problem)] = record.hash;
  }

  LabelledGroup group(file, "null");
  const auto axes = add_axes(group, layout.problem_axes);
  group.dimension("null_replicate", layout.null_replicates, "independent exact ensemble");
  const QuantityGrid grid{axes, "null_replicate", zipped_names(layout.problem_axes), cells,
                          layout.null_replicates};
  for (const MetricInfo& metric : layout.metrics)
    if (metric.has_floor) write_quantity(group, grid, metric, rows);
  for (const MetricInfo& extra : layout.extras)
    if (extra.name == draws_digest) write_quantity(group, grid, extra, rows);
  group.variable("cell_hash", axes, hashes);
}

}  // namespace

void build_results(hdf5::MemoryFile& memory, const Results& results) {
  const SweepLayout& layout = results.layout;
  layout.check();
  std::map<std::string, CellMap> records;
  for (const CellRecord& cell : results.cells) {
    PLUMBLINE_REQUIRE(layout.find_sampler(cell.label), "a record of sampler {}, not in the layout",
                      cell.label);
    records[cell.label][cell.cell] = &cell;
  }

  const Handle& file = memory.file();
  write_root(file, layout, results.provenance);
  write_looks(file, results.looks);
  for (const SamplerLayout& sampler : layout.samplers)
    write_sampler(file, layout, sampler, records[sampler.label]);
  write_null(file, results);
  write_problems(file, layout, results.problems);
  write_ess(file, layout, records);
  write_functionals(file, layout, records);
  if (results.verdict) write_verdict(file, *results.verdict);
  if (results.look) write_look(file, *results.look);
  if (std::any_of(results.cells.begin(), results.cells.end(),
                  [](const CellRecord& cell) { return cell.samples.has_value(); })) {
    const Handle samples = hdf5::create_group(file, "samples");
    for (const SamplerLayout& sampler : layout.samplers)
      write_samples(samples, layout, sampler, records[sampler.label]);
  }
}

void write_results(const std::filesystem::path& path, const Results& results) {
  hdf5::MemoryFile memory(path.string(), std::size_t{1} << 22);
  build_results(memory, results);
  const Bytes image = memory.finish();
  const std::string end = seal(image);
  write_durably(path, {image, std::as_bytes(std::span(end))});
}

}  // namespace plumbline
