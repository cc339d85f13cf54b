// plumbline score: metrics and verdict for draws made elsewhere.
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/profile.hpp"
#include "cli/score_chains.hpp"
#include "cli/score_file.hpp"
#include "cli/score_text.hpp"
#include "cli/spec.hpp"
#include "harness/judge/place_draws.hpp"
#include "harness/sweep/streams.hpp"
#include "io/parts/durable.hpp"

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
/// fit the problem, say of no other that they are its draws, and have one size.
std::vector<Ensemble> read_sets(const Exec& exec, const std::vector<std::string>& files,
                                const Problem& problem, const std::vector<std::string>& hashes,
                                Index& chain_length) {
  std::vector<Ensemble> sets;
  for (const std::string& file : files)
    for (const GivenDraws& given : read_draws(file)) {
      const Location where{file};
      if (sets.empty()) chain_length = given.chain_length;
      require_same_chains(given.chain_length, chain_length, files.front(), where);
      require_same_problem(given.problem_hash, hashes, where);
      sets.push_back(place_draws(exec, problem, given, where));
      if (const Index n = sets.front().draws(); sets.back().draws() != n)
        throw SpecError(
            "x", fmt::format("{} draws", sets.back().draws()),
            fmt::format("must be {}, as in {}: replicates have one size", n, files.front()), where);
    }
  return sets;
}

}  // namespace

int score_command(const Invocation& call) {
  Arguments arguments(
      "score", "PROBLEM.h5 | SPEC.toml [KEY=VALUE …] --samples FILE [--samples FILE …]",
      "Measure draws made elsewhere by the metrics of an exported problem or a sweep, beside as "
      "many\n"
      "exact draws, and judge whether they are independent draws of its posterior; where they are "
      "not,\n"
      "say what is wrong with them and where. Draws: HDF5 or .npz with x [n, d]\n"
      "and perhaps log_w [n]; .npy [n, d]; .csv, a draw per line, a column log_w when a header "
      "says\n"
      "so. Draws of Markov chains say so by chain [n], a column or an array of whole numbers, or "
      "by "
      "a number\n"
      "chain_length: they are judged by averages that are known, not as independent draws. Several "
      "files, or x [replicate, n, d], are replicates. d counts the free coordinates; "
      "all\n"
      "D will do when the observed ones equal y. Draws that carry the problem's problem_hash (an\n"
      "attribute in HDF5, a text in .npz) cannot be taken for another's. Exit code 3 when they are "
      "inconsistent, or not "
      "independent.");
  arguments.repeated("samples", "FILE", "draws; again for further replicates")
      .option("level", "A", "chance of a false finding (default 0.01)")
      .option("null-sets", "R", "sets of exact draws (default: enough for the level)")
      .option("batches", "B",
              "cut every set into B (default: chosen by their size; 1 keeps them whole)")
      .option("label", "NAME", "what the draws are called (default: the first file's stem)")
      .option("replicate", "R", "whose y, when y is drawn (default 0; of a sweep file)")
      .option("out", "FILE.h5", "also write every number there")
      .flag("json", "the same for programs");
  profile_option(arguments);
  limit_options(arguments);
  if (!arguments.parse(call.words, 1, any_number)) return 0;
  const std::vector<std::string> files = arguments.texts("samples");
  ScoreOptions options = score_options(arguments);
  const auto out = arguments.text("out");
  if (out) require_writable(*out);

  const Exec exec;
  const ProfileScope profile(arguments);
  const JudgedProblem judged =
      judged_problem(exec, arguments, {.observation = false, .samplers = false});
  const Plan& plan = judged.plan;
  options.judge.tolerances = plan.sweep.tolerances;
  const Problem problem = judged.problem(exec);
  const std::string label =
      arguments.text("label").value_or(std::filesystem::path(files.front()).stem().string());
  Index chain_length = 0;
  const std::vector<Ensemble> sets = read_sets(exec, files, problem, judged.hashes, chain_length);
  if (chain_length > 0) {
    require_chain_room(plan.sweep, problem, static_cast<Index>(sets.size()) * sets[0].draws());
    return score_chains_command(call, arguments,
                                {exec, problem, sets, chain_length, label, judged.hashes.front()},
                                options);
  }
  require_score_room(plan, problem, sets, options);
  const Score score = score_draws(exec, plan, problem, sets, options);
  if (out)
    write_score(*out, exec, problem, sets, score, options,
                {label, judged.hashes.front(), call.line},
                score_stream(static_cast<std::uint64_t>(plan.sweep.settings.seed),
                             plan.problems.front().stream, static_cast<std::uint64_t>(score.draws))
                    .stream("picture"));
  if (arguments.has("json")) {
    print_json(score_json(score, options, label, judged.hashes.front()));
  } else {
    print(score_text(score, options, label));
  }
  const Finding finding = score.finding(options.judge.level);
  return finding == Finding::inconsistent || finding == Finding::not_independent ? 3 : 0;
}

}  // namespace plumbline::cli
