// Parts: header with digest, then an HDF5 image. Each record is a group; metrics and extras are
// plain datasets in subgroups, because nobody but the harness reads parts.
#include "io/parts/part_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/errors.hpp"
#include "io/hdf5/hdf5.hpp"
#include "io/parts/durable.hpp"
#include "io/parts/seal.hpp"

namespace plumbline {
namespace {

using hdf5::Handle;

constexpr std::size_t header_size = 512;  // where HDF5 looks for its signature after byte 0
constexpr const char* magic = "plumbline part 1";

std::string header(Bytes image) {
  std::string text =
      fmt::format("{}\ndigest {:016x}\nbytes {}\n", magic, digest(image), image.size());
  text.resize(header_size, '\0');
  return text;
}

// --- writing ---

void write_series(const Handle& record, const std::string& name, const std::vector<Series>& list) {
  const Handle values = hdf5::create_group(record, name);
  const Handle errors = hdf5::create_group(record, name + "_se");
  for (const Series& series : list) {
    const auto n = static_cast<std::int64_t>(series.value.size());
    hdf5::write(values, series.name, {n}, std::span<const double>(series.value));
    if (!series.se.empty())
      hdf5::write(errors, series.name, {n}, std::span<const double>(series.se));
  }
}

void write_cell(const Handle& file, std::size_t i, const CellRecord& cell) {
  const Handle group = hdf5::create_group(file, fmt::format("cell_{}", i));
  hdf5::write_attribute(group, "label", cell.label);
  hdf5::write_attribute(group, "hash", cell.hash);
  hdf5::write_attribute(group, "cell", cell.cell);
  const auto replicates = static_cast<std::int64_t>(cell.status.size());
  std::vector<std::int8_t> status;
  for (const Status s : cell.status) status.push_back(static_cast<std::int8_t>(s));
  hdf5::write(group, "status", {replicates}, std::span<const std::int8_t>(status));
  hdf5::write(group, "message", {replicates}, std::span<const std::string>(cell.message));
  hdf5::write(group, "at", {static_cast<std::int64_t>(cell.at.size())},
              std::span<const std::int64_t>(cell.at));
  write_series(group, "metrics", cell.metrics);
  write_series(group, "extras", cell.extras);
  if (!cell.ess_path.empty())
    hdf5::write(group, "ess", {static_cast<std::int64_t>(cell.ess_path.size())},
                std::span<const double>(cell.ess_path));
  if (cell.samples) {
    const Samples& samples = *cell.samples;
    hdf5::write(group, "x", {samples.n, samples.d}, std::span<const double>(samples.x));
    hdf5::write(group, "log_w", {samples.n}, std::span<const double>(samples.log_w));
  }
}

void write_null(const Handle& file, std::size_t i, const NullRecord& null) {
  const Handle group = hdf5::create_group(file, fmt::format("null_{}", i));
  hdf5::write_attribute(group, "hash", null.hash);
  hdf5::write_attribute(group, "problem", null.problem);
  write_series(group, "metrics", null.metrics);
}

// --- reading: the digest held, so a surprise here is an IoError ---

std::vector<Series> read_series(const Handle& record, const std::string& name) {
  const Handle values = hdf5::open_group(record, name);
  const Handle errors = hdf5::open_group(record, name + "_se");
  std::vector<Series> list;
  for (const std::string& series : hdf5::list(values)) {
    list.push_back({series, hdf5::read_reals(hdf5::open_dataset(values, series)), {}});
    if (hdf5::kind_of(errors, series) == "dataset")
      list.back().se = hdf5::read_reals(hdf5::open_dataset(errors, series));
  }
  return list;
}

CellRecord read_cell(const Handle& group) {
  CellRecord cell;
  cell.label = hdf5::read_text_attribute(group, "label");
  cell.hash = hdf5::read_text_attribute(group, "hash");
  cell.cell = hdf5::read_integer_attribute(group, "cell");
  for (const std::int64_t s : hdf5::read_integers(hdf5::open_dataset(group, "status")))
    cell.status.push_back(static_cast<Status>(s));
  cell.message = hdf5::read_texts(hdf5::open_dataset(group, "message"));
  cell.at = hdf5::read_integers(hdf5::open_dataset(group, "at"));
  cell.metrics = read_series(group, "metrics");
  cell.extras = read_series(group, "extras");
  if (hdf5::kind_of(group, "ess") == "dataset")
    cell.ess_path = hdf5::read_reals(hdf5::open_dataset(group, "ess"));
  if (hdf5::kind_of(group, "x") == "dataset") {
    const Handle x = hdf5::open_dataset(group, "x");
    const hdf5::Shape shape = hdf5::extent(x).shape;
    cell.samples = Samples{shape.at(0), shape.at(1), hdf5::read_reals(x),
                           hdf5::read_reals(hdf5::open_dataset(group, "log_w"))};
  }
  return cell;
}

NullRecord read_null(const Handle& group) {
  return {hdf5::read_integer_attribute(group, "problem"), hdf5::read_text_attribute(group, "hash"),
          read_series(group, "metrics")};
}

}  // namespace

void write_part(const std::filesystem::path& path, const Part& part) {
  hdf5::MemoryFile memory(path.string(), std::size_t{1} << 16);
  for (std::size_t i = 0; i < part.cells.size(); ++i) write_cell(memory.file(), i, part.cells[i]);
  for (std::size_t i = 0; i < part.nulls.size(); ++i) write_null(memory.file(), i, part.nulls[i]);
  const Bytes image = memory.finish();
  const std::string text = header(image);
  write_durably(path, {std::as_bytes(std::span(text)), image});
}

std::optional<Part> read_part(const std::filesystem::path& path) try {
  const std::vector<std::byte> bytes = read_bytes(path);
  if (bytes.size() < header_size) return std::nullopt;
  const Bytes image = Bytes(bytes).subspan(header_size);
  if (std::memcmp(bytes.data(), header(image).data(), header_size) != 0) return std::nullopt;

  const Handle file = hdf5::open_image(image, path.string());
  Part part;
  for (const std::string& name : hdf5::list(file)) {
    const Handle group = hdf5::open_group(file, name);
    if (name.starts_with("cell_")) part.cells.push_back(read_cell(group));
    if (name.starts_with("null_")) part.nulls.push_back(read_null(group));
  }
  return part;
} catch (const IoError&) {
  return std::nullopt;
}

PartFolder read_parts(const std::filesystem::path& folder) {
  PartFolder found;
  std::error_code none;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    if (is_temporary(entry.path())) found.temporary.push_back(entry.path());
    if (entry.path().extension() == part_extension) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    if (std::optional<Part> part = read_part(path)) {
      found.parts.push_back(std::move(*part));
      found.files.push_back(path);
    } else {
      found.not_intact.push_back(path);
    }
  }
  return found;
}

}  // namespace plumbline
