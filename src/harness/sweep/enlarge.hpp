// A plan's records: more replicates of some cells (a record of fewer is their beginning, because
// streams are keyed by the replicate), and all of them before they are run.
#pragma once

#include <map>
#include <vector>

#include "harness/sweep/plan.hpp"
#include "record/results.hpp"

namespace plumbline {

/// How many replicates every cell has, and how many sets of exact draws every problem point.
struct Replicates {
  std::vector<Index> cells;  ///< [cell]
  std::vector<Index> nulls;  ///< [problem point]; empty when null_replicates = 0
  bool operator==(const Replicates&) const = default;
};
Replicates replicates_of(const Plan& plan);
std::map<CellPlace, Index> replicates_by_place(const Plan& plan);
/// Those that records have; the plan's where there is none.
Replicates replicates_of(const Plan& plan, const std::vector<CellRecord>& cells,
                         const std::vector<NullRecord>& nulls);
/// The larger of both, one by one.
Replicates at_least(Replicates a, const Replicates& b);

/// The same plan with that many, its hashes and its layout with them. Where a y is drawn per
/// replicate, a point has at least as many sets of exact draws as its cells replicates: set r
/// belongs to replicate r.   SpecError("replicates") for more records than --memory allows
Plan enlarged(Plan plan, const Replicates& replicates);

/// The file that the plan would make, as if no number of it had been measured yet: what claims say
/// and where cells lie.
Results outline(const Plan& plan);

/// Draws of all replicates of all cells.
Real draws_of(const Plan& plan, const Replicates& replicates);

}  // namespace plumbline
