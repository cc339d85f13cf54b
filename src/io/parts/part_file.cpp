// Parts: header with digest, then an HDF5 image: the records of io/parts/record_fields.hpp as three
// datasets. Parts of the first kind, a group per record, are still read.
#include "io/parts/part_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/errors.hpp"
#include "io/hdf5/hdf5.hpp"
#include "io/hdf5/quarantine.hpp"
#include "io/parts/durable.hpp"
#include "io/parts/record_fields.hpp"
#include "io/parts/seal.hpp"
#include "record/functionals.hpp"

namespace plumbline {
namespace {

using hdf5::Handle;

constexpr std::size_t header_size = 512;  // where HDF5 looks for its signature after byte 0
constexpr const char* magic = "plumbline part 2";
constexpr const char* first_magic = "plumbline part 1";

std::string header(Bytes image, const char* kind = magic) {
  std::string text =
      fmt::format("{}\ndigest {:016x}\nbytes {}\n", kind, digest(image), image.size());
  text.resize(header_size, '\0');
  return text;
}

// The digest held, so a surprise in what follows is an IoError.
[[noreturn]] void refuse(const Handle& at) {
  throw IoError("cannot read " + at.name() + ": its arrays do not fit together");
}

// --- parts of the first kind ---

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
  for (const std::int64_t s : hdf5::read_integers(hdf5::open_dataset(group, "status"))) {
    if (s < 0 || s >= static_cast<std::int64_t>(names(Status{}).size())) refuse(group);
    cell.status.push_back(static_cast<Status>(s));
  }
  cell.message = hdf5::read_texts(hdf5::open_dataset(group, "message"));
  cell.at = hdf5::read_integers(hdf5::open_dataset(group, "at"));
  cell.metrics = read_series(group, "metrics");
  cell.extras = read_series(group, "extras");
  if (hdf5::kind_of(group, "ess") == "dataset")
    cell.ess_path = hdf5::read_reals(hdf5::open_dataset(group, "ess"));
  if (hdf5::kind_of(group, "x") == "dataset") {
    const Handle x = hdf5::open_dataset(group, "x");
    const hdf5::Shape shape = hdf5::extent(x).shape;
    if (shape.size() != 2) refuse(group);
    cell.samples = Samples{shape[0], shape[1], hdf5::read_reals(x),
                           hdf5::read_reals(hdf5::open_dataset(group, "log_w"))};
  }
  return cell;
}

NullRecord read_null(const Handle& group) {
  return {hdf5::read_integer_attribute(group, "problem"), hdf5::read_text_attribute(group, "hash"),
          read_series(group, "metrics")};
}

Part read_groups(const Handle& file) {
  Part part;
  for (const std::string& name : hdf5::list(file)) {
    const Handle group = hdf5::open_group(file, name);
    if (name.starts_with("cell_")) part.cells.push_back(read_cell(group));
    if (name.starts_with("null_")) part.nulls.push_back(read_null(group));
  }
  return part;
}

// --- parts as they are written now ---

template <class T>
void write_array(const Handle& file, const std::string& name, const std::vector<T>& values) {
  hdf5::write(file, name, {static_cast<std::int64_t>(values.size())}, std::span<const T>(values));
}

Part read_flat(const Handle& file) {
  Parcel parcel{{},
                hdf5::read_integers(hdf5::open_dataset(file, "whole")),
                hdf5::read_reals(hdf5::open_dataset(file, "real"))};
  for (const std::int64_t c : hdf5::read_integers(hdf5::open_dataset(file, "text")))
    parcel.text += static_cast<char>(c);
  const std::int64_t cells = hdf5::read_integer_attribute(file, "cells");
  const std::int64_t nulls = hdf5::read_integer_attribute(file, "nulls");
  Part part{{}, {}, hdf5::read_text_attribute(file, "command")};
  Unpacking records(std::move(parcel));
  for (std::int64_t i = 0; i < cells; ++i) unpack(records, part.cells.emplace_back());
  for (std::int64_t i = 0; i < nulls; ++i) unpack(records, part.nulls.emplace_back());
  return part;
}

/// A message for every status, and samples of the size that they say.
void require_whole(const CellRecord& cell, const Handle& file) {
  if (cell.message.size() != cell.status.size()) refuse(file);
  if (!cell.samples) return;
  const Samples& samples = *cell.samples;
  if (hdf5::count_of({samples.n, samples.d}) != static_cast<std::int64_t>(samples.x.size()) ||
      samples.n != static_cast<std::int64_t>(samples.log_w.size()))
    refuse(file);
}

/// The bytes of a file whose header, and so its digest, is that of a part; empty for any other.
std::vector<std::byte> intact(const std::filesystem::path& path) try {
  std::vector<std::byte> bytes = read_bytes(path);
  if (bytes.size() < header_size) return {};
  const Bytes image = Bytes(bytes).subspan(header_size);
  for (const char* kind : {magic, first_magic})
    if (std::memcmp(bytes.data(), header(image, kind).data(), header_size) == 0) return bytes;
  return {};
} catch (const IoError&) {
  std::error_code none;
  if (std::filesystem::is_regular_file(path, none)) throw;
  return {};  // vanished: it has become part of another
}

std::optional<Part> read_here(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = intact(path);
  if (bytes.empty()) return std::nullopt;
  try {
    const Handle file = hdf5::open_image(Bytes(bytes).subspan(header_size), path.string());
    const bool now = std::memcmp(bytes.data(), magic, std::strlen(magic)) == 0;
    Part part = now ? read_flat(file) : read_groups(file);
    for (const CellRecord& cell : part.cells) require_whole(cell, file);
    for (CellRecord& cell : part.cells) rename_functionals(cell.extras);
    return part;
  } catch (const IoError&) {
    return std::nullopt;
  }
}

// --- from a child process ---

void pack(const Part& part, Packing& packing) {
  packing.list(part.cells, [&](const CellRecord& cell) { pack(cell, packing); });
  packing.list(part.nulls, [&](const NullRecord& null) { pack(null, packing); });
  packing.text(part.command);
}

void unpack(Unpacking& unpacking, Part& part) {
  unpacking.list(part.cells, [&](CellRecord& cell) { unpack(unpacking, cell); });
  unpacking.list(part.nulls, [&](NullRecord& null) { unpack(unpacking, null); });
  unpacking.text(part.command);
}

std::vector<std::optional<Part>> read_in_child(const std::vector<std::filesystem::path>& files) {
  std::uintmax_t size = 0;
  for (const std::filesystem::path& file : files) {
    std::error_code none;
    const std::uintmax_t more = std::filesystem::file_size(file, none);
    if (!none) size += more;
  }
  const auto read = [&](Packing& packing) {
    for (const std::filesystem::path& file : files)
      packing.optional(read_here(file), [&](const Part& part) { pack(part, packing); });
  };
  Unpacking found(hdf5::read_in_child(files.front(), read, hdf5::trial_limits(size)));
  std::vector<std::optional<Part>> parts(files.size());
  for (std::optional<Part>& part : parts)
    found.optional(part, [&](Part& each) { unpack(found, each); });
  return parts;
}

}  // namespace

