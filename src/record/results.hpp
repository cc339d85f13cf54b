// Everything that a result file says, in memory.
#pragma once

#include <optional>
#include <vector>

#include "record/cell.hpp"
#include "record/layout.hpp"
#include "record/look.hpp"
#include "record/problem.hpp"
#include "record/provenance.hpp"
#include "record/verdict.hpp"

namespace plumbline {

/// What `verdict` and the calibrations of cells say follows from the rest.
/// Cells that are not listed are stored as `missing`.
struct Results {
  SweepLayout layout;
  Provenance provenance;
  std::vector<CellRecord> cells;  ///< any order; of two records of one cell the later counts
  std::vector<NullRecord> nulls;
  std::vector<ProblemRecord> problems;        ///< empty, or one per problem point
  std::optional<VerdictRecord> verdict = {};  ///< written, never read back
  std::optional<LookRecord> look = {};        ///< absent before the first verdict
  Looks looks = {};  ///< at this file before it was written again without its verdict
};

}  // namespace plumbline
