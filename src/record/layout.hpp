// The shape of a result file: samplers, axes, metrics. The harness fills the records of this room,
// io stores them and reads them back; on core alone, without HDF5 and Kokkos.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "record/claim.hpp"
#include "record/metric_info.hpp"

namespace plumbline {

/// Coordinate values; int8 holds booleans (0, 1).
using AxisValues = std::variant<std::vector<double>, std::vector<std::int64_t>,
                                std::vector<std::int8_t>, std::vector<std::string>>;
std::size_t length(const AxisValues& values);
/// One coordinate value as text ("10", "0.25", "true", "fixed").
std::string value_text(const AxisValues& values, std::int64_t i);

/// Values along an axis.
struct Coordinate {
  std::string name;  ///< no '/'
  std::string doc;   ///< becomes `long_name`
  AxisValues values;
};

/// One dimension of a sweep. `name` names the dimension and its coordinate; settings zipped with it
/// are further coordinates of the same length. A value that is a table or a list is TOML text.
struct AxisInfo {
  std::string name;
  std::string doc;
  AxisValues values;
  std::vector<Coordinate> zipped = {};

  std::size_t size() const { return length(values); }
};

/// Groups of a result file that are no sampler's.
const std::vector<std::string>& reserved_labels();

struct SamplerLayout {
  std::string label;                ///< group name in the file: not a reserved one
  std::string kind;                 ///< catalogue name
  std::string claim;                ///< Claim::text; of several cells' "nothing or exact"
  std::string reference;            ///< "Author year, algorithm n"
  std::string settings;             ///< every resolved setting as TOML text, axes as lists
  std::vector<AxisInfo> axes = {};  ///< this sampler's own; the problem's axes come before them
  std::vector<BudgetSetting> budgets = {};  ///< its settings that are budgets, claimed or not
};

/// The shape of a whole result file, known before anything runs.
struct SweepLayout {
  std::string name;
  std::string spec;                          ///< the sweep file, verbatim
  std::string spec_hash;                     ///< of the resolved sweep
  std::vector<std::string> tolerances = {};  ///< "tolerance.location = 0.25"; {} in old files
  std::uint64_t seed = 0;
  std::int64_t draws = 0;
  std::int64_t replicates = 0;
  std::int64_t null_replicates = 0;
  std::vector<AxisInfo> problem_axes = {};
  std::vector<SamplerLayout> samplers = {};
  std::vector<MetricInfo> metrics = {};
  std::vector<MetricInfo> extras = {};  ///< what CellRecord::extras may hold, described

  /// Number of points of the problem's axes; 1 without axes.
  std::int64_t problem_points() const;
  /// Problem's axes, then the sampler's: the order in which a cell's flat index counts (row-major).
  std::vector<AxisInfo> axes(const SamplerLayout& sampler) const;
  /// The same cells under the same name, judged by the same tolerances (where a file says them).
  bool is_of_same_sweep(const SweepLayout& other) const;
  const SamplerLayout* find_sampler(const std::string& label) const;  ///< nullptr when absent

  /// Labels and names that a file can hold: non-empty, no '/', no clash among the variables of a
  /// group, no reserved label. SpecError otherwise.
  void check() const;
};

}  // namespace plumbline
