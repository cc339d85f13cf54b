// Scopes → verdicts on claims.
#include "harness/verdict/claim.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/errors.hpp"
#include "harness/statistics/distributions.hpp"
#include "harness/statistics/statistics.hpp"
#include "harness/verdict/claim_limit.hpp"
#include "harness/verdict/sequential.hpp"
#include "harness/verdict/wanting.hpp"

namespace plumbline {
namespace {

Real bound_of(const CellVerdict& verdict, const JudgeOptions& options) {
  const Calibrated* deciding = verdict.deciding();
  return deciding ? deciding->upper(options.level) : infinity;
}

/// Of several cells the worst: the smallest p-value if any is inconsistent or not independent, else
/// an unresolved one, else the largest bound.
std::size_t worst(const std::vector<CellVerdict>& verdicts, const JudgeOptions& options) {
  const auto badness = [&](const CellVerdict& v) {
    const int kind = v.finding == Finding::inconsistent      ? 3
                     : v.finding == Finding::not_independent ? 2
                                                             : v.finding == Finding::unresolved;
    return std::pair(kind, kind >= 2 ? -v.p_adjusted : bound_of(v, options));
  };
  return static_cast<std::size_t>(std::max_element(verdicts.begin(), verdicts.end(),
                                                   [&](const CellVerdict& a, const CellVerdict& b) {
                                                     return badness(a) < badness(b);
                                                   }) -
                                  verdicts.begin());
}

/// What speaks against an evidence that is claimed to be unbiased at any budget.
const Calibrated* against_evidence(const CellVerdict& verdict, Real level) {
  const Calibrated* found = nullptr;
  Real least = level;
  for (std::size_t i = 0; i < verdict.metrics.size(); ++i)
    if (verdict.metrics[i].at_any_budget && verdict.p_adjusted_all[i] < least) {
      found = &verdict.metrics[i];
      least = verdict.p_adjusted_all[i];
    }
  return found;
}

ClaimVerdict judge_claim(const ClaimCase& at, const std::vector<const CellRecord*>& cells,
                         const std::vector<CellVerdict>& verdicts, Real limit_level) {
  const std::size_t chosen = worst(verdicts, at.options);
  ClaimVerdict claim;
  claim.label = at.scope.sampler->label;
  claim.place = at.scope.place;
  claim.claim = at.scope.claim;
  claim.verdict = verdicts[chosen];
  claim.finding = claim.verdict.finding;
  claim.cell = cells[chosen]->cell;
  claim.judged = cells;
  claim.budget = at.scope.budget_text(at.results.layout, *cells[chosen]);
  const std::optional<Refinement> together =
      claim.claim.is_limit() ? refinement_of(at.results.layout, at.scope, *cells[chosen])
                             : std::nullopt;
  claim.trends = trends_of(at, *cells[chosen], together);
  if (together) {
    claim.refined = together->name;
    if (!at.samples.has_drawn_y(*cells[chosen]))
      claim.functionals = functional_limits(*together, at.options.tolerances);
    claim.order = observed_order(*together, claim.functionals);
  }
  if (claim.finding == Finding::unresolved) {
    claim.note = what_would_settle(claim.verdict);
  } else if (claim.finding == Finding::not_independent) {
    claim.note =
        "nearer to the target than independent draws are: stratified, or of too little spread";
  } else if (claim.finding == Finding::inconsistent) {
    if (claim.claim.is_exact()) claim.contradicted = true;
    if (const Calibrated* metric = against_evidence(claim.verdict, at.options.level)) {
      claim.contradicted = true;
      claim.verdict.deciding_metric = metric->metric;
      claim.note = "its evidence is to be unbiased at any budget";
    } else if (claim.claim.is_limit()) {
      judge_limit(at, *cells[chosen], together, limit_level, claim);
    }
  }
  const bool open = claim.finding == Finding::unresolved;
  if (open && together) judge_functionals(at, *together, limit_level, claim);
  if (claim.finding == Finding::consistent && together) {
    ClaimVerdict by_functionals = claim;
    judge_functionals(at, *together, limit_level, by_functionals);
    if (by_functionals.finding == Finding::consistent_in_limit)
      claim.right_in_limit = by_functionals.note;
  }
  if (const Calibrated* by = claim.verdict.deciding(); by && by->average)
    claim.note = "draws depend on each other: judged by averages over replicates" +
                 (claim.note.empty() ? "" : "; " + claim.note);
  if (const std::string& text = claim.verdict.evidence; !text.empty())
    claim.note += (claim.note.empty() ? "" : " | ") + text;
  if (claim.finding == Finding::inconsistent || claim.finding == Finding::not_independent)
    claim.misses = misses_of(*cells[chosen], at.options.level);
  claim.wanting = wanting_cells(at.scope, claim, cells, verdicts);
  return claim;
}

}  // namespace

std::string ClaimVerdict::trend_text() const {
  std::vector<std::string> parts;
  for (const Trend& trend : trends)
    if (trend.metric == verdict.deciding_metric)
      parts.push_back(fmt::format("{}: {}", trend.axis.name, trend.text));
  if (!order.empty()) parts.push_back(order);
  return fmt::format("{}", fmt::join(parts, "; "));
}

Index FileVerdict::contradictions() const {
  return std::count_if(claims.begin(), claims.end(),
                       [](const ClaimVerdict& claim) { return claim.contradicted; });
}

Index FileVerdict::count(Finding finding) const {
  return std::count_if(claims.begin(), claims.end(),
                       [&](const ClaimVerdict& claim) { return claim.finding == finding; });
}

FileVerdict judge_file(const Results& results, const JudgeOptions& options) {
  const MetricSamples samples(results, options.tolerances);
  const std::vector<ClaimScope> scopes = claim_scopes(results);
  // Claims that can be contradicted are one family of tests; what claims nothing is another.
  std::vector<std::vector<MetricSample>> of_claims, of_nothing;
  Real limits = 0;
  FileVerdict file{options, 0, {}};
  for (const ClaimScope& scope : scopes)
    for (const CellRecord* cell : scope.judged()) {
      const std::vector<MetricSample> judged = judgeable(samples.of(*cell));
      (scope.claim.is_nothing() ? of_nothing : of_claims).push_back(judged);
      file.tests += !judged.empty();
      if (!scope.claim.is_limit()) continue;
      limits += static_cast<Real>(judged.size());
      if (!samples.has_drawn_y(*cell)) limits += static_cast<Real>(functionals_in_limit(*cell));
    }
  if (file.tests == 0)
    throw SpecError("null_replicates", fmt::format("{}", results.layout.null_replicates),
                    "a verdict compares with exact draws: the file needs null_replicates ≥ 2 and a "
                    "metric that has a floor");
  const auto claims = judge_cells(of_claims, options, results.layout.draws);
  const auto nothing = judge_cells(of_nothing, options, results.layout.draws);
  // Cells hold at any time; what limits say holds once, and of several looks each has its part.
  JudgeOptions parts = options;
  if (options.any_time) parts.level = level_of_look(options.level, options.look);
  auto next_claim = claims.begin(), next_nothing = nothing.begin();
  for (const ClaimScope& scope : scopes) {
    const std::vector<const CellRecord*> cells = scope.judged();
    auto& next = scope.claim.is_nothing() ? next_nothing : next_claim;
    const auto end = next + static_cast<std::ptrdiff_t>(cells.size());
    file.claims.push_back(judge_claim({results, samples, scope, parts}, cells, {next, end},
                                      parts.level / std::max<Real>(1, limits)));
    next = end;
  }
  return file;
}

}  // namespace plumbline
