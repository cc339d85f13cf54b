// What `score` says.
#include "cli/score_text.hpp"

#include "cli/console.hpp"
#include "cli/json.hpp"
#include "cli/verdict_text.hpp"
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
      {"metric", "value", "floor", "excess ± se", "p", "p (Holm)"}};
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

}  // namespace

std::string score_sentence(const Score& score, const ScoreOptions& options) {
  const bool by_batches = score.main.verdict.finding == Finding::unresolved && score.batched;
  const CellVerdict& verdict = by_batches ? score.batched->verdict : score.main.verdict;
  const Comparison& comparison = by_batches ? *score.batched : score.main;
  const Calibrated* deciding = verdict.deciding();
  const std::string finding = name_of(score.finding());
  if (!deciding) return finding + ": no metric could be judged";
  if (score.finding() == Finding::inconsistent)
    return fmt::format(
        "inconsistent: {} is {} null standard deviations off the floor (p = {:.3g} after Holm over "
        "{} metrics, level {})",
        deciding->metric, excess_text(*deciding), verdict.p_adjusted, verdict.metrics.size(),
        options.judge.level);
  const std::string within = fmt::format(
      "{} of {} draws; the largest upper bound of an excess is {} ({}), the margin {} null "
      "standard deviations of such a set, level {}",
      comparison.sets == 1 ? "1 set" : fmt::format("{} sets", comparison.sets), comparison.draws,
      fixed_text(deciding->upper(options.judge.level), 2), deciding->metric, options.judge.margin,
      options.judge.level);
  if (score.finding() == Finding::consistent) return fmt::format("consistent: {}", within);
  return fmt::format("unresolved: {}: {}", within, score.what_would_settle());
}

std::string score_text(const Score& score, const ScoreOptions& options, const std::string& label) {
  std::string text =
      fmt::format("{}: {}\n\n", label, comparison_text(score.main)) + table_text(score.main) + '\n';
  for (const std::string& note : score.notes) text += wrapped("note: " + note, 100, 0);
  return text + wrapped(score_sentence(score, options), 100, 0);
}

Value score_json(const Score& score, const ScoreOptions& options, const std::string& label,
                 const std::string& problem_hash) {
  std::vector<Member> members = {{"label", {label}},
                                 {"finding", {name_of(score.finding())}},
                                 {"sentence", {score_sentence(score, options)}},
                                 {"problem_hash", {problem_hash}},
                                 {"level", {options.judge.level}},
                                 {"margin", {options.judge.margin}},
                                 {"sets", {score.sets}},
                                 {"draws", {score.draws}},
                                 {"effective_draws", {score.effective_draws}},
                                 {"batches", {score.batches}},
                                 {"judged", comparison_json(score.main)}};
  if (score.batched) members.push_back({"batched", comparison_json(*score.batched)});
  members.push_back({"not_judged", texts(score.not_judged)});
  members.push_back({"notes", texts(score.notes)});
  return object(std::move(members));
}

}  // namespace plumbline::cli
