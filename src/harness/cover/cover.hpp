// Consistent by the metrics that were asked: which errors would those metrics have seen?
// harness/verdict/README §14.
#pragma once

#include <map>

#include "harness/cover/perturbed_sets.hpp"
#include "harness/judge/exclusion.hpp"
#include "harness/verdict/claim.hpp"
#include "harness/verdict/metric_samples.hpp"

namespace plumbline {

/// Runs of a group that stands for a cell: as many as make 150 000 draws in all groups, at least 4
/// (16 where y is drawn), at most the cell's. Fewer runs depart less, so a small group never
/// excludes more.
Index runs_of_group(const SweepLayout& layout, Index replicates, bool drawn);

/// What the cells of a file exclude.
class Cover {
 public:
  /// `plan` of the file, or nullptr: then problems are rebuilt from it. Keeps references; `look`
  /// holds measured sets and gets more.
  Cover(const Exec& exec, const Plan* plan, const Results& results, const Tolerances& tolerances,
        LookRecord& look);

  /// By aspect (`excluded_from`). An error of a size is excluded when
  /// `exclusion_sets` groups of runs that have it all depart further than this cell's runs do.
  ///   errors  IoError as of PerturbedSets
  std::vector<Excluded> of(const CellRecord& cell);

 private:
  bool excludes(PerturbedSets& sets, const CellDeparture& departure, Index runs,
                const std::vector<std::string>& names, Aspect aspect, Real size, std::string& by);
  PerturbedSets& sets_of(std::int64_t point);

  Exec exec_;
  const Plan* plan_;
  const Results& results_;
  Tolerances tolerances_;
  LookRecord& look_;
  MetricSamples samples_;
  std::map<std::int64_t, PerturbedSets> sets_;  // by problem point
};

/// Adds to every claim of `verdict` that is consistent what its cells exclude (of several the
/// least), by the tolerances of its options, and makes it unresolved where an aspect's error beyond
/// its tolerance is not, with the aspects and what would see them; or consistent in the limit,
/// where the functionals along its budgets say so without the metrics.
void require_cover(const Exec& exec, const Plan* plan, const Results& results, LookRecord& look,
                   FileVerdict& verdict);

}  // namespace plumbline
