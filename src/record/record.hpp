// What a sweep produces, as plain numbers: layout, cells, null draws, resolved problems,
// provenance. The harness fills these, io stores them and reads them back. No HDF5, no Kokkos here.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace plumbline {

/// How one replicate of one cell ended. `missing` = not run (yet).
enum class Status : std::int8_t { ok, diverged, degenerate, failed, missing };
constexpr auto names(Status) {
  return std::array{"ok", "diverged", "degenerate", "failed", "missing"};
}

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

struct SamplerLayout {
  std::string
      label;         ///< group name in the file: not "null", "problem", "samples", "ess", "verdict"
  std::string kind;  ///< catalogue name
  std::string claim;                ///< the limit in which it is exact
  std::string reference;            ///< "Author year, Algorithm n"
  std::string settings;             ///< every resolved setting as TOML text, axes as lists
  std::vector<AxisInfo> axes = {};  ///< this sampler's own; the problem's axes come before them
};

/// A stored quantity: a metric, or an extra such as wall_seconds (`better` empty then).
struct MetricInfo {
  std::string name;
  std::string long_name;
  std::string units;
  std::string better;      ///< "lower", "higher", "zero"
  bool has_floor = false;  ///< computable on exact draws: /null holds it
  /// What the values follow when the draws are exact: "floor", the law of the metric on as many
  /// exact draws; "uniform", U[0, 1]; "none" or "": no verdict rests on it.
  std::string law = {};
};

/// The shape of a whole result file, known before anything runs.
struct SweepLayout {
  std::string name;
  std::string spec;       ///< the sweep file, verbatim
  std::string spec_hash;  ///< of the resolved sweep
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
  const SamplerLayout* find_sampler(const std::string& label) const;  ///< nullptr when absent

  /// Labels and names that a file can hold: non-empty, no '/', no clash among the variables of a
  /// group, no reserved label. SpecError otherwise.
  void check() const;
};

/// Values of one named quantity, and their standard errors where it has them (else empty).
struct Series {
  std::string name;
  std::vector<double> value;  ///< [replicate], or [null_replicate] in a NullRecord
  std::vector<double> se = {};
};

/// Draws of the first replicate of a cell.
struct Samples {
  std::int64_t n = 0, d = 0;
  std::vector<double> x;      ///< [n, d] row-major
  std::vector<double> log_w;  ///< [n]
};

/// A metric of one cell beside its null distribution: derived from metrics and null draws.
struct CalibrationRecord {
  std::string metric;
  double floor = 0;    ///< mean over the sets of exact draws
  double excess = 0;   ///< in standard deviations of one such set, towards worse
  double p_value = 1;  ///< of this metric alone, uncorrected
};

/// One finished cell: every replicate of one sampler at one point of its axes.
struct CellRecord {
  std::string label;                  ///< sampler
  std::int64_t cell = 0;              ///< row-major over SweepLayout::axes(sampler)
  std::vector<std::int64_t> at = {};  ///< index along each of those axes
  std::string hash;                   ///< of (resolved cell, code-relevant version)
  std::vector<Status> status;         ///< [replicate]
  std::vector<std::string> message;   ///< [replicate]; "" when ok
  std::vector<Series> metrics;
  std::vector<Series> extras;  ///< score_evaluations, wall_seconds, log_evidence, ess_min, …
  std::optional<Samples> samples = {};
  std::vector<double> ess_path = {};  ///< [step] ESS/N of a particle method, mean over replicates
  std::string claim = {};             ///< the limit in which the sampler is exact at these settings
  std::vector<CalibrationRecord> calibration = {};  ///< written, never read back
};

/// The metrics on exact draws at one problem point.
struct NullRecord {
  std::int64_t problem = 0;  ///< row-major over the problem's axes
  std::string hash;
  std::vector<Series> metrics;  ///< [null_replicate]
};

/// Numbers with a shape, row-major.
struct NumberArray {
  std::vector<std::int64_t> shape;
  std::vector<double> values;
};

/// The resolved problem at one point of the problem's axes. Covariances with K·D·D > max_covariance
/// numbers are left out; variances are always there.
struct ProblemRecord {
  static constexpr std::int64_t max_covariance = 1'000'000;

  std::int64_t problem = 0;
  std::string process, prior, observation;      ///< resolved settings as TOML text
  NumberArray weights;                          ///< [K]
  NumberArray means;                            ///< [K, D]
  NumberArray variances;                        ///< [K, D] diagonal of Σ_k, or [K, 1] isotropic
  std::optional<NumberArray> covariances = {};  ///< [K, D, D]
  /// Exact posterior over the d coordinates of a draw; absent for a tilted class. When y is drawn
  /// anew per replicate, that of the first.
  std::optional<NumberArray> posterior_weights = {};      ///< [K']
  std::optional<NumberArray> posterior_means = {};        ///< [K', d]
  std::optional<NumberArray> posterior_variances = {};    ///< [K', d] or [K', 1]
  std::optional<NumberArray> posterior_covariances = {};  ///< [K', d, d]
  NumberArray y;                                          ///< [m], or [replicate, m] when drawn
  std::vector<double> log_evidence;                       ///< [1], or [replicate] when drawn
  std::vector<double> target_mean;                        ///< [d]
  NumberArray target_covariance;                          ///< [d, d]
};

/// What `verify` says of a file: a statement per claim, for every metric that could be judged.
/// Written, never read back: it is derived from the rest.
struct VerdictRecord {
  struct Statement {
    std::string label;    ///< sampler
    std::string place;    ///< where along the axes that the claim does not speak of
    std::string claim;    ///< "particles", …
    std::string finding;  ///< of `findings`
    bool contradicted = false;
    std::int64_t cell = 0;        ///< flat index of the cell that decided
    std::string deciding_metric;  ///< "" when none could be judged
    std::int64_t further_draws = 0;
    std::string note;
    /// [metric] of that cell; NaN where not judged.
    std::vector<double> value, floor, floor_sd, statistic, statistic_se, p_value, p_adjusted;
  };
  /// A fit along one budget axis.
  struct Trend {
    std::int64_t statement = 0;
    std::string axis, metric, text;
    double slope = 0, slope_low = 0, slope_high = 0;  ///< rate of fall; NaN when nothing falls
    double plateau = 0, plateau_low = 0, plateau_high = 0;
  };
  double level = 0, margin = 0;
  std::int64_t tests = 0;             ///< p-values corrected together
  std::string command, judged;        ///< `judged`: when, ISO 8601, UTC
  std::vector<std::string> findings;  ///< names by flag value
  std::vector<std::string> metrics;
  std::vector<Statement> statements;
  std::vector<Trend> trends;
};

/// Where the numbers come from: root attributes.
struct Provenance {
  std::string command;
  std::string plumbline_version, git_commit;
  bool git_dirty = false;
  std::string compiler, build_flags, kokkos_version, backend, device, host;
  int threads = 0;
  std::string started, finished;                                    ///< ISO 8601, UTC
  std::vector<std::pair<std::string, std::string>> libraries = {};  ///< name → version
};

}  // namespace plumbline
