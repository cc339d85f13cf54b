// plumbline score: metrics and verdict for draws made elsewhere.
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/score_chains.hpp"
#include "cli/score_text.hpp"
#include "cli/spec.hpp"
#include "harness/judge/place_draws.hpp"
#include "io/parts/durable.hpp"
#include "io/user/array_file.hpp"

namespace plumbline::cli {
namespace {

ScoreOptions score_options(const Arguments& arguments) {
  ScoreOptions options;
  if (const auto level = arguments.number("level")) {
    if (!(*level > 0 && *level < 0.5))
      throw SpecError("--level", *arguments.text("level"), "must be in (0, 0.5)");
    options.judge.level = *level;
  }
  options.null_sets = arguments.whole("null-sets", 2);
  options.batches = arguments.whole("batches", 1);
  options.say = message;
  return options;
}

/// Every set of every file, in order, and how long their chains are (0: none). SpecError unless all
/// fit the problem and have one size.
std::vector<Ensemble> read_sets(const Exec& exec, const std::vector<std::string>& files,
                                const Problem& problem, Index& chain_length) {
  std::vector<Ensemble> sets;
  for (const std::string& file : files)
    for (const GivenDraws& given : read_draws(file)) {
      const Location where{file};
      if (sets.empty()) chain_length = given.chain_length;
      require_same_chains(given.chain_length, chain_length, files.front(), where);
      sets.push_back(place_draws(exec, problem, given, where));
      if (const Index n = sets.front().draws(); sets.back().draws() != n)
        throw SpecError(
            "x", fmt::format("{} draws", sets.back().draws()),
            fmt::format("must be {}, as in {}: replicates have one size", n, files.front()), where);
    }
  return sets;
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

/// /excluded: by aspect, the smallest error that is excluded and what is tolerated.
void add_excluded(ArrayFile& file, const Score& score) {
  if (score.excluded.empty()) return;
  std::vector<std::string> aspects;
  std::vector<double> bounds, tolerances;
  for (const Excluded& e : score.excluded) {
    aspects.push_back(name_of(e.sizes.aspect));
    bounds.push_back(e.bound);
    tolerances.push_back(e.sizes.tolerance);
  }
  const auto count = static_cast<Index>(aspects.size());
  file.coordinate("excluded", "aspect", aspects, "in what a law may be wrong");
  file.add("excluded/bound", {"aspect"}, {count}, bounds, "errors of this size are excluded");
  file.add("excluded/tolerance", {"aspect"}, {count}, tolerances, "errors of this size are none");
}

/// /list: repeats and nearness of the sets and of exact ones.
void add_list(ArrayFile& file, const ListLook& list) {
  const auto column = [&](const std::string& group, const char* name,
                          const std::vector<double>& values, const char* dimension,
                          const char* doc) {
    file.add(group + "/" + name, {dimension}, {static_cast<Index>(values.size())}, values, doc);
  };
  const char* repeats = "draws that equal an earlier one";
  const char* nearness =
      "mean log distance to the nearest other draw, in the set's own standard deviations";
  column("list", "repeated", list.given.repeated, "replicate", repeats);
  column("list", "nearness", list.given.nearness, "replicate", nearness);
  column("list_null", "repeated", list.null.repeated, "null_replicate", repeats);
  column("list_null", "nearness", list.null.nearness, "null_replicate", nearness);
}

void write_score(const std::filesystem::path& out, const Score& score, const ScoreOptions& options,
                 const std::string& label, const Plan& plan, const std::string& command) {
  ArrayFile file;
  file.attribute("schema", "plumbline-score/1");
  file.attribute("label", label);
  file.attribute("finding", name_of(score.finding(options.judge.level)));
  file.attribute("sentence", score_sentence(score, options));
  file.attribute("level", fmt::format("{}", options.judge.level));
  file.attribute("draws", fmt::format("{}", score.draws));
  file.attribute("problem_hash", plan.problems.front().hash);
  file.attribute("command", command);
  add_comparison(file, "judged", score.main);
  add_excluded(file, score);
  if (score.list) add_list(file, *score.list);
  file.write(out);
}

}  // namespace

int score_command(const Invocation& call) {
  Arguments arguments(
      "score", "SPEC.toml [KEY=VALUE …] --samples FILE [--samples FILE …]",
      "Measure draws made elsewhere by the sweep's metrics, beside as many exact draws, and judge\n"
      "whether they are independent draws of the sweep's posterior. Files: HDF5 or .npz with x [n, "
      "d]\n"
      "and perhaps log_w [n]; .npy [n, d]; .csv, a draw per line, a column log_w when a header "
      "says\n"
      "so. Draws of Markov chains say so by chain [n], a column or an array of whole numbers, or "
      "by "
      "a number\n"
      "chain_length: they are judged by averages that are known, not as independent draws. Several "
      "files, or x [replicate, n, d], are replicates. d counts the free coordinates; "
      "all\n"
      "D will do when the observed ones equal y. Exit code 3 when they are inconsistent, or not "
      "independent.");
  arguments.repeated("samples", "FILE", "draws; again for further replicates")
      .option("level", "A", "chance of a false finding (default 0.01)")
      .option("null-sets", "R", "sets of exact draws (default: enough for the level)")
      .option("batches", "B",
              "cut every set into B (default: chosen by their size; 1 keeps them whole)")
      .option("label", "NAME", "what the draws are called (default: the first file's stem)")
      .option("replicate", "R", "whose y, when y is drawn (default 0)")
      .option("out", "FILE.h5", "also write every number there")
      .flag("json", "the same for programs");
  limit_options(arguments);
  if (!arguments.parse(call.words, 1, any_number)) return 0;
  const std::vector<std::string> files = arguments.texts("samples");
  const Index replicate = arguments.whole("replicate", 0).value_or(0);
  const ScoreOptions options = score_options(arguments);
  const auto out = arguments.text("out");
  Sweep sweep = spec_sweep(arguments, {.observation = false, .samplers = false});
  if (out) require_writable(*out);

  const Exec exec;
  require_single_problem(sweep);
  const Plan plan = make_plan(exec, std::move(sweep));
  const Problem problem = problems_of(exec, plan, 0)->at(replicate);
  const std::string label =
      arguments.text("label").value_or(std::filesystem::path(files.front()).stem().string());
  Index chain_length = 0;
  const std::vector<Ensemble> sets = read_sets(exec, files, problem, chain_length);
  const std::string hash = plan.problems.front().hash;
  if (chain_length > 0) {
    require_chain_room(plan.sweep, problem, static_cast<Index>(sets.size()) * sets[0].draws());
    return score_chains_command(call, arguments, {exec, problem, sets, chain_length, label, hash},
                                options);
  }
  require_score_room(plan, problem, sets, options);
  const Score score = score_draws(exec, plan, problem, sets, options);
  if (out) write_score(*out, score, options, label, plan, call.line);
  if (arguments.has("json")) {
    print_json(score_json(score, options, label, plan.problems.front().hash));
  } else {
    print(score_text(score, options, label));
  }
  const Finding finding = score.finding(options.judge.level);
  return finding == Finding::inconsistent || finding == Finding::not_independent ? 3 : 0;
}

}  // namespace plumbline::cli
