// A result file as calibration wants it: each metric of each cell beside the same metric of exact
// draws.
#pragma once

#include <map>

#include "harness/sweep/tolerances.hpp"
#include "harness/verdict/calibration.hpp"
#include "record/results.hpp"

namespace plumbline {

/// Finds null sets of problem points once. Keeps a reference to `results`.
class MetricSamples {
 public:
  explicit MetricSamples(const Results& results, const Tolerances& tolerances = {});

  /// Every metric of the layout that the record holds, in the layout's order. Where the draws of a
  /// replicate depend on each other, metrics whose law is that of independent draws are reported
  /// and not judged, and averages with known expectations follow, held to the tolerances
  /// (harness/verdict/README §12).
  std::vector<MetricSample> of(const CellRecord& cell) const;
  /// The same without regard to that.
  std::vector<MetricSample> as_independent(const CellRecord& cell) const;

  /// A y is drawn for every replicate, so that each has a target of its own.
  bool has_drawn_y(const CellRecord& cell) const;

 private:
  const ProblemRecord* problem_of(const CellRecord& cell) const;
  std::vector<MetricSample> averages_of(const CellRecord& cell) const;

  const Results& results_;
  Tolerances tolerances_;
  std::map<std::int64_t, const NullRecord*> nulls_;        // by problem point
  std::map<std::int64_t, const ProblemRecord*> problems_;  // by problem point
};

/// The ranks of the catalogue that tell the posterior from the prior.
std::vector<std::string> ranks_that_depend_on_y();

/// Fill CellRecord::calibration of every cell: what `run` and `merge` store beside the metrics.
void calibrate_cells(Results& results);

}  // namespace plumbline
