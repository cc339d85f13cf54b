// Tables and JSON of verdicts.
#include "cli/verdict_text.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

#include "cli/console.hpp"
#include "cli/json.hpp"
#include "core/text/numbers.hpp"

namespace plumbline::cli {
namespace {

/// The p-value of one metric as Holm adjusts it.
std::string p_text(const CellVerdict& verdict, const Calibrated& metric) {
  const Real p = verdict.p_adjusted_all[static_cast<std::size_t>(&metric - verdict.metrics.data())];
  if (std::isnan(p)) return "no p-value from so few";
  return p < 1e-12 ? "p < 1e-12" : fmt::format("p = {:.2g}", p);
}

/// "replacement (context = fixed), steps = 640".
std::string name_of_claim(const ClaimVerdict& claim) {
  return claim.label + (claim.place.empty() ? "" : " (" + claim.place + ")");
}

/// What the numbers add up to, in one or two sentences.
std::string summary(const FileVerdict& verdict) {
  Index of_nothing = 0, biased = 0;
  for (const ClaimVerdict& claim : verdict.claims) {
    of_nothing += claim.claim.is_nothing();
    biased += claim.claim.is_nothing() && claim.finding == Finding::inconsistent;
  }
  const Index made = static_cast<Index>(verdict.claims.size()) - of_nothing;
  std::map<Finding, Index> counts;
  for (const ClaimVerdict& claim : verdict.claims)
    if (!claim.claim.is_nothing()) ++counts[claim.finding];
  std::string text = fmt::format(
      "At level {:g}{} (Holm over {}), margin {:g} null sd: of {} ", verdict.options.level,
      verdict.options.any_time ? ", however often one looks" : "", counted(verdict.tests, "test"),
      verdict.options.margin, counted(made, "claim"));
  text += fmt::format("{} consistent, ", counts[Finding::consistent]);
  if (const Index count = counts[Finding::consistent_in_limit]; count > 0)
    text += fmt::format("{} consistent in the limit, ", count);
  text += fmt::format("{} unresolved, {} inconsistent", counts[Finding::unresolved],
                      counts[Finding::inconsistent]);
  if (const Index count = counts[Finding::not_independent]; count > 0)
    text += fmt::format(", {} not independent", count);
  text += ".";
  if (of_nothing > 0)
    text += fmt::format(" {} {} nothing; the bias of {} is seen.", of_nothing,
                        of_nothing == 1 ? "claims" : "claim", biased);
  const Index against = verdict.contradictions();
  return text + (against == 0 ? " No claim is contradicted."
                              : fmt::format(" {} CONTRADICTED.", counted(against, "claim")));
}

/// Both, where there are both.
std::string joined(const std::string& a, const std::string& b) {
  return a.empty() || b.empty() ? a + b : a + "; " + b;
}

Value number(Real value) {
  return {value};
}

std::string finding_text(Finding finding) {
  return finding == Finding::consistent_in_limit ? "consistent in the limit" : name_of(finding);
}

void add_orders(const LocalOrders& orders, std::vector<Member>& members) {
  if (orders.straight) {
    members.push_back({"order", number(orders.order)});
    members.push_back({"order_low", number(orders.interval.low)});
    members.push_back({"order_high", number(orders.interval.high)});
    members.push_back({"order_from", number(orders.from)});
  }
  Array slopes;
  for (const LocalSlope& slope : orders.slopes)
    slopes.push_back(object({{"from", number(slope.from)},
                             {"to", number(slope.to)},
                             {"slope", number(slope.slope)},
                             {"low", number(slope.interval.low)},
                             {"high", number(slope.interval.high)}}));
  members.push_back({"local_slopes", {std::move(slopes)}});
}

/// A signed functional in the limit; bounds at the verdict's level.
Value functional_json(const FunctionalLimit& f, Real level) {
  const SignedLimit& limit = f.limit;
  std::vector<Member> members = {
      {"name", {f.name}}, {"units", {f.units}}, {"tolerance", number(f.tolerance)}};
  if (limit.known) {
    members.push_back({"finest", number(limit.finest.estimate)});
    members.push_back({"finest_bound", number(limit.finest.upper(level))});
    members.push_back({"left", number(limit.bent_plateau.estimate)});
    members.push_back({"left_bound", number(std::max(limit.plateau.upper(level),
                                                     limit.bent_plateau.upper(level)))});
    members.push_back({"missed_bound", number(limit.missed.upper(level))});
    members.push_back({"flat", {limit.flat}});
  }
  add_orders(limit.orders, members);
  return object(std::move(members));
}

Value trend_json(const Trend& trend) {
  const RateFit& fit = trend.fit;
  std::vector<Member> members = {{"axis", {trend.axis.name}},
                                 {"metric", {trend.metric}},
                                 {"text", {trend.text}},
                                 {"at_floor", {trend.at_floor}},
                                 {"plateau", number(fit.plateau)},
                                 {"plateau_low", number(fit.plateau_interval.low)},
                                 {"plateau_high", number(fit.plateau_interval.high)}};
  if (fit.has_rate) {
    members.push_back({"rate", number(fit.rate)});
    members.push_back({"rate_low", number(fit.rate_interval.low)});
    members.push_back({"rate_high", number(fit.rate_interval.high)});
  }
  add_orders(fit.orders, members);
  return object(std::move(members));
}

/// "excludes location ≥ 0.05, spread ≥ 0.12": "" where nothing was looked for.
std::string excluded_text(const ClaimVerdict& claim) {
  std::string text;
  for (const ClaimVerdict::Exclusion& e : claim.excluded)
    if (std::isfinite(e.bound))
      text += fmt::format("{}{} ≥ {:.3g}", text.empty() ? "excludes " : ", ", e.aspect, e.bound);
  return text;
}

Value excluded_json(const ClaimVerdict& claim) {
  Array all;
  for (const ClaimVerdict::Exclusion& e : claim.excluded)
    all.push_back(object({{"aspect", {e.aspect}},
                          {"bound", number(e.bound)},
                          {"tolerance", number(e.tolerance)},
                          {"within_tolerance", {e.bound <= e.tolerance}},
                          {"text", {e.text}},
                          {"metric", {std::isfinite(e.bound) ? e.by : ""}}}));
  return {std::move(all)};
}

Value claim_json(const ClaimVerdict& claim, Real level) {
  Array metrics, trends, functionals, misses;
  for (const Miss& miss : claim.misses)
    misses.push_back(object({{"name", {miss.name}},
                             {"mean", number(miss.mean)},
                             {"error", number(miss.error)},
                             {"p_value", number(miss.p_value)}}));
  for (const FunctionalLimit& f : claim.functionals)
    functionals.push_back(functional_json(f, level));
  for (std::size_t i = 0; i < claim.verdict.metrics.size(); ++i)
    metrics.push_back(calibrated_json(claim.verdict.metrics[i], claim.verdict.p_adjusted_all[i]));
  for (const Trend& trend : claim.trends) trends.push_back(trend_json(trend));
  return object({{"label", {claim.label}},
                 {"place", {claim.place}},
                 {"claim", {claim.claim.text()}},
                 {"finding", {name_of(claim.finding)}},
                 {"contradicted", {claim.contradicted}},
                 {"cell", {claim.cell}},
                 {"budget", {claim.budget}},
                 {"deciding_metric", {claim.verdict.deciding_metric}},
                 {"p_adjusted", number(claim.verdict.p_adjusted)},
                 {"further_draws", {claim.verdict.further_draws}},
                 {"further_null_replicates", {claim.verdict.further_null_replicates}},
                 {"note", {claim.note}},
                 {"how", {misses_text(claim.misses)}},
                 {"misses", {std::move(misses)}},
                 {"evidence", {claim.verdict.evidence}},
                 {"excluded", excluded_json(claim)},
                 {"metrics", {std::move(metrics)}},
                 {"trends", {std::move(trends)}},
                 {"order", {claim.order}},
                 {"refined", {claim.refined}},
                 {"functionals", {std::move(functionals)}}});
}

Value round_json(const VerdictRecord::Round& round) {
  Array claims;
  for (std::size_t i = 0; i < round.finding.size(); ++i)
    claims.push_back(object({{"replicates", {round.replicates[i]}},
                             {"finding", {name_of(round.finding[i])}},
                             {"log_e", number(round.log_e[i])},
                             {"theta_low", number(round.theta_low[i])},
                             {"theta_high", number(round.theta_high[i])}}));
  return object({{"draws", number(round.draws)}, {"claims", {std::move(claims)}}});
}

}  // namespace

std::string deciding_text(const CellVerdict& verdict) {
  const Calibrated* metric = verdict.deciding();
  if (!metric) return "";
  if (metric->average && std::isnan(metric->average->error))
    return fmt::format(
        "{} off by {:.2g}, tolerated {:.2g}; the one replicate that has it gives no interval",
        metric->metric, metric->value, metric->floor_sd);
  if (metric->average)
    return fmt::format("{} off by {}, tolerated {:.2g}, {} (asymptotic)", metric->metric,
                       with_error(metric->value, metric->average->error), metric->floor_sd,
                       p_text(verdict, *metric));
  if (metric->uniform)
    return fmt::format("{} distance to uniform {:.3g}, {}", metric->metric,
                       metric->excess / std::sqrt(Real{12}), p_text(verdict, *metric));
  if (metric->mean_one)
    return fmt::format("{} {}, {}", metric->metric,
                       with_error(metric->value, metric->floor_sd * metric->excess_se),
                       p_text(verdict, *metric));
  return fmt::format("{} {:.3g}, floor {:.3g}, excess {} sd, {}", metric->metric, metric->value,
                     metric->floor, with_error(metric->excess, metric->excess_se),
                     p_text(verdict, *metric));
}

std::string verdict_text(const FileVerdict& verdict, bool all) {
  constexpr std::size_t screen = 60, page = 120;
  std::vector<const ClaimVerdict*> claims;
  for (const ClaimVerdict& claim : verdict.claims) claims.push_back(&claim);
  std::stable_partition(claims.begin(), claims.end(),
                        [](const ClaimVerdict* claim) { return claim->contradicted; });
  std::vector<std::vector<std::string>> rows = {{"sampler", "claims", "found"}};
  for (const ClaimVerdict* claim : claims)
    rows.push_back(
        {name_of_claim(*claim), claim->claim.text(),
         finding_text(claim->finding) + (claim->contradicted ? " (CONTRADICTED)" : "") +
             (claim->budget.empty()                            ? ""
              : claim->finding == Finding::consistent_in_limit ? ", finest at " + claim->budget
                                                               : " at " + claim->budget)});
  std::istringstream lines(columns(rows));
  std::string line, text = wrapped(summary(verdict), page, 0) + "\n";
  std::getline(lines, line);
  text += line + '\n';
  std::size_t shown = 0, height = 0;
  for (; shown < claims.size() && std::getline(lines, line); ++shown) {
    const ClaimVerdict& claim = *claims[shown];
    std::string entry = line + '\n';
    for (const std::string& says :
         {joined(deciding_text(claim.verdict), claim.trend_text()), misses_text(claim.misses),
          joined(joined(claim.note, excluded_text(claim)), claim.verdict.not_judgeable_text())})
      if (!says.empty()) entry += wrapped(says, page, 4);
    height += static_cast<std::size_t>(std::count(entry.begin(), entry.end(), '\n'));
    if (height > screen && shown > 0 && !all) break;
    text += entry;
  }
  if (shown < claims.size())
    text += fmt::format("… and {} more: --all shows them\n", claims.size() - shown);
  return text;
}

Value calibrated_json(const Calibrated& metric, Real p_adjusted) {
  std::vector<Member> members = {
      {"metric", {metric.metric}},         {"value", number(metric.value)},
      {"floor", number(metric.floor)},     {"floor_sd", number(metric.floor_sd)},
      {"excess", number(metric.excess)},   {"excess_se", number(metric.excess_se)},
      {"p_value", number(metric.p_value)}, {"p_adjusted", number(p_adjusted)},
      {"replicates", {metric.replicates}}, {"null_replicates", {metric.null_replicates}}};
  if (metric.average) {
    members.push_back({"tolerated_below", number(metric.average->tolerated.below)});
    members.push_back({"tolerated_above", number(metric.average->tolerated.above)});
    members.push_back({"asymptotic", {true}});
  }
  if (metric.any_time) {
    members.push_back({"log_e", number(metric.any_time->log_e)});
    members.push_back({"theta_low", number(metric.any_time->theta.low)});
    members.push_back({"theta_high", number(metric.any_time->theta.high)});
  }
  return object(std::move(members));
}

Value verdict_json(const FileVerdict& verdict, const std::vector<SelfCheck>& checks,
                   const std::vector<VerdictRecord::Round>& rounds) {
  Array claims, tests, looks;
  for (const VerdictRecord::Round& round : rounds) looks.push_back(round_json(round));
  for (const ClaimVerdict& claim : verdict.claims)
    claims.push_back(claim_json(claim, verdict.options.level));
  for (const SelfCheck& check : checks)
    tests.push_back(object({{"what", {check.what}},
                            {"where", {check.where}},
                            {"passed", {check.passed}},
                            {"says", {check.says}}}));
  return object({{"level", number(verdict.options.level)},
                 {"margin", number(verdict.options.margin)},
                 {"any_time", {verdict.options.any_time}},
                 {"tests", {verdict.tests}},
                 {"contradictions", {verdict.contradictions()}},
                 {"summary", {summary(verdict)}},
                 {"claims", {std::move(claims)}},
                 {"rounds", {std::move(looks)}},
                 {"self_test", {std::move(tests)}}});
}

std::string check_text(const SelfCheck& check) {
  return fmt::format("{}: {}{}: {}", check.passed ? "passed" : "failed", check.what,
                     check.where.empty() ? "" : " (" + check.where + ")", check.says);
}

}  // namespace plumbline::cli
