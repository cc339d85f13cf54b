// Files in HDF5: what users bring, results and parts. The seals of the last two are made right, or
// nothing else would be seen to be refused.
#include <algorithm>
#include <functional>

#include "core/errors.hpp"
#include "fuzz/edited_file.hpp"
#include "io/hdf5/hdf5.hpp"
#include "io/parts/part_file.hpp"
#include "io/parts/seal.hpp"
#include "io/result/result_file.hpp"
#include "io/user/array_file.hpp"
#include "io/user/draws_file.hpp"
#include "io/user/point_set.hpp"
#include "io/user/points.hpp"
#include "unit/io/example.hpp"

namespace plumbline::fuzz {
namespace {

constexpr std::size_t part_header = 512;

Bytes as_bytes(const FileBytes& bytes) {
  return std::as_bytes(std::span(bytes));
}

Base arrays(const std::function<void(ArrayFile&)>& fill) {
  ArrayFile file;
  fill(file);
  const std::filesystem::path path = as_file("base.h5", {});
  file.write(path);
  return Base(bytes_of(path));
}

HostMatrix matrix(Index rows, Index columns) {
  return HostMatrix::NullaryExpr(
      rows, columns, [](Index i, Index j) { return static_cast<Real>(i + 1) / (j + 1); });
}

/// One sampler without axes, and everything that results can hold, over one axis of the problem.
std::vector<Results> results() {
  Results small = example::results();
  small.layout.problem_axes.clear();
  small.layout.samplers.pop_back();
  small.layout.samplers[0].axes.clear();
  small.cells = {example::cell(small.layout, small.layout.samplers[0], 0)};
  small.nulls.resize(1);
  small.problems.resize(1);
  Results full = example::results();
  full.layout.problem_axes.erase(full.layout.problem_axes.begin());
  full.cells.clear();
  for (const SamplerLayout& sampler : full.layout.samplers)
    for (const std::int64_t index : {0, 1})
      full.cells.push_back(example::cell(full.layout, sampler, index));
  full.cells.back().samples = Samples{2, 2, {1, 2, 3, 4}, {0, 0}};
  full.cells.back().ess_path = {0.5, 0.25};
  full.nulls.resize(2);
  full.problems.resize(2);
  return {small, full};
}

/// The file without its seal.
Base unsealed(const Results& results) {
  const std::filesystem::path path = as_file("base.h5", {});
  write_results(path, results);
  FileBytes bytes = bytes_of(path);
  const std::size_t seal_size = seal({}).size();
  PLUMBLINE_REQUIRE(bytes.size() > seal_size, "a sealed file");
  bytes.resize(bytes.size() - seal_size);
  return Base(std::move(bytes));
}

Base built(const std::function<void(const hdf5::Handle&)>& fill) {
  hdf5::MemoryFile memory("base", std::size_t{1} << 16);
  fill(memory.file());
  const std::span<const std::byte> bytes = memory.finish();
  const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return Base(FileBytes(first, first + bytes.size()));
}

// --- parts: a header of 512 bytes, which says what is behind it ---

FileBytes image_of_now() {
  const std::filesystem::path path = as_file("base.part", {});
  const Results full = example::results();
  write_part(path, {{full.cells[0], full.cells[24]}, {full.nulls[0]}});
  const FileBytes bytes = bytes_of(path);
  return {bytes.begin() + part_header, bytes.end()};
}

void write(const hdf5::Handle& group, const std::string& name, const std::vector<double>& values,
           const hdf5::Shape& shape = {}) {
  hdf5::write(group, name,
              shape.empty() ? hdf5::Shape{static_cast<std::int64_t>(values.size())} : shape,
              std::span<const double>(values));
}

/// A group per record, as parts of the first kind have it.
void fill_first_kind(const hdf5::Handle& file) {
  const std::vector<std::int64_t> three = {0, 1, 2};
  const std::vector<std::string> messages = {"", "", "x"};
  const hdf5::Handle cell = hdf5::create_group(file, "cell_0"),
                     null = hdf5::create_group(file, "null_0");
  hdf5::write_attribute(cell, "label", std::string("smc"));
  hdf5::write_attribute(cell, "cell", std::int64_t{0});
  hdf5::write_attribute(null, "problem", std::int64_t{0});
  for (const hdf5::Handle* record : {&cell, &null}) {
    hdf5::write_attribute(*record, "hash", std::string("0123"));
    for (const char* name : {"metrics", "metrics_se"})
      write(hdf5::create_group(*record, name), "mean_error", {1, 2, 3});
  }
  for (const char* name : {"extras", "extras_se"})
    write(hdf5::create_group(cell, name), "wall_seconds", {1, 2, 3});
  hdf5::write(cell, "status", {3}, std::span<const std::int64_t>(three));
  hdf5::write(cell, "at", {3}, std::span<const std::int64_t>(three));
  hdf5::write(cell, "message", {3}, std::span<const std::string>(messages));
  write(cell, "ess", {0.5, 0.25});
  write(cell, "x", {1, 2, 3, 4}, {2, 2});
  write(cell, "log_w", {0, 0});
}

FileBytes part_of(const std::string& kind, const FileBytes& image) {
  const std::string header =
      fmt::format("{}\ndigest {:016x}\nbytes {}\n", kind, digest(as_bytes(image)), image.size());
  FileBytes out(part_header + image.size());
  std::copy_n(header.begin(), std::min(header.size(), part_header), out.begin());
  std::copy(image.begin(), image.end(), out.begin() + part_header);
  return out;
}

}  // namespace

void draws(Input edits) {
  static const std::vector<Base> bases = {
      arrays([](ArrayFile& file) {
        file.add("x", {"draw", "coordinate"}, matrix(5, 2), "");
      }),
      arrays([](ArrayFile& file) {
        file.add("x", {"replicate", "draw", "coordinate"}, {2, 3, 2},
                 {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, "");
        file.add("log_w", {"replicate", "draw"}, matrix(2, 3), "");
      })};
  refusals_are_fine([&] { read_draws(as_file("x.h5", edited_file(bases, edits))); });
}

void prior(Input edits) {
  static const std::vector<Base> bases = {
      arrays([](ArrayFile& file) {
        file.add("weights", {"component"}, HostVector(HostVector::Ones(2)), "");
        file.add("means", {"component", "coordinate"}, matrix(2, 2), "");
        file.add("covariances", {"component", "row", "column"}, {2, 2, 2}, {1, 0, 0, 1, 2, 0, 0, 2},
                 "");
      }),
      arrays([](ArrayFile& file) {
        file.add("prior/means", {"component", "coordinate"}, matrix(2, 3), "");
        file.add("prior/variances", {"component", "coordinate"}, matrix(2, 3), "");
      })};
  refusals_are_fine([&] {
    PointsFile file = PointsFile::open(as_file("prior.h5", edited_file(bases, edits)));
    if (!file.mentions("means") && file.mentions("prior")) file = file.in_group("prior");
    file.refuse_others({"means", "weights", "covariances", "variances", "log_evidence"});
    if (file.has("weights")) file.vector("weights");
    file.matrix("means");
    if (file.mentions("variances")) file.array("variances", 1, 2, "[K] or [K, D]");
    if (file.mentions("covariances")) file.matrices("covariances");
  });
}

void points(Input edits) {
  static const std::vector<Base> bases = {
      arrays([](ArrayFile& file) {
        file.add("z", {"point", "coordinate"}, matrix(4, 3), "");
        file.add("log_w", {"point"}, HostVector(HostVector::Ones(4)), "");
      }),
      built([](const hdf5::Handle& file) {
        const std::vector<std::string> labels = {"a", "10", "9", "a"};
        write(file, "x", {1, 2, 3, 4, 5, 6, 7, 8}, {4, 2});
        write(file, "weights", {1, 2, 3, 4});
        hdf5::write(file, "labels", {4}, std::span<const std::string>(labels));
      })};
  refusals_are_fine([&] {
    const std::filesystem::path path = as_file("z.h5", edited_file(bases, edits));
    refusals_are_fine([&] {
      const PointsFile file = PointsFile::open(path);
      file.mentions("log_w") ? void(file.log_weights("log_w")) : void();
      file.matrix("z");
    });
    rows_by_label(read_point_set(path).labels);
  });
}

void result(Input edits) {
  static const std::vector<Base> bases = [] {
    std::vector<Base> list;
    for (const Results& each : results()) list.push_back(unsealed(each));
    return list;
  }();
  refusals_are_fine([&] {
    FileBytes bytes = edited_file(bases, edits);
    const std::string line = seal(as_bytes(bytes));
    bytes.insert(bytes.end(), line.begin(), line.end());
    // and once more to disk, as a merge of shards does
    write_results(as_file("merged.h5", {}), ResultFile::open(as_file("result.h5", bytes)).read());
  });
}

void part(Input edits) {
  static constexpr const char *now = "plumbline part 2", *first = "plumbline part 1";
  static const std::vector<Base> bases = [] {
    std::vector<Base> list = {Base(image_of_now()), built(fill_first_kind)};
    for (const auto& [kind, base] : {std::pair{now, list[0]}, {first, list[1]}})
      PLUMBLINE_REQUIRE(read_part(as_file("x.part", part_of(kind, base.edited({})))),
                        "not what '{}' is", kind);
    return list;
  }();
  refusals_are_fine([&] {
    const char* kind = !edits.empty() && edits[0] % 2 ? first : now;
    read_part(as_file("x.part", part_of(kind, edited_file(bases, edits))));
  });
}

}  // namespace plumbline::fuzz
