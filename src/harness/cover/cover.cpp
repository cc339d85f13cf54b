// Cells → what they exclude → findings.
#include "harness/cover/cover.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/named_enum.hpp"
#include "harness/judge/self_test.hpp"

namespace plumbline {
namespace {

constexpr Index draws_of_groups = 150'000;  // of an aspect's size, all groups together
constexpr Index fewest_runs = 4;            // of a group, where the cell has as many
constexpr Index fewest_pairs = 16;          // signed ranks of 4 pairs depart by 1.8 at most

ProblemOf problem_of(const Exec& exec, const Plan* plan, const Results& results,
                     std::int64_t point) {
  if (plan)
    return [problems = problems_of(exec, *plan, static_cast<Index>(point))](Index replicate) {
      return problems->at(replicate);
    };
  const auto record = std::find_if(results.problems.begin(), results.problems.end(),
                                   [&](const ProblemRecord& r) { return r.problem == point; });
  if (record == results.problems.end()) throw IoError("the file has no /problem group");
  return [exec, record = *record, seed = results.layout.seed](Index replicate) {
    return rebuild_problem(exec, record, seed, replicate);
  };
}

std::vector<std::string> names_of(const std::vector<MetricSample>& samples) {
  std::vector<std::string> names;
  names.reserve(samples.size());
  for (const MetricSample& sample : samples) names.push_back(sample.info.name);
  return names;
}

std::int64_t point_of(const SweepLayout& layout, const CellRecord& cell) {
  std::int64_t own = 1;
  for (const AxisInfo& axis : layout.find_sampler(cell.label)->axes)
    own *= static_cast<std::int64_t>(axis.size());
  return cell.cell / own;
}

/// Of two cells what both exclude.
void weaken(std::vector<ClaimVerdict::Exclusion>& all, const std::vector<Excluded>& of_cell) {
  for (const Excluded& e : of_cell) {
    const std::string aspect = name_of(e.sizes.aspect);
    const auto known = std::find_if(all.begin(), all.end(),
                                    [&](const auto& other) { return other.aspect == aspect; });
    if (known != all.end() && known->bound >= e.bound) continue;
    const ClaimVerdict::Exclusion exclusion{aspect,
                                            e.bound,
                                            e.sizes.tolerance,
                                            e.metric,
                                            std::isfinite(e.bound) ? e.sizes.beyond(e.bound) : "",
                                            e.sizes.metric()};
    if (known == all.end())
      all.push_back(exclusion);
    else
      *known = exclusion;
  }
}

/// "tails, dependence: add marginal_cvm, covariance_error, or more replicates".
std::string open_text(const ClaimVerdict& claim) {
  std::vector<std::string> aspects, add;
  for (const ClaimVerdict::Exclusion& e : claim.excluded) {
    if (e.bound <= e.tolerance) continue;
    aspects.push_back(fmt::format("{} beyond {:.6g}", e.aspect, e.tolerance));
    const auto& metrics = claim.verdict.metrics;
    const bool there = std::any_of(metrics.begin(), metrics.end(),
                                   [&](const Calibrated& m) { return m.metric == e.sees; });
    if (!there && std::find(add.begin(), add.end(), e.sees) == add.end()) add.push_back(e.sees);
  }
  return fmt::format("these metrics would not see errors in {}: add {}", fmt::join(aspects, ", "),
                     add.empty() ? "draws or replicates" : fmt::format("{}", fmt::join(add, ", ")));
}

}  // namespace

Index runs_of_group(const SweepLayout& layout, Index replicates, bool drawn) {
  const Index affordable = draws_of_groups / (exclusion_sets * std::max<Index>(1, layout.draws));
  return std::min<Index>(replicates,
                         std::max<Index>(drawn ? fewest_pairs : fewest_runs, affordable));
}

Cover::Cover(const Exec& exec, const Plan* plan, const Results& results,
             const Tolerances& tolerances, LookRecord& look)
    : exec_(exec),
      plan_(plan),
      results_(results),
      tolerances_(tolerances),
      look_(look),
      samples_(results, tolerances) {}

PerturbedSets& Cover::sets_of(std::int64_t point) {
  if (const auto found = sets_.find(point); found != sets_.end()) return found->second;
  return sets_
      .try_emplace(point, exec_, results_, static_cast<Index>(point),
                   problem_of(exec_, plan_, results_, point), look_)
      .first->second;
}

bool Cover::excludes(PerturbedSets& sets, const CellDeparture& departure, Index runs,
                     const std::vector<std::string>& names, Aspect aspect, Real size,
                     std::string& by) {
  const Real seen = departure.threshold();
  if (names.empty() || std::isnan(seen)) return false;
  const Index turns = sets.turns(aspect);
  std::vector<Index> furthest(names.size(), 0);
  for (Index group = 0; group < exclusion_sets; ++group) {
    std::vector<MeasuredRow> rows;
    for (Index r = 0; r < runs; ++r)
      rows.push_back(
          sets.row(aspect, size, (group / turns * runs + r) * turns + group % turns, names));
    std::size_t most = 0;
    if (!(departure.of(rows, most) > seen)) return false;
    ++furthest[most];
  }
  by = names[static_cast<std::size_t>(std::max_element(furthest.begin(), furthest.end()) -
                                      furthest.begin())];
  return true;
}

std::vector<Excluded> Cover::of(const CellRecord& cell) {
  std::vector<MetricSample> judged = judgeable(samples_.of(cell));
  std::erase_if(judged, [](const MetricSample& sample) { return is_mean_law(sample.info); });
  const CellDeparture departure(judged);
  const std::vector<std::string> names = names_of(judged);
  PerturbedSets& sets = sets_of(point_of(results_.layout, cell));
  const Index runs =
      runs_of_group(results_.layout, static_cast<Index>(cell.status.size()), sets.drawn());
  std::vector<Excluded> all;
  for (const ErrorSizes& sizes : sets.errors(tolerances_))
    all.push_back(excluded_from(sizes, [&](Real size, std::string& by) {
      return excludes(sets, departure, runs, names, sizes.aspect, size, by);
    }));
  return all;
}

void require_cover(const Exec& exec, const Plan* plan, const Results& results, LookRecord& look,
                   FileVerdict& verdict) {
  Cover cover(exec, plan, results, verdict.options.tolerances, look);
  for (ClaimVerdict& claim : verdict.claims) {
    if (claim.finding != Finding::consistent) continue;
    // Averages over dependent draws are held to the tolerances themselves (harness/verdict/README
    // §12).
    if (std::any_of(claim.verdict.metrics.begin(), claim.verdict.metrics.end(),
                    [](const Calibrated& metric) { return metric.average.has_value(); }))
      continue;
    for (const CellRecord* cell : claim.judged) weaken(claim.excluded, cover.of(*cell));
    const bool covered =
        std::all_of(claim.excluded.begin(), claim.excluded.end(),
                    [](const ClaimVerdict::Exclusion& e) { return e.bound <= e.tolerance; });
    if (covered) continue;
    if (!claim.right_in_limit.empty()) {  // known expectations have cover of their own
      claim.finding = Finding::consistent_in_limit;
      claim.note = claim.right_in_limit;
      continue;
    }
    claim.finding = claim.verdict.finding = Finding::unresolved;
    claim.note = open_text(claim);
  }
}

}  // namespace plumbline
