// Counts → hashes → layout.
#include "harness/sweep/enlarge.hpp"

#include <algorithm>

#include "core/errors.hpp"
#include "harness/sweep/memory_bill.hpp"

namespace plumbline {
namespace {

/// Records grow with their replicates: the bill of a sweep in which all cells have the mean.
void require_record_room(const Plan& plan, const Replicates& replicates) {
  Real sum = 0;
  for (const Index count : replicates.cells) sum += static_cast<Real>(count);
  Sweep sweep = plan.sweep;
  for (SamplerSpec& sampler : sweep.samplers) sampler.share.replicates.reset();
  sweep.settings.replicates =
      static_cast<int>(std::min<Real>(1e9, sum / static_cast<Real>(replicates.cells.size()) + 1));
  MemoryBill bill(sweep);
  bill.add(record_needs(sweep));
  bill.check();
}

}  // namespace

Replicates replicates_of(const Plan& plan) {
  Replicates out;
  for (const Cell& cell : plan.cells) out.cells.push_back(cell.replicates);
  out.nulls = plan.null_replicates;
  return out;
}

std::map<CellPlace, Index> replicates_by_place(const Plan& plan) {
  std::map<CellPlace, Index> out;
  for (const Cell& cell : plan.cells) out[{plan.sampler(cell).label, cell.index}] = cell.replicates;
  return out;
}

Replicates replicates_of(const Plan& plan, const std::vector<CellRecord>& cells,
                         const std::vector<NullRecord>& nulls) {
  Replicates out = replicates_of(plan);
  std::map<std::pair<std::string, Index>, std::size_t> place;
  for (std::size_t i = 0; i < plan.cells.size(); ++i)
    place[{plan.sampler(plan.cells[i]).label, plan.cells[i].index}] = i;
  for (const CellRecord& record : cells)
    if (const auto found = place.find({record.label, record.cell}); found != place.end())
      out.cells[found->second] = static_cast<Index>(record.status.size());
  for (const NullRecord& record : nulls)
    if (const auto p = static_cast<std::size_t>(record.problem);
        p < out.nulls.size() && !record.metrics.empty())
      out.nulls[p] = static_cast<Index>(record.metrics.front().value.size());
  return out;
}

Replicates at_least(Replicates a, const Replicates& b) {
  for (std::size_t i = 0; i < a.cells.size(); ++i) a.cells[i] = std::max(a.cells[i], b.cells[i]);
  for (std::size_t p = 0; p < a.nulls.size(); ++p) a.nulls[p] = std::max(a.nulls[p], b.nulls[p]);
  return a;
}

Plan enlarged(Plan plan, const Replicates& replicates) {
  if (replicates == replicates_of(plan)) return plan;
  require_record_room(plan, replicates);
  const std::vector<MetricKey> metrics = metric_keys(plan.sweep, MetricChoice::all);
  const std::vector<MetricKey> with_floor = metric_keys(plan.sweep, MetricChoice::with_floor);
  std::vector<Index> sets = replicates.nulls;
  for (std::size_t i = 0; i < plan.cells.size(); ++i) {
    Cell& cell = plan.cells[i];
    const auto p = static_cast<std::size_t>(cell.problem);
    if (cell.replicates != replicates.cells[i]) {
      cell.replicates = replicates.cells[i];
      cell.hash = cell_hash(plan.sweep, metrics, plan.problems[p], cell, cell.replicates);
      if (!sets.empty() && plan.problems[p].drawn) sets[p] = std::max(sets[p], cell.replicates);
    }
    plan.layout.replicates =
        std::max(plan.layout.replicates, static_cast<std::int64_t>(cell.replicates));
  }
  for (std::size_t p = 0; p < sets.size(); ++p) {
    if (sets[p] == plan.null_replicates[p]) continue;
    plan.null_replicates[p] = sets[p];
    plan.null_hashes[p] = null_hash(plan.sweep, with_floor, plan.problems[p], sets[p]);
    plan.layout.null_replicates =
        std::max(plan.layout.null_replicates, static_cast<std::int64_t>(sets[p]));
  }
  plan.layout.spec_hash = spec_hash(plan);
  return plan;
}

Results outline(const Plan& plan) {
  Results results;
  results.layout = plan.layout;
  for (const Cell& cell : plan.cells) {
    CellRecord record;
    record.label = plan.sampler(cell).label;
    record.cell = cell.index;
    record.at.assign(cell.at.begin(), cell.at.end());
    record.claim = cell.claim.text();
    results.cells.push_back(std::move(record));
  }
  return results;
}

Real draws_of(const Plan& plan, const Replicates& replicates) {
  Real sum = 0;
  for (const Index count : replicates.cells) sum += static_cast<Real>(count);
  return sum * static_cast<Real>(plan.sweep.settings.draws);
}

}  // namespace plumbline
