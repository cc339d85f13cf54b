// Verdicts on claims as the result file keeps them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/named_enum.hpp"
#include "harness/verdict/claim.hpp"

namespace plumbline {
namespace {

std::vector<std::string> judged_metrics(const FileVerdict& verdict) {
  std::vector<std::string> names;
  for (const ClaimVerdict& claim : verdict.claims)
    for (const Calibrated& metric : claim.verdict.metrics)
      if (std::find(names.begin(), names.end(), metric.metric) == names.end())
        names.push_back(metric.metric);
  return names;
}

void add_numbers(const CellVerdict& verdict, const std::vector<std::string>& metrics,
                 VerdictRecord::Statement& to) {
  for (auto* list : {&to.value, &to.floor, &to.floor_sd, &to.statistic, &to.statistic_se,
                     &to.p_value, &to.p_adjusted})
    list->assign(metrics.size(), nan);
  for (std::size_t i = 0; i < verdict.metrics.size(); ++i) {
    const Calibrated& metric = verdict.metrics[i];
    const auto at = static_cast<std::size_t>(
        std::find(metrics.begin(), metrics.end(), metric.metric) - metrics.begin());
    to.value[at] = metric.value;
    to.floor[at] = metric.floor;
    to.floor_sd[at] = metric.floor_sd;
    to.statistic[at] = metric.excess;
    to.statistic_se[at] = metric.excess_se;
    to.p_value[at] = metric.p_value;
    to.p_adjusted[at] = verdict.p_adjusted_all[i];
  }
}

/// Aspects in the order in which claims have them.
std::vector<std::string> aspects_of(const FileVerdict& verdict) {
  std::vector<std::string> names;
  for (const ClaimVerdict& claim : verdict.claims)
    for (const ClaimVerdict::Exclusion& e : claim.excluded)
      if (std::find(names.begin(), names.end(), e.aspect) == names.end()) names.push_back(e.aspect);
  return names;
}

std::vector<double> excluded_by(const ClaimVerdict& claim,
                                const std::vector<std::string>& aspects) {
  std::vector<double> bounds(aspects.size(), nan);
  for (const ClaimVerdict::Exclusion& e : claim.excluded)
    bounds[static_cast<std::size_t>(std::find(aspects.begin(), aspects.end(), e.aspect) -
                                    aspects.begin())] = e.bound;
  return bounds;
}

VerdictRecord::Trend describe_trend(const Trend& trend, std::int64_t statement) {
  const RateFit& fit = trend.fit;
  VerdictRecord::Trend out{statement, trend.axis.name, trend.metric, trend.text, nan, nan, nan};
  if (fit.has_rate) {
    out.slope = fit.rate;
    out.slope_low = fit.rate_interval.low;
    out.slope_high = fit.rate_interval.high;
  }
  out.plateau = fit.plateau;
  out.plateau_low = fit.plateau_interval.low;
  out.plateau_high = fit.plateau_interval.high;
  return out;
}

VerdictRecord::Trend describe_functional(const FunctionalLimit& f, const ClaimVerdict& claim,
                                         Real level, std::int64_t statement) {
  VerdictRecord::Trend out{statement, claim.refined, f.name, "", nan, nan, nan, nan, nan, nan};
  if (!f.limit.known) return out;
  const SignedMean& left = f.limit.bent_plateau;
  const Real half = left.upper(level) - std::abs(left.estimate);
  out.plateau = left.estimate;
  out.plateau_low = left.estimate - half;
  out.plateau_high = left.estimate + half;
  out.text =
      fmt::format("{} left of a tolerance of {:g}", with_error(left.estimate, half), f.tolerance);
  return out;
}

/// A trend with its straight law and its local slopes.
void add_trend(VerdictRecord::Trend trend, const LocalOrders& orders, VerdictRecord& record) {
  trend.order = trend.order_low = trend.order_high = trend.order_from = nan;
  if (orders.straight) {
    trend.order = orders.order;
    trend.order_low = orders.interval.low;
    trend.order_high = orders.interval.high;
    trend.order_from = orders.from;
  }
  const auto number = static_cast<std::int64_t>(record.trends.size());
  for (const LocalSlope& slope : orders.slopes)
    record.local_slopes.push_back(
        {number, slope.from, slope.to, slope.slope, slope.interval.low, slope.interval.high});
  record.trends.push_back(std::move(trend));
}

}  // namespace

VerdictRecord describe_verdict(const FileVerdict& verdict, const std::string& command,
                               const std::string& judged) {
  VerdictRecord record;
  record.level = verdict.options.level;
  record.margin = verdict.options.margin;
  record.tests = verdict.tests;
  record.command = command;
  record.judged = judged;
  record.metrics = judged_metrics(verdict);
  record.aspects = aspects_of(verdict);
  for (const ClaimVerdict& claim : verdict.claims) {
    const auto number = static_cast<std::int64_t>(record.statements.size());
    for (const Trend& trend : claim.trends)
      add_trend(describe_trend(trend, number), trend.fit.orders, record);
    for (const FunctionalLimit& f : claim.functionals)
      add_trend(describe_functional(f, claim, record.level, number), f.limit.orders, record);
    VerdictRecord::Statement statement;
    statement.label = claim.label;
    statement.place = claim.place;
    statement.claim = claim.claim.text();
    statement.finding = claim.finding;
    statement.contradicted = claim.contradicted;
    statement.cell = claim.cell;
    statement.deciding_metric = claim.verdict.deciding_metric;
    statement.further_draws = claim.verdict.further_draws;
    statement.note = claim.note;
    statement.how = misses_text(claim.misses);
    statement.excluded = excluded_by(claim, record.aspects);
    add_numbers(claim.verdict, record.metrics, statement);
    record.statements.push_back(std::move(statement));
  }
  return record;
}

}  // namespace plumbline
