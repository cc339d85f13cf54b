// Scopes of the claims of an outline.
#include "harness/refinement/judged_cells.hpp"

#include <algorithm>
#include <map>

#include "harness/refinement/claim_scope.hpp"
#include "harness/sweep/enlarge.hpp"

namespace plumbline {

JudgedCells judged_cells(const Plan& plan, bool of_claims) {
  const Results results = outline(plan);
  const std::map<CellPlace, Index> replicates = replicates_by_place(plan);
  JudgedCells out{0, {}, plan.layout.replicates};
  for (const ClaimScope& scope : claim_scopes(results)) {
    if (scope.claim.is_nothing() == of_claims) continue;
    for (const CellRecord* cell : scope.judged()) {
      const CellPlace place = {cell->label, cell->cell};
      ++out.count;
      out.places.insert(place);
      out.replicates = std::min(out.replicates, replicates.at(place));
    }
  }
  return out;
}

}  // namespace plumbline
