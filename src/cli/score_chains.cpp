// What `score` says of Markov chains.
#include "cli/score_chains.hpp"

#include <cmath>

#include "cli/console.hpp"
#include "cli/json.hpp"
#include "core/named_enum.hpp"
#include "core/text/numbers.hpp"
#include "harness/statistics/rate.hpp"
#include "io/user/array_file.hpp"

namespace plumbline::cli {
namespace {

std::string chains_text(const ChainScore& score) {
  return fmt::format("{} of {} draws", counted(score.chains, "chain"), score.length);
}

std::string interval_text(const Tolerated& tolerated) {
  return tolerated.below == tolerated.above
             ? fmt::format("±{:.3g}", tolerated.above)
             : fmt::format("−{:.3g} … {:.3g}", tolerated.below, tolerated.above);
}

std::string average_text(const UnitMean& mean) {
  return std::isnan(mean.error) ? fmt::format("{:.3g}", mean.mean)
                                : with_error(mean.mean, mean.error);
}

std::string chain_p_text(Real p) {
  return std::isnan(p) ? "" : fmt::format("{:.2g}", p);
}

std::string averages_table(const ChainScore& score) {
  std::vector<std::vector<std::string>> rows = {
      {"average of", "error ± se", "tolerated", "worth draws", "p (all)"}};
  for (const ChainMean& mean : score.means) {
    const bool open = score.long_enough() && !mean.within_tolerance();
    rows.push_back({mean.about.name, average_text(mean.mean),
                    interval_text(mean.tolerated) + (open ? "  (open)" : ""),
                    std::isnan(mean.time)
                        ? ""
                        : fmt::format("{:.0f}", static_cast<Real>(score.chains * score.length) /
                                                    std::max<Real>(1, mean.time)),
                    chain_p_text(mean.p_adjusted)});
  }
  return columns(rows);
}

/// Tests that found something, in words; "" when none did.
std::string exact_tests_text(const ChainScore& score, Real level) {
  std::string text;
  if (score.tails.p_adjusted < level)
    text = fmt::format(
        "draws lie where the posterior next to never is (p = {:.2g}): is burn-in left "
        "in?",
        score.tails.p_adjusted);
  if (score.ends.p_adjusted < level)
    text += fmt::format("{}the last draws of the chains are no draws of the posterior (p = {:.2g})",
                        text.empty() ? "" : "; ", score.ends.p_adjusted);
  return text;
}

std::string further_text(const ChainScore& score) {
  return score.further_draws < 0
             ? "more draws would not settle it"
             : fmt::format("{} further draws a chain would settle it", score.further_draws);
}

std::string chain_sentence(const ChainScore& score, Real level) {
  const std::string exact = exact_tests_text(score, level);
  const ChainMean* decided = score.means.empty() ? nullptr : &score.means[score.decided];
  if (score.finding == Finding::inconsistent) {
    std::string text = "inconsistent: ";
    if (decided && decided->p_adjusted < level)
      text += fmt::format("the {} is off by {} {} (p = {:.2g}, asymptotic, level {:g})",
                          decided->about.long_name, average_text(decided->mean),
                          decided->about.units, decided->p_adjusted, level);
    else
      return text + exact;
    return text + (exact.empty() ? "" : ". Besides, " + exact);
  }
  if (score.finding == Finding::consistent)
    return fmt::format(
        "consistent: the averages of {}, worth {:.0f} independent draws, are right within every "
        "tolerance (asymptotic, level {:g})",
        chains_text(score), score.effective_draws(), level);
  if (!decided) return "unresolved: nothing is known of this target to judge chains by";
  if (!score.long_enough())
    return fmt::format(
        "unresolved: too short to be judged by averages: a {} is {:.2g} autocorrelation times long "
        "(the largest is {:.3g} draws), {:g} are needed, with at "
        "least {} further draws a chain",
        score.units > score.chains
            ? fmt::format("batch of {} draws", score.length * score.chains / score.units)
            : "chain",
        score.unit_times, score.time, score.wanted_times, score.further_draws);
  return fmt::format(
      "unresolved: nothing speaks against the chains at level {:g}, but the {} may be off by more "
      "than is tolerated ({} {}); {}",
      level, decided->about.long_name, average_text(decided->mean), decided->about.units,
      further_text(score));
}

std::string chain_score_text(const ChainScore& score, const std::string& label, Real level) {
  std::string text =
      fmt::format("{}: {}, worth {:.0f} independent ones; errors from {} (asymptotic)\n\n", label,
                  chains_text(score), score.effective_draws(),
                  score.units > score.chains ? fmt::format("{} batches", score.units)
                                             : fmt::format("{} chains", score.chains));
  text += averages_table(score) + '\n';
  const auto test = [](const char* name, const ExactTest& made) {
    return std::isnan(made.p_value) ? "" : fmt::format("{} p = {:.2g}", name, made.p_adjusted);
  };
  const std::string tails = test("far draws", score.tails);
  const std::string ends = test("last draws of the chains", score.ends);
  if (!tails.empty())
    text += "exact at any length: " + tails + (ends.empty() ? "" : ", " + ends) + '\n';
  for (const std::string& note : score.notes) text += wrapped("note: " + note, 100, 0);
  return text + wrapped(chain_sentence(score, level), 100, 0);
}

Value chain_score_json(const ChainScore& score, const GivenChains& given, Real level) {
  Array means;
  for (const ChainMean& mean : score.means)
    means.push_back(object({{"name", {mean.about.name}},
                            {"long_name", {mean.about.long_name}},
                            {"units", {mean.about.units}},
                            {"error", {mean.mean.mean}},
                            {"standard_error", {mean.mean.error}},
                            {"reach", {mean.reach}},
                            {"tolerated_below", {mean.tolerated.below}},
                            {"tolerated_above", {mean.tolerated.above}},
                            {"within_tolerance", {mean.within_tolerance()}},
                            {"autocorrelation_time", {mean.time}},
                            {"p_value", {mean.mean.p_value}},
                            {"p_adjusted", {mean.p_adjusted}}}));
  return object({{"label", {given.label}},
                 {"finding", {name_of(score.finding)}},
                 {"sentence", {chain_sentence(score, level)}},
                 {"asymptotic", {true}},
                 {"problem_hash", {given.problem_hash}},
                 {"level", {level}},
                 {"sets", {score.sets}},
                 {"chains", {score.chains}},
                 {"chain_length", {score.length}},
                 {"units", {score.units}},
                 {"autocorrelation_time", {score.time}},
                 {"effective_draws", {score.effective_draws()}},
                 {"long_enough", {score.long_enough()}},
                 {"further_draws", {score.further_draws}},
                 {"p_tails", {score.tails.p_adjusted}},
                 {"p_ends", {score.ends.p_adjusted}},
                 {"averages", {std::move(means)}},
                 {"notes", texts(score.notes)}});
}

void write_chains(const std::filesystem::path& out, const ChainScore& score,
                  const GivenChains& given, Real level, const std::string& command) {
  ArrayFile file;
  file.attribute("schema", "plumbline-score/1");
  file.attribute("label", given.label);
  file.attribute("finding", name_of(score.finding));
  file.attribute("sentence", chain_sentence(score, level));
  file.attribute("level", fmt::format("{}", level));
  file.attribute("draws", fmt::format("{}", score.chains / score.sets * score.length));
  file.attribute("chain_length", fmt::format("{}", score.length));
  file.attribute("problem_hash", given.problem_hash);
  file.attribute("command", command);
  std::vector<std::string> names;
  for (const ChainMean& mean : score.means) names.push_back(mean.about.name);
  file.coordinate("averages", "average", names, "function of a draw whose expectation is known");
  const auto column = [&](const char* name, const auto& number, const char* doc) {
    std::vector<double> values;
    for (const ChainMean& mean : score.means) values.push_back(number(mean));
    const auto count = static_cast<Index>(values.size());
    file.add(fmt::format("averages/{}", name), {"average"}, {count}, values, doc);
  };
  column(
      "error", [](const ChainMean& m) { return m.mean.mean; }, "average less its expectation");
  column(
      "standard_error", [](const ChainMean& m) { return m.mean.error; },
      "of the average, from batches or chains (asymptotic)");
  column(
      "tolerated_below", [](const ChainMean& m) { return m.tolerated.below; },
      "errors down to minus this are none");
  column(
      "tolerated_above", [](const ChainMean& m) { return m.tolerated.above; }, "and up to this");
  column(
      "autocorrelation_time", [](const ChainMean& m) { return m.time; }, "in draws");
  column(
      "p_adjusted", [](const ChainMean& m) { return m.p_adjusted; }, "after Holm over all tests");
  file.write(out);
}

}  // namespace

void require_same_chains(Index length, Index first, const std::string& first_file,
                         const Location& where) {
  if (length == first) return;
  const auto text = [](Index l) {
    return l == 0 ? std::string("independent draws") : fmt::format("chains of {} draws", l);
  };
  throw SpecError("chain", text(length),
                  fmt::format("must be {}, as in {}", text(first), first_file), where);
}

int score_chains_command(const Invocation& call, const Arguments& arguments,
                         const GivenChains& given, const ScoreOptions& options) {
  for (const char* option : {"null-sets", "batches"})
    if (arguments.text(option))
      throw SpecError(fmt::format("--{}", option), *arguments.text(option),
                      "must be absent: chains are judged by known averages, not beside sets of "
                      "exact draws");
  message(
      fmt::format("{}: averages whose expectation is known, instead of the metrics, whose floor "
                  "is that of independent draws",
                  given.label));
  const Real level = options.judge.level;
  // The reference draws of the log density: one stream for every file.
  const ChainScore score = score_chains(given.exec, given.problem, given.sets, given.length,
                                        options.judge, Rng::from_seed(0).stream("chains"));
  if (const auto out = arguments.text("out")) write_chains(*out, score, given, level, call.line);
  if (arguments.has("json"))
    print_json(chain_score_json(score, given, level));
  else
    print(chain_score_text(score, given.label, level));
  return score.finding == Finding::inconsistent ? 3 : 0;
}

}  // namespace plumbline::cli
