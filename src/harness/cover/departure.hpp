// How far the runs of a cell depart from exact draws, and how far runs with a known error would.
// harness/verdict/README §14.
#pragma once

#include <span>
#include <vector>

#include "core/rng.hpp"
#include "harness/verdict/calibration.hpp"

namespace plumbline {

/// A measured set that stands for a run: the y it belongs to, and its metrics.
struct MeasuredRow {
  Index replicate = 0;         ///< whose y; matters where runs and null sets are pairs
  std::vector<double> values;  ///< [metric] in the order of the samples
};

/// The largest standardised deviation over metrics of R runs from exact draws:
///
///   a null        rank sum of the runs, |Σ_r (#{u < v_r} + ½ #{u = v_r} − R₀/2)|/√(R R₀ (R + R₀ +
///   1)/12) pairs         signed rank sum of differences a uniform law the largest of
///   Kolmogorov–Smirnov's distance as a normal deviation, of the mean
///                 and of the mean square about ½
///
/// An error is excluded by comparing this number with the same number under the error, so any
/// number would be valid; this one is nearly what the test of the cell looks at.
class CellDeparture {
 public:
  /// `judged`: metrics with numbers (`judgeable`).
  explicit CellDeparture(const std::vector<MetricSample>& judged);

  Real seen() const { return seen_; }  ///< NaN when no metric can say
  Index runs() const { return runs_; }

  /// Of `trials` cells whose runs have the error that `pool` has, how many depart no further than
  /// this one. Runs come from Pólya's urn with the rows of the pool and one exact set in it: the
  /// chance of the next run given the measured ones, with the error of so few rows in it, and never
  /// certain (Blackwell & MacQueen 1973; Rubin 1981).
  /// `most`: the metric that departs furthest most often.
  Index as_near(std::span<const MeasuredRow> pool, Index trials, Rng rng, std::size_t& most) const;

 private:
  struct Metric {
    MetricSample sample;         // as judged
    std::vector<double> sorted;  // null
    std::vector<double> exact;   // [null set] marks of the null itself
  };
  /// What is added up over runs, of one value.
  double mark(const Metric& metric, double value, Index replicate) const;
  Real deviation(const Metric& metric, std::vector<double>& marks) const;
  /// The mark of an exact set; of pairs that of another run, with a random sign.
  static double exact_mark(const Metric& metric, const std::vector<double>& pool, Real u);

  std::vector<Metric> metrics_;
  Index runs_ = 0;
  Real seen_ = nan;
};

}  // namespace plumbline
