// An unbiased evidence judged by e-values: the mean of Ẑ/Z, and of Z/Ẑ given an exact path, is one.
// harness/verdict/README §11.
#pragma once

#include <string>
#include <vector>

#include "harness/verdict/calibration.hpp"

namespace plumbline {

/// The stored value of X = 0: what a replicate without draws is worth, since X times an indicator
/// has no larger mean than X.
double no_estimate(const MetricInfo& info);

/// X ≥ 0 of every replicate, whose mean is at most one under the hypothesis; NaN where there is no
/// number.   pre  is_mean_law(sample.info)
std::vector<double> e_values(const MetricSample& sample);

/// `value` is the mean as it is stored, its p-value 1/max Π (1 + λ (X − 1)) over replicates, stakes
/// λ mixed (betting.hpp): exact at any number of replicates, whatever the tail of X.
Calibrated calibrate_mean(const MetricSample& sample);

/// Whether the mean of so many X can be judged by their average, by the shape of their tail
/// (tail_shape.hpp).
struct MeanOutlook {
  Index runs = 0;          ///< X that are numbers
  Real shape = nan;        ///< k̂; NaN where too few differ
  bool varies = false;     ///< they differ by more than rounding
  bool judgeable = false;  ///< k̂ is below its bound: no certificate
  Real enough = nan;       ///< runs that would do; ∞ where no number would
};
MeanOutlook mean_outlook(const MetricSample& sample);

/// What was tested and what was not, in words: "" without a law of mean one; both sides, where runs
/// with an exact path were measured; else the upper one, and what the tail says of the other.
std::string evidence_text(const std::vector<MetricSample>& samples);

}  // namespace plumbline
