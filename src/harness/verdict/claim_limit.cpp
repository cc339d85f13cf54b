// Metrics and functionals along budgets → what they say of a limit.
#include "harness/verdict/claim_limit.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "harness/statistics/statistics.hpp"

namespace plumbline {
namespace {

const MetricSample* find(const std::vector<MetricSample>& samples, const std::string& metric) {
  for (const MetricSample& sample : samples)
    if (sample.info.name == metric) return &sample;
  return nullptr;
}

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

/// A metric along a path of budgets.
std::optional<Trend> trend_along(const ClaimCase& at, const Refinement& path, BudgetSetting name,
                                 const MetricInfo& metric) {
  if (is_uniform_law(metric)) return std::nullopt;
  BudgetCurve curve;
  std::vector<Calibrated> levels;
  for (std::size_t i = 0; i < path.cells.size(); ++i) {
    const std::vector<MetricSample> samples = at.samples.of(*path.cells[i]);
    const MetricSample* sample = find(samples, metric.name);
    if (!sample || mean_and_error(sample->values).count < 2) continue;
    curve.budgets.push_back(path.budgets[i]);
    curve.values.push_back(sample->values);
    curve.null = sample->null;
    curve.paired = sample->paired && sample->null.size() == sample->values.size();
    levels.push_back(calibrate(*sample));
  }
  if (curve.budgets.size() < 3) return std::nullopt;
  Trend trend{std::move(name), metric.name, curve.budgets.back(), {}, false, ""};
  trend.fit = fit_rate(curve);
  if (!trend.fit.valid) return std::nullopt;
  trend.at_floor = metric.has_floor && at_floor(levels, at.options);
  const Real from = trend.fit.orders.straight ? trend.fit.orders.from : curve.budgets.front();
  trend.text =
      trend.at_floor ? "at the floor throughout" : rate_text(trend.fit, path.place_of(from));
  return trend;
}

/// What a limit is judged by: the metric along all budgets together.
const Trend* judged_trend(const ClaimVerdict& claim, const std::optional<Refinement>& together,
                          std::size_t axes, const std::string& metric) {
  for (const Trend& trend : claim.trends)
    if (trend.metric == metric && together && (axes == 1 || trend.axis.name == together->name))
      return &trend;
  return nullptr;
}

/// Limits of the claim that too few finished cells cover.
std::vector<std::string> not_swept(const ClaimCase& at, const CellRecord& corner) {
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
std::string predicted_budget(const ClaimCase& at, const ClaimVerdict& claim,
                             const Calibrated& metric) {
  const Real floor = std::abs(metric.floor);
  const Real ceiling = floor + at.options.margin * metric.floor_sd;
  const Real allowed = std::sqrt(ceiling * ceiling - floor * floor);
  std::vector<std::string> parts;
  for (const Trend& trend : claim.trends) {
    if (trend.metric != metric.metric || !trend.fit.has_rate) continue;
    if (trend.axis.name.find(',') != std::string::npos) continue;  // budgets together have no unit
    const Real budget = trend.fit.budget_for(allowed);
    if (!(budget > trend.largest) || budget > 1e12) continue;  // there already, or out of reach
    const bool shrinks = trend.axis.way == Budget::shrinks;
    parts.push_back(fmt::format("{} ≈ {:.2g}", trend.axis.name, shrinks ? 1 / budget : budget));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

std::vector<Trend> trends_of(const ClaimCase& at, const CellRecord& corner,
                             const std::optional<Refinement>& together) {
  std::vector<Trend> trends;
  const auto add = [&](const Refinement& path, const BudgetSetting& name) {
    for (const MetricInfo& metric : at.results.layout.metrics)
      if (auto trend = trend_along(at, path, name, metric)) trends.push_back(std::move(*trend));
  };
  const std::vector<const BudgetAxis*> axes = distinct_axes(at.scope);
  for (const BudgetAxis* axis : axes)
    add(line_along(at.results.layout, at.scope, *axis, corner), axis->setting);
  if (together && axes.size() > 1) add(*together, {together->name, Budget::grows});
  return trends;
}

void judge_limit(const ClaimCase& at, const CellRecord& corner,
                 const std::optional<Refinement>& together, Real level, ClaimVerdict& claim) {
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
  bool known = false, too_few = false, spare = false, left = false;
  std::vector<Limit> limits;
  std::vector<std::string> names;
  const std::size_t axes = distinct_axes(at.scope).size();
  for (std::size_t i = 0; i < claim.verdict.metrics.size(); ++i) {
    const Calibrated& metric = claim.verdict.metrics[i];
    if (!(claim.verdict.p_adjusted_all[i] < at.options.level)) continue;
    limits.push_back(limit_of(judged_trend(claim, together, axes, metric.metric), metric, level));
    names.push_back(metric.metric);
    known = known || limits.back().known;
    spare = spare || limits.back().spare >= Limit::fewest_spare;
    left = left || limits.back().looks_left(at.options.margin);
    too_few = too_few || (limits.back().lower > 0 && limits.back().spare < Limit::fewest_spare);
  }
  // While some error falls, what stays meanwhile may be waiting for finer budgets.
  const bool settled =
      together && together->ordered && all_have_stopped(claim.functionals, at.options.level) &&
      std::none_of(limits.begin(), limits.end(), [&](const Limit& limit) {
        return limit.known && !(limit.slope_upper < Limit::steepest_plateau * together->order);
      });
  for (std::size_t i = 0; settled && i < limits.size(); ++i) {
    if (!limits[i].contradicts(at.options.margin, together->order)) continue;
    claim.finding = Finding::inconsistent;
    claim.contradicted = true;
    claim.verdict.deciding_metric = names[i];
    const Real size = std::sqrt(limits[i].squared);
    claim.note =
        fmt::format("{} of {} is left in the limit, if the order is {:g}",
                    with_error(size, size - std::sqrt(limits[i].lower)), names[i], together->order);
    return;
  }
  const std::string budget = predicted_budget(at, claim, *claim.verdict.deciding());
  const bool proves_nothing = left && budget.empty() && together && !together->ordered;
  claim.wants_budgets = !known || !spare || !budget.empty() || proves_nothing;
  const std::string plateau = off + "; it looks like a plateau";
  claim.note = proves_nothing
                   ? plateau + ", but without an order none contradicts: a mode may be hard to find"
               : !known ? off + "; no trend can be fitted to this metric"
               : too_few && budget.empty()
                   ? fmt::format("{}, but so few budgets cannot tell: sweep at least {} values",
                                 plateau, 3 + Limit::fewest_spare)
               : budget.empty()
                   ? off + "; no plateau above 0 is established"
                   : fmt::format("{}, but falling: within the margin at {}", off, budget);
}

void judge_functionals(const ClaimCase& at, const Refinement& together, Real level,
                       ClaimVerdict& claim) {
  if (const FunctionalLimit* left = surely_left(together, claim.functionals, level)) {
    claim.finding = Finding::inconsistent;
    claim.contradicted = true;
    claim.note = fmt::format("{}, if the order is {:g}", left_text(*left, level), together.order);
    return;
  }
  if (!right_in_limit(together, claim.functionals, at.options.level)) return;
  const std::size_t axes = distinct_axes(at.scope).size();
  for (const Calibrated& metric : claim.verdict.metrics)
    if (limit_of(judged_trend(claim, together, axes, metric.metric), metric, level)
            .looks_left(at.options.margin))
      return;  // of what no functional looks at
  claim.finding = Finding::consistent_in_limit;
  claim.verdict.further_draws = claim.verdict.further_replicates = 0;
  claim.verdict.further_null_replicates = 0;
  claim.note = right_text(together, claim.functionals, at.options.level);
}

std::string observed_order(const Refinement& together, const std::vector<FunctionalLimit>& limits) {
  const FunctionalLimit* largest = nullptr;
  const auto size = [](const FunctionalLimit& f) {
    return std::abs(f.limit.finest.estimate) / f.tolerance;
  };
  for (const FunctionalLimit& f : limits)
    if (is_smooth(f) && f.limit.orders.straight && f.limit.orders.interval.low > flattest_law &&
        (!largest || size(f) > size(*largest)))
      largest = &f;
  if (!largest) return "";
  const LocalOrders& orders = largest->limit.orders;
  std::string law =
      fmt::format("{} ({})", order_text(orders, together.place_of(orders.from)), largest->name);
  if (!together.ordered) return law;
  const bool slower = orders.interval.high < together.order - straightness;
  return fmt::format(
      "{}, {}", law,
      slower ? fmt::format("below the declared {:g}", together.order) : "as declared");
}

}  // namespace plumbline
