// Where the named arrays of a user's file come from: HDF5, or a .npz archive.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/user/points.hpp"

namespace plumbline {

/// Every function may throw IoError (what was attempted, on what, why): PointsFile makes it a
/// SpecError at the file.
class ArraySource {
 public:
  virtual ~ArraySource() = default;

  /// Everything that is there, but for scales of dimensions.
  virtual std::vector<std::string> names() const = 0;
  /// "" when absent, else "dataset", "group", "link", ….
  virtual std::string kind_of(const std::string& name) const = 0;
  /// Requires a group.
  virtual std::unique_ptr<ArraySource> in_group(const std::string& name) const = 0;

  /// What a dataset promises, before it is read.
  struct Promise {
    bool numbers = false, texts = false;
    std::vector<std::int64_t> shape;
    std::int64_t count = 0;  ///< −1 when it does not fit
  };
  virtual Promise promise(const std::string& name) const = 0;
  /// Requires numbers, and a count in [1, max_input_values].
  virtual StoredArray read(const std::string& name) const = 0;
  virtual std::vector<std::string> read_texts(const std::string& name) const = 0;
  /// A number that is an attribute of what `names` lists; none where there is no such thing.
  virtual std::optional<double> attribute(const std::string&) const { return {}; }
  /// What the file says of itself by this name: an attribute of the HDF5 group, or an array of one
  /// text in a .npz; nothing when it says nothing.
  virtual std::optional<std::string> text(const std::string& name) const = 0;
};

std::unique_ptr<ArraySource> open_hdf5_source(const std::filesystem::path& path);
std::unique_ptr<ArraySource> open_npz_source(const std::filesystem::path& path);

}  // namespace plumbline
