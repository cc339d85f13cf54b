// Unresolved claims → cells.
#include "harness/verdict/wanting.hpp"

#include <algorithm>

namespace plumbline {
namespace {

/// Four replicates for every set of exact draws: what is unresolved then wants sets, not
/// replicates.
bool is_out_of_sets(const CellVerdict& verdict) {
  return std::any_of(verdict.metrics.begin(), verdict.metrics.end(), [](const Calibrated& metric) {
    return !metric.own_law() && !metric.paired && metric.replicates >= 4 * metric.null_replicates;
  });
}

}  // namespace

std::vector<std::int64_t> wanting_cells(const ClaimScope& scope, const ClaimVerdict& claim,
                                        const std::vector<const CellRecord*>& cells,
                                        const std::vector<CellVerdict>& verdicts) {
  std::vector<std::int64_t> found;
  if (claim.finding != Finding::unresolved || claim.wants_budgets) return found;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (verdicts[i].finding == Finding::unresolved && !is_out_of_sets(verdicts[i]))
      found.push_back(cells[i]->cell);
    if (verdicts[i].finding == Finding::inconsistent)  // is the limit?
      for (const CellRecord* cell : scope.cross(*cells[i])) found.push_back(cell->cell);
  }
  return found;
}

}  // namespace plumbline
