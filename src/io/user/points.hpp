// Arrays of numbers in files that users bring: priors, points, draws made elsewhere. Everything is
// suspect: each complaint is a SpecError that names file, dataset, what it is and what is allowed.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/errors.hpp"
#include "core/linalg.hpp"
#include "record/numbers.hpp"

namespace plumbline {

/// Largest number of values in one dataset: 2 GiB of doubles.
inline constexpr std::int64_t max_input_values = std::int64_t{1} << 28;

/// Numbers, and how finely the type that they were stored in tells them apart.
struct StoredArray : NumberArray {
  double epsilon = 0x1p-52;  ///< 2^−23 where that was float32
};

class ArraySource;

/// An opened file of named arrays: NumPy's .npz by that ending, else HDF5.
///
/// Datasets of any integer or floating type are converted to double; NaN and ±∞ are refused, so are
/// links to other files, virtual and external storage, filters that HDF5 does not bring along,
/// shapes that promise more than the file or memory holds, numbers packed by `scale_factor` and
/// `add_offset`, and values that `_FillValue` or `missing_value` call missing.
class PointsFile {
 public:
  static PointsFile open(const std::filesystem::path& path);
  PointsFile(PointsFile&&) noexcept;
  PointsFile& operator=(PointsFile&&) noexcept;
  ~PointsFile();

  /// The same file, names looked up in a group of it.
  PointsFile in_group(const std::string& name) const;

  bool has(const std::string& name) const;       ///< a dataset of this name
  bool mentions(const std::string& name) const;  ///< anything of this name
  /// SpecError for the first name that is none of these, nor the scale of a dimension.
  void refuse_others(const std::vector<std::string>& known) const;

  HostVector vector(const std::string& name) const;                 ///< [n]
  HostMatrix matrix(const std::string& name) const;                 ///< [rows, columns]
  std::vector<HostMatrix> matrices(const std::string& name) const;  ///< [K, D, D]
  /// [n]; −∞ (weight 0) is allowed.
  HostVector log_weights(const std::string& name) const;
  /// What the file says of itself: an attribute of HDF5, an array of one text in .npz.
  std::optional<std::string> text(const std::string& name) const;
  /// Everything that is there, but for scales of dimensions.
  std::vector<std::string> names() const;
  /// [n] numbers or texts, as text.
  std::vector<std::string> labels(const std::string& name) const;

  /// Numbers with `least` to `most` dimensions; `form` says in messages what is allowed:
  /// "[n, d]".
  StoredArray array(const std::string& name, std::size_t least, std::size_t most,
                    const std::string& form) const;
  /// The same, where −∞ is allowed.
  StoredArray log_weight_array(const std::string& name, std::size_t least, std::size_t most,
                               const std::string& form) const;

  /// A number that is an attribute of the file or group; none in .npz files.
  std::optional<double> attribute(const std::string& name) const;

  /// A complaint about a dataset, at this file.
  SpecError mistake(const std::string& name, const std::string& value,
                    const std::string& allowed) const;

 private:
  explicit PointsFile(std::filesystem::path path, std::unique_ptr<ArraySource> source);
  StoredArray read(const std::string& name, std::size_t least, std::size_t most,
                   const std::string& form, double lowest) const;

  std::filesystem::path path_;
  std::unique_ptr<ArraySource> source_;
};

}  // namespace plumbline
