// Cells → what they exclude → findings.
#include "harness/cover/cover.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/named_enum.hpp"
#include "harness/judge/self_test.hpp"
#include "harness/statistics/exceedance.hpp"

namespace plumbline {
namespace {

constexpr Index trials = 400;       // urns a size: 12 of them may be as near
constexpr Index fewest_rows = 4;    // of a direction
constexpr Index most_rows = 16;     // of a direction, while it is open
constexpr Real clearly_near = 0.2;  // a share of trials that more rows would not change

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

Cover::Cover(const Exec& exec, const Plan* plan, const Results& results,
             const Tolerances& tolerances, LookRecord& look)
    : exec_(exec),
      plan_(plan),
      results_(results),
      tolerances_(tolerances),
      look_(look),
      samples_(results) {}

PerturbedSets& Cover::sets_of(std::int64_t point) {
  if (const auto found = sets_.find(point); found != sets_.end()) return found->second;
  return sets_
      .try_emplace(point, exec_, results_, static_cast<Index>(point),
                   problem_of(exec_, plan_, results_, point), look_)
      .first->second;
}

bool Cover::excludes(PerturbedSets& sets, const CellDeparture& departure,
                     const std::vector<std::string>& names, Aspect aspect, Real size,
                     std::string& by) {
  if (names.empty()) return false;
  const Index turns = sets.turns(aspect);
  const Rng rng = Rng::from_seed(0).stream("urn");
  for (Index rows = fewest_rows; rows <= most_rows; rows *= 2) {
    Index near = 0, tried = 0;
    for (Index turn = 0; turn < turns; ++turn) {
      std::vector<MeasuredRow> pool;
      for (Index i = 0; i < rows; ++i)
        pool.push_back(sets.row(aspect, size, i * turns + turn, names));
      const Index share = trials / turns;
      std::size_t most = 0;
      near += departure.as_near(pool, share, rng.stream(static_cast<std::uint64_t>(turn)), most);
      tried += share;
      by = names[most];
      // Even if all other directions were seen every time.
      if (static_cast<Real>(near) > clearly_near * static_cast<Real>(trials)) return false;
    }
    if (share_upper(near, tried, exclusion_level) <= exclusion_level) return true;
  }
  return false;
}

std::vector<Excluded> Cover::of(const CellRecord& cell) {
  const std::vector<MetricSample> judged = judgeable(samples_.of(cell));
  const CellDeparture departure(judged);
  const std::vector<std::string> names = names_of(judged);
  PerturbedSets& sets = sets_of(point_of(results_.layout, cell));
  std::vector<Excluded> all;
  for (const ErrorSizes& sizes : sets.errors(tolerances_))
    all.push_back(excluded_from(sizes, [&](Real size, std::string& by) {
      return excludes(sets, departure, names, sizes.aspect, size, by);
    }));
  return all;
}

void require_cover(const Exec& exec, const Plan* plan, const Results& results,
                   const Tolerances& tolerances, LookRecord& look, FileVerdict& verdict) {
  Cover cover(exec, plan, results, tolerances, look);
  for (ClaimVerdict& claim : verdict.claims) {
    if (claim.finding != Finding::consistent) continue;
    for (const CellRecord* cell : claim.judged) weaken(claim.excluded, cover.of(*cell));
    const bool covered =
        std::all_of(claim.excluded.begin(), claim.excluded.end(),
                    [](const ClaimVerdict::Exclusion& e) { return e.bound <= e.tolerance; });
    if (covered) continue;
    claim.finding = claim.verdict.finding = Finding::unresolved;
    claim.note = open_text(claim);
  }
}

}  // namespace plumbline
