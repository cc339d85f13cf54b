// Files in HDF5: what users bring, results and parts. The seals of the last two are made right, or
// nothing else would be seen to be refused.
#include <algorithm>
#include <cstring>
#include <fstream>

#include "core/errors.hpp"
#include "fuzz/edited_file.hpp"
#include "io/parts/part_file.hpp"
#include "io/parts/seal.hpp"
#include "io/result/result_file.hpp"
#include "io/user/array_file.hpp"
#include "io/user/draws_file.hpp"
#include "io/user/points.hpp"
#include "unit/io/example.hpp"

namespace plumbline::fuzz {
namespace {

constexpr std::size_t part_header = 512;

FileBytes bytes_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

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

/// One sampler without axes, and everything that results can hold.
std::vector<Results> results() {
  Results small = example::results();
  small.layout.problem_axes.clear();
  small.layout.samplers.pop_back();
  small.layout.samplers[0].axes.clear();
  small.cells = {example::cell(small.layout, small.layout.samplers[0], 0)};
  small.nulls.resize(1);
  small.problems.resize(1);
  return {small, example::results()};
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

struct PartBase {
  std::string header;
  std::vector<Base> image;
};

PartBase part_base() {
  const std::filesystem::path path = as_file("base.part", {});
  const Results full = example::results();
  write_part(path, {{full.cells[0], full.cells[24]}, {full.nulls[0]}});
  const FileBytes bytes = bytes_of(path);
  PartBase base{{bytes.begin(), bytes.begin() + part_header}, {}};
  base.image.emplace_back(FileBytes(bytes.begin() + part_header, bytes.end()));
  return base;
}

/// The header's numbers after "digest " and "bytes ", made those of the image.
std::string header_for(std::string header, const FileBytes& image) {
  const auto replace = [&](std::string_view word, const std::string& number) {
    const std::size_t begin = header.find(word) + word.size();
    header.replace(begin, header.find('\n', begin) - begin, number);
  };
  replace("digest ", fmt::format("{:016x}", digest(as_bytes(image))));
  replace("bytes ", fmt::format("{}", image.size()));
  header.resize(part_header, '\0');
  return header;
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
  static const std::vector<Base> bases = {arrays([](ArrayFile& file) {
    file.add("weights", {"component"}, HostVector(HostVector::Ones(2)), "");
    file.add("means", {"component", "coordinate"}, matrix(2, 2), "");
    file.add("covariances", {"component", "row", "column"}, {2, 2, 2}, {1, 0, 0, 1, 2, 0, 0, 2},
             "");
  })};
  refusals_are_fine([&] {
    const PointsFile file = PointsFile::open(as_file("prior.h5", edited_file(bases, edits)));
    if (file.has("weights")) file.vector("weights");
    file.matrix("means");
    file.matrices("covariances");
  });
}

void points(Input edits) {
  static const std::vector<Base> bases = {arrays([](ArrayFile& file) {
    file.add("z", {"point", "coordinate"}, matrix(4, 3), "");
    file.add("log_w", {"point"}, HostVector(HostVector::Ones(4)), "");
  })};
  refusals_are_fine([&] {
    const PointsFile file = PointsFile::open(as_file("z.h5", edited_file(bases, edits)));
    file.mentions("log_w") ? void(file.log_weights("log_w")) : void();
    file.matrix("z");
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
    ResultFile::open(as_file("result.h5", bytes)).read();
  });
}

void part(Input edits) {
  static const PartBase base = [] {
    PartBase made = part_base();
    FileBytes whole = made.image[0].edited({});
    const std::string header = header_for(made.header, whole);
    whole.insert(whole.begin(), header.begin(), header.end());
    PLUMBLINE_REQUIRE(read_part(as_file("x.part", whole)), "the header is not what it was");
    return made;
  }();
  refusals_are_fine([&] {
    FileBytes bytes = edited_file(base.image, edits);
    const std::string header = header_for(base.header, bytes);
    bytes.insert(bytes.begin(), header.begin(), header.end());
    read_part(as_file("x.part", bytes));
  });
}

}  // namespace plumbline::fuzz
