// plumbline score: metrics and verdict for draws made elsewhere.
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/json.hpp"
#include "cli/spec.hpp"
#include "harness/scoring.hpp"
#include "io/array_file.hpp"

namespace plumbline::cli {
namespace {

ScoreOptions score_options(const Arguments& arguments) {
  ScoreOptions options;
  if (const auto level = arguments.number("level")) {
    if (!(*level > 0 && *level < 0.5))
      throw SpecError("--level", fmt::format("{}", *level), "must be in (0, 0.5)");
    options.judge.level = *level;
  }
  if (const auto margin = arguments.number("margin")) {
    if (!(*margin > 0)) throw SpecError("--margin", fmt::format("{}", *margin), "must be above 0");
    options.judge.margin = *margin;
  }
  options.null_sets = arguments.whole("null-sets", 2);
  options.batches = arguments.whole("batches", 1);
  options.say = message;
  return options;
}

/// Every set of every file, in order. SpecError unless all fit the problem and have one size.
std::vector<Ensemble> read_sets(const Exec& exec, const std::vector<std::string>& files,
                                const Problem& problem) {
  std::vector<Ensemble> sets;
  for (const std::string& file : files)
    for (const GivenDraws& given : read_draws(file)) {
      const Location where{file};
      sets.push_back(place_draws(exec, problem, given, where));
      if (const Index n = sets.front().draws(); sets.back().draws() != n)
        throw SpecError("x", fmt::format("{} draws", sets.back().draws()),
                        fmt::format("{}, as in {}: replicates have one size", n, files.front()),
                        where);
    }
  return sets;
}

/// What was judged by what: "1 set of 2000 draws beside 700 of as many exact draws".
std::string comparison_text(const Comparison& c) {
  return fmt::format("{} {} of {} draws beside {} of as many exact draws", c.sets,
                     c.sets == 1 ? "set" : "sets", c.draws, c.null_sets);
}

std::string excess_text(const Calibrated& metric) {
  return fmt::format("{:.2f} ± {:.2f}", metric.excess, metric.excess_se);
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

/// The verdict in one sentence.
std::string sentence(const Score& score, const ScoreOptions& options) {
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
      "{} of {} draws; the largest upper bound of an excess is {:.2f} ({}), the margin {} null "
      "standard deviations of such a set, level {}",
      comparison.sets == 1 ? "1 set" : fmt::format("{} sets", comparison.sets), comparison.draws,
      deciding->upper(options.judge.level), deciding->metric, options.judge.margin,
      options.judge.level);
  if (score.finding() == Finding::consistent) return fmt::format("consistent: {}", within);
  return fmt::format("unresolved: {}: {}", within, score.what_would_settle());
}

Value metric_json(const Calibrated& metric, const MetricSample& sample, Real p_adjusted) {
  return object({{"metric", {metric.metric}},
                 {"long_name", {sample.info.long_name}},
                 {"units", {sample.info.units}},
                 {"better", {sample.info.better}},
                 {"value", {metric.value}},
                 {"floor", {metric.floor}},
                 {"floor_sd", {metric.floor_sd}},
                 {"excess", {metric.excess}},
                 {"excess_se", {metric.excess_se}},
                 {"p_value", {metric.p_value}},
                 {"p_adjusted", {p_adjusted}}});
}

const MetricSample& sample_of(const Comparison& comparison, const std::string& metric) {
  for (const MetricSample& sample : comparison.samples)
    if (sample.info.name == metric) return sample;
  PLUMBLINE_REQUIRE(false, "no sample of {}", metric);
  return comparison.samples.front();
}

Value comparison_json(const Comparison& comparison) {
  Array metrics;
  for (std::size_t m = 0; m < comparison.verdict.metrics.size(); ++m) {
    const Calibrated& metric = comparison.verdict.metrics[m];
    metrics.push_back(metric_json(metric, sample_of(comparison, metric.metric),
                                  comparison.verdict.p_adjusted_all[m]));
  }
  return object({{"sets", {comparison.sets}},
                 {"draws", {comparison.draws}},
                 {"null_sets", {comparison.null_sets}},
                 {"finding", {name_of(comparison.verdict.finding)}},
                 {"deciding_metric", {comparison.verdict.deciding_metric}},
                 {"p_adjusted", {comparison.verdict.p_adjusted}},
                 {"further_draws", {comparison.verdict.further_draws}},
                 {"metrics", {std::move(metrics)}}});
}

Value score_json(const Score& score, const ScoreOptions& options, const std::string& label,
                 const Plan& plan) {
  std::vector<Member> members = {{"label", {label}},
                                 {"finding", {name_of(score.finding())}},
                                 {"sentence", {sentence(score, options)}},
                                 {"problem_hash", {plan.problems.front().hash}},
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

/// /<group>/<metric> [replicate], /<group>_null/<metric> [null_replicate], and what follows of them
/// in /<group>_verdict over the dimension `metric`.
void add_comparison(ArrayFile& file, const std::string& group, const Comparison& comparison) {
  for (const MetricSample& sample : comparison.samples) {
    const std::string& doc = sample.info.long_name;
    file.add(group + "/" + sample.info.name, {"replicate"},
             {static_cast<Index>(sample.values.size())}, sample.values, doc);
    file.add(group + "_null/" + sample.info.name, {"null_replicate"},
             {static_cast<Index>(sample.null.size())}, sample.null, doc + " of exact draws");
  }
  const std::vector<Calibrated>& metrics = comparison.verdict.metrics;
  std::vector<std::string> names;
  for (const Calibrated& metric : metrics) names.push_back(metric.metric);
  const std::string verdict = group + "_verdict";
  file.coordinate(verdict, "metric", names, "metric");
  const auto column = [&](const char* name, Real Calibrated::*number, const char* doc) {
    std::vector<double> values;
    for (const Calibrated& metric : metrics) values.push_back(metric.*number);
    file.add(verdict + "/" + name, {"metric"}, {static_cast<Index>(values.size())}, values, doc);
  };
  column("value", &Calibrated::value, "mean over the sets");
  column("floor", &Calibrated::floor, "mean over the sets of exact draws");
  column("floor_sd", &Calibrated::floor_sd, "standard deviation of one such set");
  column("excess", &Calibrated::excess, "(value - floor)/floor_sd, towards worse");
  column("excess_se", &Calibrated::excess_se, "standard error of the excess");
  column("p_value", &Calibrated::p_value, "of 'the values are the metric of exact draws'");
  file.add(verdict + "/p_adjusted", {"metric"}, {static_cast<Index>(metrics.size())},
           comparison.verdict.p_adjusted_all, "p_value after Holm over the metrics");
}

void write_score(const std::filesystem::path& out, const Score& score, const ScoreOptions& options,
                 const std::string& label, const Plan& plan, const std::string& command) {
  ArrayFile file;
  file.attribute("schema", "plumbline-score/1");
  file.attribute("label", label);
  file.attribute("finding", name_of(score.finding()));
  file.attribute("sentence", sentence(score, options));
  file.attribute("level", fmt::format("{}", options.judge.level));
  file.attribute("margin", fmt::format("{}", options.judge.margin));
  file.attribute("draws", fmt::format("{}", score.draws));
  file.attribute("problem_hash", plan.problems.front().hash);
  file.attribute("command", command);
  add_comparison(file, "judged", score.main);
  if (score.batched) add_comparison(file, "batched", *score.batched);
  file.write(out);
}

}  // namespace

int score_command(const Invocation& call) {
  Arguments arguments(
      "score", "SPEC.toml [KEY=VALUE …] --samples FILE [--samples FILE …]",
      "Measure draws made elsewhere by the sweep's metrics, beside as many exact draws, and judge\n"
      "whether they are independent draws of the sweep's posterior. Files: HDF5 with x [n, d] and\n"
      "perhaps log_w [n]; .npy [n, d]; .csv, a draw per line, last column log_w when a header "
      "says\n"
      "so. Several files, or x [replicate, n, d], are replicates. d counts the free coordinates; "
      "all\n"
      "D will do when the observed ones equal y. Exit code 3 when they are inconsistent.");
  arguments.repeated("samples", "FILE", "draws; again for further replicates")
      .option("level", "A", "chance of a false finding (default 0.01)")
      .option("margin", "M", "excess that is none, in null standard deviations (default 1)")
      .option("null-sets", "R", "sets of exact draws (default: enough for the level)")
      .option("batches", "B", "cut every set into B (default: chosen by cost; 1 keeps them whole)")
      .option("label", "NAME", "what the draws are called (default: the first file's stem)")
      .option("replicate", "R", "whose y, when y is drawn (default 0)")
      .option("out", "FILE.h5", "also write every number there")
      .flag("json", "the same for programs");
  if (!arguments.parse(call.words, 1, any_number)) return 0;
  const std::vector<std::string> files = arguments.texts("samples");
  const Index replicate = arguments.whole("replicate", 0).value_or(0);
  const ScoreOptions options = score_options(arguments);
  const auto out = arguments.text("out");
  Sweep sweep = spec_sweep(arguments);
  if (out) require_writable(*out);

  const Exec exec;
  require_single_problem(sweep);
  const Plan plan = make_plan(exec, std::move(sweep));
  Problems problems(exec, plan.sweep, plan.problems.front());
  const Problem problem = problems.at(replicate);
  const std::string label =
      arguments.text("label").value_or(std::filesystem::path(files.front()).stem().string());
  const Score score = score_draws(exec, plan, problem, read_sets(exec, files, problem), options);
  if (out) write_score(*out, score, options, label, plan, call.line);
  if (arguments.has("json")) {
    print_json(score_json(score, options, label, plan));
  } else {
    std::string text = fmt::format("{}: {}\n\n", label, comparison_text(score.main)) +
                       table_text(score.main) + '\n';
    for (const std::string& note : score.notes) text += wrapped("note: " + note, 100, 0);
    print(text + wrapped(sentence(score, options), 100, 0));
  }
  return score.finding() == Finding::inconsistent ? 3 : 0;
}

}  // namespace plumbline::cli
