// What `score` says.
#include "cli/score_text.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "cli/console.hpp"
#include "cli/json.hpp"
#include "cli/verdict_text.hpp"
#include "core/named_enum.hpp"
#include "core/text/numbers.hpp"

namespace plumbline::cli {
namespace {

/// What was judged by what: "1 set of 2000 draws beside 700 of as many exact draws".
std::string comparison_text(const Comparison& c) {
  return fmt::format("{} {} of {} draws beside {} of as many exact draws", c.sets,
                     c.sets == 1 ? "set" : "sets", c.draws, c.null_sets);
}

std::string excess_text(const Calibrated& metric) {
  return fmt::format("{} ± {}", fixed_text(metric.excess, 2), fixed_text(metric.excess_se, 2));
}

std::string table_text(const Comparison& comparison) {
  std::vector<std::vector<std::string>> rows = {
      {"metric", "value", "floor", "excess ± se", "p", "p (all)"}};
  for (std::size_t m = 0; m < comparison.verdict.metrics.size(); ++m) {
    const Calibrated& metric = comparison.verdict.metrics[m];
    rows.push_back({metric.metric, fmt::format("{:.4g}", metric.value),
                    fmt::format("{:.4g}", metric.floor), excess_text(metric),
                    fmt::format("{:.2g}", metric.p_value),
                    fmt::format("{:.2g}", comparison.verdict.p_adjusted_all[m])});
  }
  return columns(rows);
}

Value comparison_json(const Comparison& comparison) {
  const CellVerdict& verdict = comparison.verdict;
  Array metrics;
  for (std::size_t m = 0; m < verdict.metrics.size(); ++m)
    metrics.push_back(calibrated_json(verdict.metrics[m], verdict.p_adjusted_all[m]));
  return object({{"sets", {comparison.sets}},
                 {"draws", {comparison.draws}},
                 {"null_sets", {comparison.null_sets}},
                 {"finding", {name_of(verdict.finding)}},
                 {"deciding_metric", {verdict.deciding_metric}},
                 {"p_adjusted", {verdict.p_adjusted}},
                 {"further_draws", {verdict.further_draws}},
                 {"metrics", {std::move(metrics)}}});
}

/// "mean_error is 8.1 ± 0.4 null standard deviations off the floor (p = …)": why metrics object.
std::string metrics_text(const Score& score, Real level) {
  const CellVerdict& verdict = score.main.verdict;
  const Calibrated* deciding = verdict.deciding();
  if (!deciding) return "no metric could be judged";
  return fmt::format(
      "{} is {} null standard deviations off the floor (p = {:.3g}, {} as one test, level {:g})",
      deciding->metric, excess_text(*deciding), verdict.p_adjusted,
      verdict.metrics.size() == 1 ? "the metric"
                                  : fmt::format("the {} metrics", verdict.metrics.size()),
      level);
}

std::string list_p_text(Real p) {
  return std::isnan(p) ? "cannot be judged" : fmt::format("p = {:.2g}", p);
}

/// What the list shows, with p-values; "" when it shows nothing.
std::string list_text(const Score& score, Real level) {
  std::string text;
  if (!score.list) return text;
  if (score.repeats(level))
    text = fmt::format("{} (p = {:.3g})", score.list->neighbours_text(), score.p_neighbours);
  if (score.ordered(level))
    text += fmt::format("{}{} (p = {:.3g})", text.empty() ? "" : "; ", score.list->order_text(),
                        score.p_order);
  return text;
}

Value list_json(const Score& score) {
  const ListLook& list = *score.list;
  return object({{"rows", {list.rows}},
                 {"p_neighbours", {score.p_neighbours}},
                 {"neighbours", {list.neighbours_text()}},
                 {"p_order", {score.p_order}},
                 {"order", {list.order_text()}},
                 {"lag", {list.lag}},
                 {"correlation", {list.correlation}},
                 {"column", {list.column}}});
}

/// An error of the tolerated size, in few words: what is excluded has the unit.
std::string tolerated_text(const ErrorSizes& sizes) {
  const Real size = sizes.tolerance;
  switch (sizes.aspect) {
    case Aspect::spread:
      return fmt::format("{:.3g} … {:.3g}", 1 - size, 1 / (1 - size));
    case Aspect::masses:
    case Aspect::conditioning:
      return fmt::format("{:.3g} %", 100 * size);
    case Aspect::tails:
      return fmt::format("{:.3g}", 1 / size);
    case Aspect::location:
    case Aspect::dependence:
      break;
  }
  return fmt::format("{:.3g}", size);
}

/// What is excluded, a line an aspect.
std::string excluded_text(const Score& score) {
  if (score.excluded.empty()) return "";
  std::vector<std::vector<std::string>> rows = {{"", "excluded", "tolerated", "seen by"}};
  for (const Excluded& e : score.excluded)
    rows.push_back({name_of(e.sizes.aspect),
                    std::isfinite(e.bound) ? e.sizes.beyond(e.bound) : "nothing",
                    tolerated_text(e.sizes) + (e.within_tolerance() ? "" : "  (open)"),
                    std::isfinite(e.bound) ? e.metric : ""});
  return '\n' + columns(rows);
}

/// "in location and spread: more draws would exclude them, or the metric covariance_error".
std::string open_text(const Score& score) {
  std::vector<std::string> open, metrics;
  for (const Excluded& e : score.excluded) {
    if (e.within_tolerance()) continue;
    open.push_back(name_of(e.sizes.aspect));
    const std::string metric = e.sizes.metric();
    const auto& asked = score.main.verdict.metrics;
    const bool known = std::any_of(asked.begin(), asked.end(),
                                   [&](const Calibrated& m) { return m.metric == metric; });
    if (!known && std::find(metrics.begin(), metrics.end(), metric) == metrics.end())
      metrics.push_back(metric);
  }
  std::string text = fmt::format("{}: more draws would exclude them", fmt::join(open, ", "));
  if (!metrics.empty())
    text += fmt::format(", or the metric{} {}", metrics.size() == 1 ? "" : "s",
                        fmt::join(metrics, ", "));
  return text;
}

/// How the draws are wrong, a line each; "" when there is nothing to say.
std::string where_text(const Score& score) {
  const WhereWrong& where = score.where;
  if (where.lines.empty())
    return score.main.verdict.finding == Finding::inconsistent && !where.silence.empty()
               ? wrapped("where: " + where.silence, 100, 0)
               : "";
  std::string text = "where (± one standard error):\n";
  for (const Disagreement& line : where.lines) text += wrapped("- " + line.text(), 98, 2);
  return text;
}

Value numbers_json(const HostVector& numbers) {
  Array list;
  for (const Real v : numbers) list.push_back({v});
  return {std::move(list)};
}

Value disagreement_json(const Disagreement& line) {
  std::vector<Member> members = {{"kind", {name_of(line.kind)}}, {"text", {line.text()}},
                                 {"value", {line.value}},        {"error", {line.error}},
                                 {"right", {line.right}},        {"low", {line.low}},
                                 {"high", {line.high}},          {"z", {line.z}}};
  if (line.direction.size() > 0) members.push_back({"direction", numbers_json(line.direction)});
  Array coordinates, components;
  for (const int i : {line.i, line.j})
    if (i >= 0) coordinates.push_back({std::int64_t{i}});
  for (const int k : line.components) components.push_back({std::int64_t{k}});
  if (!coordinates.empty())
    members.push_back({line.of_axes ? "axes" : "coordinates", {std::move(coordinates)}});
  if (!components.empty()) members.push_back({"components", {std::move(components)}});
  if (line.centre.size() > 0) members.push_back({"centre", numbers_json(line.centre)});
  if (line.radius > 0) members.push_back({"radius", {line.radius}});
  if (line.tail_share > 0) members.push_back({"tail_share", {line.tail_share}});
  return object(std::move(members));
}

Value where_json(const WhereWrong& where) {
  Array lines;
  for (const Disagreement& line : where.lines) lines.push_back(disagreement_json(line));
  return object({{"lines", {std::move(lines)}}, {"silence", {where.silence}}});
}

}  // namespace

std::string score_sentence(const Score& score, const ScoreOptions& options) {
  const Real level = options.judge.level;
  const Finding finding = score.finding(level);
  const std::string list = list_text(score, level);
  if (finding == Finding::inconsistent)
    return fmt::format("inconsistent: {}{}", metrics_text(score, level),
                       list.empty() ? "" : ". Besides, " + list);
  if (finding == Finding::not_independent) {
    const bool by_metrics = score.main.verdict.finding == Finding::not_independent;
    std::string text = "not independent: ";
    if (by_metrics)
      text += metrics_text(score, level) +
              ", nearer than independent draws come: stratified, or of too little spread";
    if (by_metrics && !list.empty()) text += ". Besides, ";
    return text + list;
  }
  if (!score.main.verdict.deciding()) return "unresolved: no metric could be judged";
  if (finding == Finding::consistent)
    return fmt::format(
        "consistent: nothing speaks against {} of {} draws at level {:g}, and every error beyond "
        "its "
        "tolerance is excluded",
        score.main.sets == 1 ? "the set" : fmt::format("{} sets", score.main.sets),
        score.main.draws, level);
  return fmt::format(
      "unresolved: nothing speaks against the draws at level {:g}, but errors beyond their "
      "tolerance are not excluded in {}",
      level, open_text(score));
}

std::string score_text(const Score& score, const ScoreOptions& options, const std::string& label) {
  std::string text = wrapped(label + ": " + score_sentence(score, options), 100, 0);
  text += where_text(score);
  text += fmt::format("\n{}\n\n", comparison_text(score.main)) + table_text(score.main) + '\n';
  if (score.list)
    text += fmt::format("as a list: repeats and neighbours {}, order {}\n",
                        list_p_text(score.p_neighbours), list_p_text(score.p_order));
  text += excluded_text(score);
  for (const std::string& note : score.notes) text += wrapped("note: " + note, 100, 0);
  return text;
}

Value score_json(const Score& score, const ScoreOptions& options, const std::string& label,
                 const std::string& problem_hash) {
  std::vector<Member> members = {{"label", {label}},
                                 {"finding", {name_of(score.finding(options.judge.level))}},
                                 {"sentence", {score_sentence(score, options)}},
                                 {"problem_hash", {problem_hash}},
                                 {"level", {options.judge.level}},
                                 {"sets", {score.sets}},
                                 {"draws", {score.draws}},
                                 {"effective_draws", {score.effective_draws}},
                                 {"batches", {score.batches}},
                                 {"precision", {score.precision.text()}},
                                 {"judged", comparison_json(score.main)}};
  Array excluded;
  for (const Excluded& e : score.excluded)
    excluded.push_back(object({{"aspect", {name_of(e.sizes.aspect)}},
                               {"bound", {e.bound}},
                               {"tolerance", {e.sizes.tolerance}},
                               {"within_tolerance", {e.within_tolerance()}},
                               {"text", {e.text()}},
                               {"metric", {e.metric}}}));
  members.push_back({"excluded", {std::move(excluded)}});
  members.push_back({"where", where_json(score.where)});
  if (score.list) members.push_back({"list", list_json(score)});
  members.push_back({"not_judged", texts(score.not_judged)});
  members.push_back({"notes", texts(score.notes)});
  return object(std::move(members));
}

}  // namespace plumbline::cli
