// Defensive reading of users' arrays.
#include "io/user/points.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/errors.hpp"
#include "io/user/array_source.hpp"
#include "io/user/user_file.hpp"

namespace plumbline {
namespace {

std::string shape_text(const std::vector<std::int64_t>& shape) {
  return fmt::format("shape [{}]", fmt::join(shape, ", "));
}

/// "[3, 1]" for the flat index of a bad entry.
std::string position(std::size_t flat, const std::vector<std::int64_t>& shape) {
  std::vector<std::int64_t> at(shape.size());
  for (std::size_t i = shape.size(); i-- > 0;) {
    const auto size = static_cast<std::size_t>(shape[i]);
    at[i] = static_cast<std::int64_t>(flat % size);
    flat /= size;
  }
  return fmt::format("[{}]", fmt::join(at, ", "));
}

/// Fit for a message, without quotes.
std::string plain(const std::string& name) {
  const std::string quoted = printable(name);
  return quoted.substr(1, quoted.size() - 2);
}

/// `look`, whose IoErrors are complaints about the file.
template <class Look>
auto at_file(const std::filesystem::path& path, const Look& look) try {
  return look();
} catch (const IoError& error) {
  throw SpecError("file", path.string(), fmt::format("must be a readable file: {}", error.what()));
}

}  // namespace

PointsFile::PointsFile(std::filesystem::path path, std::unique_ptr<ArraySource> source)
    : path_(std::move(path)), source_(std::move(source)) {}
PointsFile::PointsFile(PointsFile&&) noexcept = default;
PointsFile& PointsFile::operator=(PointsFile&&) noexcept = default;
PointsFile::~PointsFile() = default;

PointsFile PointsFile::open(const std::filesystem::path& path) try {
  if (path.extension() == ".npz") return PointsFile(path, open_npz_source(path));
  return PointsFile(path, open_hdf5_source(path));
} catch (const IoError& error) {
  throw SpecError("file", path.string(),
                  fmt::format("must be a readable HDF5 file: {}", error.what()));
}

PointsFile PointsFile::in_group(const std::string& name) const {
  return at_file(path_, [&] {
    if (const std::string kind = source_->kind_of(name); kind != "group") {
      std::vector<std::string> groups;
      for (const std::string& other : source_->names())
        if (source_->kind_of(other) == "group") groups.push_back(plain(other));
      throw mistake("group", printable(name),
                    kind.empty() ? not_one_of(plain(name), groups) : fmt::format("is a {}", kind));
    }
    return PointsFile(path_, source_->in_group(name));
  });
}

SpecError PointsFile::mistake(const std::string& name, const std::string& value,
                              const std::string& allowed) const {
  return {name, value, allowed, Location{path_.string()}};
}

bool PointsFile::has(const std::string& name) const {
  return at_file(path_, [&] { return source_->kind_of(name) == "dataset"; });
}

std::optional<std::string> PointsFile::text(const std::string& name) const {
  return at_file(path_, [&] { return source_->text(name); });
}

std::vector<std::string> PointsFile::names() const {
  return at_file(path_, [&] { return source_->names(); });
}

bool PointsFile::mentions(const std::string& name) const {
  return at_file(path_, [&] { return !source_->kind_of(name).empty(); });
}

std::optional<double> PointsFile::attribute(const std::string& name) const {
  return at_file(path_, [&] { return source_->attribute(name); });
}

void PointsFile::refuse_others(const std::vector<std::string>& known) const {
  for (const std::string& name : at_file(path_, [&] { return source_->names(); }))
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw mistake(printable(name), "", "nobody reads it: " + not_one_of(plain(name), known));
}

StoredArray PointsFile::read(const std::string& name, std::size_t least, std::size_t most,
                             const std::string& form, double lowest) const try {
  const std::string kind = source_->kind_of(name);
  if (kind != "dataset") {
    const std::string near = kind.empty() ? nearest(name, source_->names()) : "";
    throw mistake(
        name, kind.empty() ? "missing" : "a " + kind,
        "a dataset " + form + (near.empty() ? "" : fmt::format("; is it '{}'?", plain(near))));
  }
  const ArraySource::Promise promise = source_->promise(name);
  if (!promise.numbers)
    throw mistake(name, promise.texts ? "text" : "no numbers", "a dataset of numbers " + form);
  if (const std::size_t rank = promise.shape.size(); rank < least || rank > most)
    throw mistake(name, shape_text(promise.shape), form);
  if (promise.count <= 0 || promise.count > max_input_values)
    throw mistake(name, shape_text(promise.shape),
                  fmt::format("{} with 1 to {} numbers", form, max_input_values));
  StoredArray values = source_->read(name);
  for (std::size_t i = 0; i < values.values.size(); ++i) {
    const double v = values.values[i];
    if (std::isfinite(v) || v == lowest) continue;
    throw mistake(name + position(i, values.shape), fmt::format("{}", v), "finite numbers");
  }
  return values;
} catch (const IoError& error) {
  throw mistake(name, "unreadable", fmt::format("a dataset {}: {}", form, error.what()));
}

std::vector<std::string> PointsFile::labels(const std::string& name) const {
  const bool texts = at_file(
      path_, [&] { return source_->kind_of(name) == "dataset" && source_->promise(name).texts; });
  std::vector<std::string> labels;
  if (texts) {
    labels = at_file(path_, [&] { return source_->read_texts(name); });
    const auto shape = at_file(path_, [&] { return source_->promise(name).shape; });
    if (shape.size() != 1) throw mistake(name, shape_text(shape), "[n]");
  } else {
    for (const double label : array(name, 1, 1, "[n]").values)
      labels.push_back(fmt::format("{}", label));
  }
  return labels;
}

HostVector PointsFile::vector(const std::string& name) const {
  const StoredArray v = read(name, 1, 1, "[n]", 0);
  return Eigen::Map<const HostVector>(v.values.data(), static_cast<Index>(v.values.size()));
}

HostVector PointsFile::log_weights(const std::string& name) const {
  const StoredArray v = log_weight_array(name, 1, 1, "[n]");
  return Eigen::Map<const HostVector>(v.values.data(), static_cast<Index>(v.values.size()));
}

HostMatrix PointsFile::matrix(const std::string& name) const {
  const StoredArray v = read(name, 2, 2, "[rows, columns]", 0);
  return Eigen::Map<const HostMatrix>(v.values.data(), v.shape[0], v.shape[1]);
}

std::vector<HostMatrix> PointsFile::matrices(const std::string& name) const {
  const StoredArray v = read(name, 3, 3, "[K, D, D]", 0);
  if (v.shape[1] != v.shape[2]) throw mistake(name, shape_text(v.shape), "[K, D, D]");
  std::vector<HostMatrix> list;
  for (std::int64_t k = 0; k < v.shape[0]; ++k)
    list.emplace_back(Eigen::Map<const HostMatrix>(v.values.data() + k * v.shape[1] * v.shape[2],
                                                   v.shape[1], v.shape[2]));
  return list;
}

StoredArray PointsFile::array(const std::string& name, std::size_t least, std::size_t most,
                              const std::string& form) const {
  return read(name, least, most, form, 0);
}

StoredArray PointsFile::log_weight_array(const std::string& name, std::size_t least,
                                         std::size_t most, const std::string& form) const {
  return read(name, least, most, form, -infinity);
}

}  // namespace plumbline
