// Scopes → verdicts on claims.
#include "harness/verdict/claim.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/errors.hpp"
#include "harness/statistics/distributions.hpp"
#include "harness/statistics/statistics.hpp"
#include "harness/verdict/metric_samples.hpp"
#include "harness/verdict/sequential.hpp"
#include "harness/verdict/wanting.hpp"

namespace plumbline {
namespace {

const MetricSample* find(const std::vector<MetricSample>& samples, const std::string& metric) {
  for (const MetricSample& sample : samples)
    if (sample.info.name == metric) return &sample;
  return nullptr;
}

/// What belongs to one claim while it is judged.
struct Case {
  const Results& results;
  const MetricSamples& samples;
  const ClaimScope& scope;
  const JudgeOptions& options;
};

/// Budgets along different axes; zipped ones are one axis.
std::vector<const BudgetAxis*> distinct_axes(const ClaimScope& scope) {
  std::vector<const BudgetAxis*> axes;
  for (const BudgetAxis& budget : scope.budgets)
    if (std::none_of(axes.begin(), axes.end(),
                     [&](const BudgetAxis* have) { return have->axis == budget.axis; }))
      axes.push_back(&budget);
  return axes;
}

/// No budget can be told from exact draws, and none looks as if more draws would change that.
bool at_floor(const std::vector<Calibrated>& levels, const JudgeOptions& options) {
  std::vector<Real> p_values;
  for (const Calibrated& c : levels) {
    if (std::abs(c.shift()) > options.margin) return false;
    p_values.push_back(c.p_value);
  }
  const std::vector<Real> adjusted = holm(p_values);
  return std::none_of(adjusted.begin(), adjusted.end(), [&](Real p) { return p < options.level; });
}

std::optional<Trend> trend_along(const Case& at, const BudgetAxis& axis, const CellRecord& corner,
                                 const MetricInfo& metric) {
  if (is_uniform_law(metric)) return std::nullopt;
  BudgetCurve curve;
  std::vector<Calibrated> levels;
  for (const CellRecord* cell : at.scope.line(axis, corner)) {
    const Real budget = axis.budgets[axis.rank(cell->at[axis.axis])];
    const std::vector<MetricSample> samples = at.samples.of(*cell);
    const MetricSample* sample = find(samples, metric.name);
    if (!(budget > 0) || !std::isfinite(budget) || !sample ||
        mean_and_error(sample->values).count < 2)
      continue;
    curve.budgets.push_back(budget);
    curve.values.push_back(sample->values);
    curve.null = sample->null;
    curve.paired = sample->paired && sample->null.size() == sample->values.size();
    levels.push_back(calibrate(*sample));
  }
  if (curve.budgets.size() < 3) return std::nullopt;
  Trend trend{axis.setting, metric.name, curve.budgets.back(), {}, false, ""};
  trend.fit = fit_rate(curve);
  trend.at_floor = metric.has_floor && at_floor(levels, at.options);
  trend.text = trend.at_floor ? "at the floor throughout" : rate_text(trend.fit);
  if (!trend.fit.valid) return std::nullopt;
  return trend;
}

std::vector<Trend> trends_of(const Case& at, const CellRecord& corner) {
  std::vector<Trend> trends;
  for (const BudgetAxis* axis : distinct_axes(at.scope))
    for (const MetricInfo& metric : at.results.layout.metrics)
      if (auto trend = trend_along(at, *axis, corner, metric)) trends.push_back(std::move(*trend));
  return trends;
}

/// Limits of the claim that too few finished cells cover.
std::vector<std::string> not_swept(const Case& at, const CellRecord& corner) {
  std::vector<std::string> names;
  for (const BudgetSetting& limit : at.scope.claim.budgets()) {
    const auto found = std::find_if(at.scope.budgets.begin(), at.scope.budgets.end(),
                                    [&](const BudgetAxis& b) { return b.setting == limit; });
    Index usable = 0;
    if (found != at.scope.budgets.end())
      for (const CellRecord* cell : at.scope.line(*found, corner))
        usable += found->budgets[found->rank(cell->at[found->axis])] > 0;
    if (usable < 3) names.push_back(limit.name);
  }
  return names;
}

/// "steps ≈ 2.1e+04": where the falling parts would be within the margin.
std::string predicted_budget(const Case& at, const ClaimVerdict& claim, const Calibrated& metric) {
  const Real floor = std::abs(metric.floor);
  const Real ceiling = floor + at.options.margin * metric.floor_sd;
  const Real allowed = std::sqrt(ceiling * ceiling - floor * floor);
  std::vector<std::string> parts;
  for (const Trend& trend : claim.trends) {
    if (trend.metric != metric.metric || !trend.fit.has_rate) continue;
    const Real budget = trend.fit.budget_for(allowed);
    if (!(budget > trend.largest) || budget > 1e12) continue;  // there already, or out of reach
    const bool shrinks = trend.axis.way == Budget::shrinks;
    parts.push_back(fmt::format("{} ≈ {:.2g}", trend.axis.name, shrinks ? 1 / budget : budget));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// The finest cell is inconsistent: is the limit?
void judge_limit(const Case& at, const CellRecord& corner, Real level, ClaimVerdict& claim) {
  const std::vector<std::string> missing = not_swept(at, corner);
  const std::string off =
      fmt::format("off at {}", claim.budget.empty() ? "its one budget" : claim.budget);
  claim.finding = Finding::unresolved;
  claim.verdict.further_draws = claim.verdict.further_replicates = 0;
  claim.verdict.further_null_replicates = 0;
  if (!missing.empty()) {
    claim.wants_budgets = true;
    claim.note = fmt::format("{}; sweep {} over at least {} values to judge the limit", off,
                             fmt::join(missing, " and "), 3 + Limit::fewest_spare);
    return;
  }
  bool known = false, too_few = false, spare = false;
  for (std::size_t i = 0; i < claim.verdict.metrics.size(); ++i) {
    const Calibrated& metric = claim.verdict.metrics[i];
    if (!(claim.verdict.p_adjusted_all[i] < at.options.level)) continue;
    const Limit limit = limit_of(claim.trends, metric, level);
    known = known || limit.known;
    spare = spare || limit.spare >= Limit::fewest_spare;
    too_few = too_few || (limit.lower > 0 && limit.spare < Limit::fewest_spare);
    if (!limit.contradicts(at.options.margin)) continue;
    claim.finding = Finding::inconsistent;
    claim.contradicted = true;
    claim.verdict.deciding_metric = metric.metric;
    claim.note = fmt::format(
        "{} of {} is left in the limit, if the order is at least 1",
        with_error(std::sqrt(limit.squared), std::sqrt(limit.squared) - std::sqrt(limit.lower)),
        metric.metric);
    return;
  }
  const std::string budget = predicted_budget(at, claim, *claim.verdict.deciding());
  claim.wants_budgets = !known || !spare || !budget.empty();
  claim.note = !known ? off + "; no trend can be fitted to this metric"
               : too_few && budget.empty()
                   ? fmt::format(
                         "{}; it looks like a plateau, but so few budgets cannot tell: sweep "
                         "at least {} values",
                         off, 3 + Limit::fewest_spare)
               : budget.empty()
                   ? off + "; no plateau above 0 is established"
                   : fmt::format("{}, but falling: within the margin at {}", off, budget);
}

/// The cells that are judged as one family: corners, and all cells of `exact`.
std::vector<const CellRecord*> judged_cells(const ClaimScope& scope) {
  if (scope.claim.is_exact()) return scope.cells;
  return {scope.corner()};
}

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

ClaimVerdict judge_claim(const Case& at, const std::vector<const CellRecord*>& cells,
                         const std::vector<CellVerdict>& verdicts, Real limit_level) {
  const std::size_t chosen = worst(verdicts, at.options);
  ClaimVerdict claim;
  claim.label = at.scope.sampler->label;
  claim.place = at.scope.place;
  claim.claim = at.scope.claim;
  claim.verdict = verdicts[chosen];
  claim.finding = claim.verdict.finding;
  claim.cell = cells[chosen]->cell;
  claim.budget = at.scope.budget_text(at.results.layout, *cells[chosen]);
  claim.trends = trends_of(at, *cells[chosen]);
  if (claim.finding == Finding::unresolved) {
    claim.note = what_would_settle(claim.verdict);
  } else if (claim.finding == Finding::not_independent) {
    claim.note =
        "nearer to the target than independent draws are: stratified, or of too little spread";
  } else if (claim.finding == Finding::inconsistent) {
    if (claim.claim.is_exact()) claim.contradicted = true;
    if (claim.claim.is_limit()) judge_limit(at, *cells[chosen], limit_level, claim);
  }
  claim.wanting = wanting_cells(at.scope, claim, cells, verdicts);
  return claim;
}

}  // namespace

std::string ClaimVerdict::trend_text() const {
  std::vector<std::string> parts;
  for (const Trend& trend : trends)
    if (trend.metric == verdict.deciding_metric)
      parts.push_back(fmt::format("{}: {}", trend.axis.name, trend.text));
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
  const MetricSamples samples(results);
  const std::vector<ClaimScope> scopes = claim_scopes(results);
  // Claims that can be contradicted are one family of tests; what claims nothing is another.
  std::vector<std::vector<MetricSample>> of_claims, of_nothing;
  Real limits = 0;
  FileVerdict file{options, 0, {}};
  for (const ClaimScope& scope : scopes)
    for (const CellRecord* cell : judged_cells(scope)) {
      const std::vector<MetricSample> judged = judgeable(samples.of(*cell));
      (scope.claim.is_nothing() ? of_nothing : of_claims).push_back(judged);
      file.tests += !judged.empty();
      if (scope.claim.is_limit()) limits += static_cast<Real>(judged.size());
    }
  if (file.tests == 0)
    throw SpecError("null_replicates", fmt::format("{}", results.layout.null_replicates),
                    "a verdict compares with exact draws: the file needs null_replicates ≥ 2 and a "
                    "metric that has a floor");
  const auto claims = judge_cells(of_claims, options, results.layout.draws);
  const auto nothing = judge_cells(of_nothing, options, results.layout.draws);
  auto next_claim = claims.begin(), next_nothing = nothing.begin();
  for (const ClaimScope& scope : scopes) {
    const std::vector<const CellRecord*> cells = judged_cells(scope);
    auto& next = scope.claim.is_nothing() ? next_nothing : next_claim;
    const auto end = next + static_cast<std::ptrdiff_t>(cells.size());
    // The rule of limits looks once: of several looks each has its part of the level.
    const Real level =
        options.any_time ? level_of_look(options.level, options.look) : options.level;
    file.claims.push_back(judge_claim({results, samples, scope, options}, cells, {next, end},
                                      level / std::max<Real>(1, limits)));
    next = end;
  }
  return file;
}

}  // namespace plumbline
