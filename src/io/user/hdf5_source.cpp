// Named arrays of an HDF5 file, with what its attributes say of the numbers.
#include <fmt/ranges.h>

#include <cmath>

#include "core/errors.hpp"
#include "io/hdf5/hdf5.hpp"
#include "io/hdf5/quarantine.hpp"
#include "io/user/array_source.hpp"

namespace plumbline {
namespace {

using hdf5::Handle;

/// Conventions of netCDF and CF under which the stored numbers are not the meant ones.
void refuse_packed(const Handle& dataset) {
  for (const auto& [name, neutral] : {std::pair{"scale_factor", 1.0}, {"add_offset", 0.0}}) {
    if (!hdf5::has_attribute(dataset, name)) continue;
    const double value = hdf5::read_real_attribute(dataset, name);
    if (value != neutral)
      throw IoError(fmt::format("{} has {} = {:.6g}, packed numbers: write them as they are",
                                dataset.name(), name, value));
  }
}

void refuse_missing(const Handle& dataset, const std::vector<double>& values) {
  for (const char* name : {"_FillValue", "missing_value"}) {
    if (!hdf5::has_attribute(dataset, name)) continue;
    const double fill = hdf5::read_real_attribute(dataset, name);
    for (std::size_t i = 0; i < values.size(); ++i)
      if (values[i] == fill)
        throw IoError(fmt::format("{} has a missing value, number {} of it: {:.6g} is its {}",
                                  dataset.name(), i, fill, name));
  }
}

class Hdf5Source final : public ArraySource {
 public:
  /// All that is read of the file is tried first (io/hdf5/quarantine.hpp).
  Hdf5Source(std::filesystem::path path, std::shared_ptr<const Handle> file, Handle group)
      : path_(std::move(path)), file_(std::move(file)), group_(std::move(group)) {
    hdf5::try_in_child(path_, [&] {
      for (const std::string& name : names())
        if (kind_of(name) == "dataset") promise(name);
    });
  }

  std::vector<std::string> names() const override {
    std::vector<std::string> names;
    for (const std::string& name : hdf5::list(group_)) {
      const bool scale = hdf5::kind_of(group_, name) == "dataset" &&
                         hdf5::is_scale(hdf5::open_dataset(group_, name));
      if (!scale) names.push_back(name);
    }
    return names;
  }

  std::string kind_of(const std::string& name) const override {
    return hdf5::kind_of(group_, name);
  }

  std::unique_ptr<ArraySource> in_group(const std::string& name) const override {
    return std::make_unique<Hdf5Source>(path_, file_, hdf5::open_group(group_, name));
  }

  Promise promise(const std::string& name) const override {
    const hdf5::Extent extent = hdf5::extent(hdf5::open_dataset(group_, name));
    return {extent.kind == hdf5::Kind::real || extent.kind == hdf5::Kind::integer,
            extent.kind == hdf5::Kind::text, extent.shape, extent.count};
  }

  StoredArray read(const std::string& name) const override {
    hdf5::try_in_child(path_, [&] { read_here(name); });
    return read_here(name);
  }

  std::optional<double> attribute(const std::string& name) const override {
    const auto read_here = [&]() -> std::optional<double> {
      if (!hdf5::has_attribute(group_, name)) return {};
      return hdf5::read_real_attribute(group_, name);
    };
    hdf5::try_in_child(path_, [&] { read_here(); });
    return read_here();
  }

  std::vector<std::string> read_texts(const std::string& name) const override {
    hdf5::try_in_child(path_, [&] { read_texts_here(name); });
    return read_texts_here(name);
  }

  std::optional<std::string> text(const std::string& name) const override {
    hdf5::try_in_child(path_, [&] { text_here(name); });
    return text_here(name);
  }

 private:
  std::optional<std::string> text_here(const std::string& name) const {
    if (hdf5::has_attribute(group_, name)) return hdf5::read_text_attribute(group_, name);
    if (kind_of(name) != "dataset") return std::nullopt;
    const std::vector<std::string> texts = hdf5::read_texts(hdf5::open_dataset(group_, name), 1);
    return texts.empty() ? std::nullopt : std::optional(texts.front());
  }
  StoredArray read_here(const std::string& name) const {
    const Handle dataset = hdf5::open_dataset(group_, name);
    const hdf5::Extent extent = hdf5::extent(dataset);
    refuse_packed(dataset);
    StoredArray out{{extent.shape, hdf5::read_reals(dataset, max_input_values)}};
    if (extent.kind == hdf5::Kind::real && extent.bytes <= 4) out.epsilon = 0x1p-23;
    refuse_missing(dataset, out.values);
    return out;
  }

  std::vector<std::string> read_texts_here(const std::string& name) const {
    return hdf5::read_texts(hdf5::open_dataset(group_, name), max_input_values);
  }

  std::filesystem::path path_;
  std::shared_ptr<const Handle> file_;  // outlives the group
  Handle group_;
};

}  // namespace

std::unique_ptr<ArraySource> open_hdf5_source(const std::filesystem::path& path) {
  hdf5::try_in_child(path, [&] { hdf5::open_root(hdf5::open_file(path)); });
  auto file = std::make_shared<const Handle>(hdf5::open_file(path));
  Handle root = hdf5::open_root(*file);
  return std::make_unique<Hdf5Source>(path, std::move(file), std::move(root));
}

}  // namespace plumbline
