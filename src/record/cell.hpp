// What one cell of a sweep, and one set of exact draws, leaves: numbers by replicate.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plumbline {

/// How one replicate of one cell ended. `missing` = not run (yet).
enum class Status : std::int8_t { ok, diverged, degenerate, failed, missing };
constexpr auto names(Status) {
  return std::array{"ok", "diverged", "degenerate", "failed", "missing"};
}

/// Values of one named quantity, and their standard errors where it has them (else empty).
struct Series {
  std::string name;
  std::vector<double> value;  ///< [replicate], or [null_replicate] in a NullRecord
  std::vector<double> se = {};
};

/// The extra that is a digest of a replicate's draws (core/ensemble.hpp), of exact draws too: who
/// samples them again knows whether they are the same.
inline constexpr const char* draws_digest = "draws_digest";

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

/// Where a cell lies in its file: label of the sampler, index of the cell among that sampler's.
using CellPlace = std::pair<std::string, std::int64_t>;

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
  std::string claim = {};             ///< Claim::text at these settings; "" in the oldest files
  std::vector<CalibrationRecord> calibration = {};  ///< written, never read back
  /// Claim::text of its evidence: in which limit that is unbiased; "" where there is none, and in
  /// files before this was said.
  std::string evidence_claim = {};
};

/// The metrics on exact draws at one problem point.
struct NullRecord {
  std::int64_t problem = 0;  ///< row-major over the problem's axes
  std::string hash;
  std::vector<Series> metrics;  ///< [null_replicate]; one is `draws_digest`, not in old files
};

}  // namespace plumbline
