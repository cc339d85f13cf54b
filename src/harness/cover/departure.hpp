// How far runs depart from the exact draws of a cell. harness/verdict/README §14.
#pragma once

#include <span>
#include <vector>

#include "harness/verdict/calibration.hpp"

namespace plumbline {

/// A measured set that stands for a run: the y it belongs to, and its metrics.
struct MeasuredRow {
  Index replicate = 0;         ///< whose y; matters where runs and null sets are pairs
  std::vector<double> values;  ///< [metric] in the order of the samples
};

/// The largest standardised deviation over metrics of R runs from exact draws. With a null it is
/// that of the rank sum,
///
///     |Σ_r (#{u < v_r} + ½ #{u = v_r} − R₀/2)| / √(R R₀ (R + R₀ + 1)/12),
///
/// of pairs that of the signed rank sum; of a uniform law the largest of Kolmogorov–Smirnov's
/// distance as a normal deviation, of the mean and of the mean square about ½. An error is excluded
/// by comparing this number with the same number under the error, so any number would be valid;
/// this one is nearly what the test of the cell looks at.
class CellDeparture {
 public:
  /// `judged`: metrics with numbers (`judgeable`).
  explicit CellDeparture(const std::vector<MetricSample>& judged);

  Real seen() const { return seen_; }  ///< of the cell's own runs; NaN without metrics
  /// What an error must depart further than to be excluded: the cell's runs, and half of all exact
  /// ones (of as many independent normal deviations). A cell that happens to lie very near excludes
  /// nothing that nobody could see.
  Real threshold() const;
  /// Of other runs beside the cell's null; `most` is the metric that departs furthest.
  Real of(std::span<const MeasuredRow> runs, std::size_t& most) const;

 private:
  struct Metric {
    MetricSample sample;         // as judged
    std::vector<double> sorted;  // null
  };
  /// What is added up over runs, of one value.
  static double mark(const Metric& metric, double value, Index replicate);
  static Real deviation(const Metric& metric, const std::vector<double>& marks);

  std::vector<Metric> metrics_;
  Real seen_ = nan;
  int deviations_ = 0;  // that `seen` is the largest of
};

}  // namespace plumbline
