// Defensive reading of users' arrays.
#include "io/user/points.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <limits>

#include "core/errors.hpp"
#include "io/hdf5/hdf5.hpp"
#include "io/hdf5/quarantine.hpp"

namespace plumbline {
namespace {

using hdf5::Handle;

std::string shape_text(const hdf5::Shape& shape) {
  return fmt::format("shape [{}]", fmt::join(shape, ", "));
}

/// "[3, 1]" for the flat index of a bad entry.
std::string position(std::size_t flat, const hdf5::Shape& shape) {
  std::vector<std::int64_t> at(shape.size());
  for (std::size_t i = shape.size(); i-- > 0;) {
    const auto size = static_cast<std::size_t>(shape[i]);
    at[i] = static_cast<std::int64_t>(flat % size);
    flat /= size;
  }
  return fmt::format("[{}]", fmt::join(at, ", "));
}

}  // namespace

struct PointsFile::State {
  std::filesystem::path path;
  Handle file;

  SpecError mistake(const std::string& name, const std::string& value,
                    const std::string& allowed) const {
    return {name, value, allowed, Location{path.string()}};
  }

  /// The dataset's numbers; `form` says what is allowed: "[K, D]".
  NumberArray read(const std::string& name, std::size_t least, std::size_t most,
                   const std::string& form, double lowest) const {
    hdf5::try_in_child(path, [&] {
      State{path, hdf5::open_file(path)}.read_here(name, least, most, form, lowest);
    });
    return read_here(name, least, most, form, lowest);
  }

  NumberArray read_here(const std::string& name, std::size_t least, std::size_t most,
                        const std::string& form, double lowest) const try {
    const std::string kind = hdf5::kind_of(file, name);
    if (kind != "dataset")
      throw mistake(name, kind.empty() ? "missing" : "a " + kind, "a dataset " + form);
    const Handle dataset = hdf5::open_dataset(file, name);
    const hdf5::Extent extent = hdf5::extent(dataset);
    if (extent.kind != hdf5::Kind::real && extent.kind != hdf5::Kind::integer)
      throw mistake(name, extent.kind == hdf5::Kind::text ? "text" : "no numbers",
                    "a dataset of numbers " + form);
    if (const std::size_t rank = extent.shape.size(); rank < least || rank > most)
      throw mistake(name, shape_text(extent.shape), form);
    if (extent.count <= 0 || extent.count > max_input_values)
      throw mistake(name, shape_text(extent.shape),
                    fmt::format("{} with 1 to {} numbers", form, max_input_values));
    NumberArray values{extent.shape, hdf5::read_reals(dataset, max_input_values)};
    for (std::size_t i = 0; i < values.values.size(); ++i) {
      const double v = values.values[i];
      if (std::isfinite(v) || v == lowest) continue;
      throw mistake(name + position(i, values.shape), fmt::format("{}", v), "finite numbers");
    }
    return values;
  } catch (const IoError& error) {
    throw mistake(name, "unreadable", fmt::format("a dataset {}: {}", form, error.what()));
  }
};

PointsFile::PointsFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
PointsFile::PointsFile(PointsFile&&) noexcept = default;
PointsFile::~PointsFile() = default;

PointsFile PointsFile::open(const std::filesystem::path& path) try {
  hdf5::try_in_child(path, [&] {
    const Handle file = hdf5::open_file(path);
    for (const std::string& name : hdf5::list(file)) hdf5::kind_of(file, name);
  });
  return PointsFile(std::make_unique<State>(State{path, hdf5::open_file(path)}));
} catch (const IoError& error) {
  throw SpecError("file", path.string(), fmt::format("a readable HDF5 file: {}", error.what()));
}

bool PointsFile::has(const std::string& name) const {
  return hdf5::kind_of(state_->file, name) == "dataset";
}

bool PointsFile::mentions(const std::string& name) const {
  return !hdf5::kind_of(state_->file, name).empty();
}

HostVector PointsFile::vector(const std::string& name) const {
  const NumberArray v = state_->read(name, 1, 1, "[n]", 0);
  return Eigen::Map<const HostVector>(v.values.data(), static_cast<Index>(v.values.size()));
}

HostVector PointsFile::log_weights(const std::string& name) const {
  const NumberArray v = log_weight_array(name, 1, 1, "[n]");
  return Eigen::Map<const HostVector>(v.values.data(), static_cast<Index>(v.values.size()));
}

HostMatrix PointsFile::matrix(const std::string& name) const {
  const NumberArray v = state_->read(name, 2, 2, "[rows, columns]", 0);
  return Eigen::Map<const HostMatrix>(v.values.data(), v.shape[0], v.shape[1]);
}

std::vector<HostMatrix> PointsFile::matrices(const std::string& name) const {
  const NumberArray v = state_->read(name, 3, 3, "[K, D, D]", 0);
  if (v.shape[1] != v.shape[2]) throw state_->mistake(name, shape_text(v.shape), "[K, D, D]");
  std::vector<HostMatrix> list;
  for (std::int64_t k = 0; k < v.shape[0]; ++k)
    list.emplace_back(Eigen::Map<const HostMatrix>(v.values.data() + k * v.shape[1] * v.shape[2],
                                                   v.shape[1], v.shape[2]));
  return list;
}

NumberArray PointsFile::array(const std::string& name, std::size_t least, std::size_t most,
                              const std::string& form) const {
  return state_->read(name, least, most, form, 0);
}

NumberArray PointsFile::log_weight_array(const std::string& name, std::size_t least,
                                         std::size_t most, const std::string& form) const {
  return state_->read(name, least, most, form, -std::numeric_limits<double>::infinity());
}

}  // namespace plumbline
