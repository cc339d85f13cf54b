// Averages over dependent draws whose expectation is known, as a metric of a cell: the replicate is
// the unit. harness/verdict/README §12.
#pragma once

#include <optional>
#include <vector>

#include "harness/sweep/tolerances.hpp"

namespace plumbline {

struct Calibrated;
struct MetricSample;

/// Beside the values of such a sample.
struct AverageLaw {
  Tolerated tolerated;
  std::vector<double> se;  ///< [replicate] of as many independent exact draws
  /// Standard error of the expectation, where all replicates share it.
  Real expectation = 0;
};

/// What the replicates say of it.
struct AverageBound {
  Real mean = nan, error = nan, dof = 0;
  Tolerated tolerated = {};

  /// Largest error that is not excluded with confidence 1 − level, in tolerances; ∞ for one
  /// replicate.
  Real upper(Real level) const;
};

/// Student's test over replicates (statistics/unit_means.hpp), asymptotic in their number or in the
/// draws of each. A replicate without draws counts as proof: exact draws never end so.
///   pre  sample.average
void calibrate_average(const MetricSample& sample, Calibrated& out);

}  // namespace plumbline
