// Arrays of numbers in files that users bring: priors, points, draws made elsewhere. Everything is
// suspect: each complaint is a SpecError that names file, dataset, what it is and what is allowed.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/linalg.hpp"
#include "record/numbers.hpp"

namespace plumbline {

/// Largest number of values in one dataset: 2 GiB of doubles.
inline constexpr std::int64_t max_input_values = std::int64_t{1} << 28;

/// An opened HDF5 file. Datasets of any integer or floating type are converted to double; NaN and
/// ±∞ are refused, so are links to other files, virtual and external storage, filters that HDF5
/// does not bring along, and shapes that promise more than the file or memory holds.
class PointsFile {
 public:
  static PointsFile open(const std::filesystem::path& path);
  PointsFile(PointsFile&&) noexcept;
  ~PointsFile();

  bool has(const std::string& name) const;       ///< a dataset of this name
  bool mentions(const std::string& name) const;  ///< anything of this name

  HostVector vector(const std::string& name) const;                 ///< [n]
  HostMatrix matrix(const std::string& name) const;                 ///< [rows, columns]
  std::vector<HostMatrix> matrices(const std::string& name) const;  ///< [K, D, D]
  /// [n]; −∞ (weight 0) is allowed.
  HostVector log_weights(const std::string& name) const;

  /// Numbers with `least` to `most` dimensions; `form` says in messages what is allowed:
  /// "[n, d]".
  NumberArray array(const std::string& name, std::size_t least, std::size_t most,
                    const std::string& form) const;
  /// The same, where −∞ is allowed.
  NumberArray log_weight_array(const std::string& name, std::size_t least, std::size_t most,
                               const std::string& form) const;

 private:
  struct State;
  explicit PointsFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace plumbline