void write_part(const std::filesystem::path& path, const Part& part) {
  Parcel parcel;
  Packing packing(parcel);
  for (const CellRecord& cell : part.cells) pack(cell, packing);
  for (const NullRecord& null : part.nulls) pack(null, packing);
  hdf5::MemoryFile memory(path.string(), std::size_t{1} << 16);
  const Handle& root = memory.file();
  hdf5::write_attribute(root, "cells", static_cast<std::int64_t>(part.cells.size()));
  hdf5::write_attribute(root, "nulls", static_cast<std::int64_t>(part.nulls.size()));
  hdf5::write_attribute(root, "command", part.command);
  write_array(root, "text", std::vector<std::int8_t>(parcel.text.begin(), parcel.text.end()));
  write_array(root, "whole", parcel.whole);
  write_array(root, "real", parcel.real);
  const Bytes image = memory.finish();
  const std::string text = header(image);
  write_durably(path, {std::as_bytes(std::span(text)), image});
}

std::vector<std::optional<Part>> read_parts(const std::vector<std::filesystem::path>& files) {
  if (files.empty()) return {};
  try {
    return read_in_child(files);
  } catch (const SpecError&) {
    if (files.size() == 1) throw;
  }
  std::vector<std::optional<Part>> parts;  // one by one: which of them does the harm?
  for (const std::filesystem::path& file : files) parts.push_back(read_in_child({file}).front());
  return parts;
}

bool is_intact_part(const std::filesystem::path& path) {
  return !intact(path).empty();
}

std::optional<Part> read_part(const std::filesystem::path& path) {
  return read_parts({path}).front();
}

PartFolder list_parts(const std::filesystem::path& folder) {
  PartFolder found;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error), end;
  for (; !error && entry != end; entry.increment(error)) {
    const std::filesystem::path& path = entry->path();
    if (is_temporary(path)) found.temporary.push_back(path);
    if (path.extension() == part_extension) found.parts.push_back(path);
    if (path.extension() == begun_extension) found.begun.push_back(path);
  }
  if (error && error != std::errc::no_such_file_or_directory)
    throw IoError(fmt::format("cannot list {}: {}", folder.string(), error.message()));
  std::sort(found.parts.begin(), found.parts.end());
  return found;
}

}  // namespace plumbline
