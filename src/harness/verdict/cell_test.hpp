// All metrics of a cell as one test. harness/verdict/README §1, §17.
#pragma once

#include <vector>

#include "harness/verdict/calibration.hpp"

namespace plumbline {

struct CellTest {
  std::vector<Real> adjusted;  ///< [metric] p-values within the cell; NaN: no vote
  Real p_value = nan;          ///< the smallest of them
  Real smallest = 1;           ///< that so many runs and sets could have given
};

/// Metrics with a floor together, by `permutations` dealings of whole rows (Westfall–Young), or,
/// where no affordable number of them reaches the level, their exact tests by Bonferroni; laws of
/// their own beside them, by Bonferroni. `metrics` are the samples, calibrated.
CellTest cell_test(const std::vector<MetricSample>& samples, const std::vector<Calibrated>& metrics,
                   Index permutations, bool by_dealings);

/// Each metric's wealth, by Bonferroni: ranks of one do not depend on its own past, but may on that
/// of others. `metrics` by `calibrate_any_time`.
CellTest any_time_test(const std::vector<Calibrated>& metrics);

}  // namespace plumbline
