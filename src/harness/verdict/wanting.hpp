// Where more replicates may settle a claim. harness/verdict/README §17.
#pragma once

#include <vector>

#include "harness/verdict/claim.hpp"

namespace plumbline {

/// Flat indices of the cells of which more replicates may settle a claim that is unresolved: those
/// that are, and the lines of budgets through an inconsistent one whose limit is undecided. None
/// where its limit wants further budgets, or a cell further sets of exact draws. `cells` were
/// judged, with these `verdicts`.
std::vector<std::int64_t> wanting_cells(const ClaimScope& scope, const ClaimVerdict& claim,
                                        const std::vector<const CellRecord*>& cells,
                                        const std::vector<CellVerdict>& verdicts);

}  // namespace plumbline
