// Which cells of a plan verdicts are about, before anything has run.
#pragma once

#include <set>

#include "core/types.hpp"
#include "record/cell.hpp"

namespace plumbline {

struct Plan;

/// The cells that decide claims, or the bias of those that claim nothing.
struct JudgedCells {
  Index count = 0;
  std::set<CellPlace> places;
  Index replicates = 0;  ///< of the one with the fewest; the most of any cell where there is none
};
JudgedCells judged_cells(const Plan& plan, bool of_claims);

}  // namespace plumbline
