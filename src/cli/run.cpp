// plumbline run: run what is missing of a sweep.
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/profile.hpp"
#include "cli/selection.hpp"
#include "cli/spec.hpp"
#include "cli/verify_looks.hpp"
#include "core/text/numbers.hpp"
#include "harness/run/interrupt.hpp"
#include "harness/run/runner.hpp"

namespace plumbline::cli {
namespace {

Arguments run_arguments() {
  Arguments arguments(
      "run", "SPEC.toml [KEY=VALUE …]",
      "Run the cells of a sweep that are not done, and write the result file when all are.\n"
      "Interrupting is safe: the same command resumes. A first Ctrl-C (SIGTERM) finishes the\n"
      "replicate in hand, a second drops it. KEY is a dotted path, as in\n"
      "sampler.smc.particles=16,64 or problem.prior.dim=4; lists, range(a,b[,step]), lin(a,b,n)\n"
      "and geom(a,b,n) make an axis.\n"
      "With PLUMBLINE_ANONYMOUS=1 in the environment the result names neither machine nor "
      "folders.");
  arguments.option("out", "FILE.h5", "result file (default results/<stem of SPEC>.h5)")
      .option("shard", "k/N", "only every N-th cell, from the k-th; shards share the result file")
      .option("max-time", "TIME", "stop after this, 90s, 50m, 2h; a replicate in hand is dropped")
      .flag("dry-run", "plan, and run nothing")
      .flag("force", "run finished cells again too")
      .flag("failed", "run failed cells again")
      .flag("keep-going", "do not stop at a failed cell")
      .option("max-fail", "N", "stop when N cells have failed (default 1)");
  profile_option(arguments);
  spec_options(arguments);
  return arguments;
}

RunOptions run_options(const Arguments& arguments, const std::string& line) {
  arguments.exclusive("force", "failed");
  arguments.exclusive("keep-going", "max-fail");
  RunOptions options;
  options.output = output_of(arguments);
  if (const auto shard = arguments.text("shard")) options.shard = parse_shard(*shard);
  if (const auto time = arguments.text("max-time")) options.max_seconds = parse_duration(*time);
  options.force = arguments.has("force");
  options.retry = arguments.has("failed");
  if (const auto most = arguments.whole("max-fail", 1)) options.max_fail = *most;
  if (arguments.has("keep-going")) options.max_fail = unlimited_failures;
  options.command = line;
  return options;
}

/// The words of the command line without those options; their values too.
std::vector<std::string> without(const std::vector<std::string>& words,
                                 const std::vector<std::string>& options) {
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string name = words[i].substr(0, words[i].find('='));
    const bool flag =
        name == "--force" || name == "--failed" || name == "--keep-going" || name == "--dry-run";
    if (std::find(options.begin(), options.end(), name) == options.end())
      kept.push_back(words[i]);
    else if (!flag && name == words[i])
      ++i;
  }
  return kept;
}

std::string command(const char* name, std::vector<std::string> words) {
  words.insert(words.begin(), {"plumbline", name});
  return shell_line(words);
}

/// What is missing: a few by name.
std::string absent(const RunOutcome& outcome) {
  const auto named = static_cast<Index>(outcome.absent.size());
  std::string text = fmt::format("{}", fmt::join(outcome.absent, ", "));
  if (outcome.own_missing > named) text += fmt::format(" and {} more", outcome.own_missing - named);
  return text;
}

/// What happened, in one line.
std::string summary(const RunOutcome& outcome, const std::filesystem::path& output) {
  const std::string file = output.string();
  if (outcome.nothing_to_do && outcome.missing == 0)
    return fmt::format("{}: all {} cells were done{}", file, outcome.cells,
                       outcome.failed ? fmt::format(", {} of them failed", outcome.failed) : "");
  std::string text =
      fmt::format("{} in {}", counted(outcome.ran, "cell"), duration_text(outcome.seconds));
  if (outcome.failed > 0) text += fmt::format(", {} failed", outcome.failed);
  if (outcome.diverged > 0)
    text += fmt::format(", {} diverged", counted(outcome.diverged, "replicate"));
  if (outcome.degenerate > 0) text += fmt::format(", {} degenerate", outcome.degenerate);
  std::error_code none;
  const std::filesystem::path parts = parts_folder(output);
  if (outcome.merged)
    text += "; wrote " + file;
  else
    text += fmt::format("; {} not done yet", outcome.missing);
  if (!outcome.merged && std::filesystem::exists(parts, none))
    text += "; what is done is in " + parts.string();
  switch (outcome.ended) {
    case Ended::finished:
      return text;
    case Ended::time_limit:
      return text + "; time limit reached";
    case Ended::interrupted:
      return text + "; interrupted";
    case Ended::too_many_failures:
      return text + "; stopped by failures: --keep-going goes past them, --failed retries them";
  }
  return text;
}

/// What to do next; "" when all is done.
std::string next(const RunOutcome& outcome, const Shard& shard,
                 const std::vector<std::string>& words) {
  if (outcome.merged) return "";
  if (outcome.own_missing > 0)
    return fmt::format("missing: {}\nthe same command resumes: {}", absent(outcome),
                       command("run", without(words, {"--force"})));
  return fmt::format("shard {}/{} is done; when the others are: {}", shard.k, shard.of,
                     command("merge", without(words, {"--shard", "--max-time", "--force",
                                                      "--failed", "--keep-going", "--max-fail"})));
}

/// Of more replicates, say. To know what, every part would be read twice: not where it is the
/// plan's.
bool holds_another_plan(const std::filesystem::path& output, const Plan& plan) {
  std::error_code unreadable;  // who writes there says why
  return std::filesystem::exists(output, unreadable) &&
         open_result(output.string()).layout().spec_hash != plan.layout.spec_hash;
}

}  // namespace

int run_command(const Invocation& call) {
  Arguments arguments = run_arguments();
  if (!arguments.parse(call.words, 1, any_number)) return 0;
  if (arguments.has("dry-run"))
    return plan_command({without(call.words, {"--dry-run", "--shard", "--max-time", "--force",
                                              "--failed", "--keep-going", "--max-fail"}),
                         call.line});
  const RunOptions options = run_options(arguments, call.line);
  const Exec exec;
  const ProfileScope profile(arguments);
  Plan plan = spec_plan(exec, arguments);
  if (!options.force && holds_another_plan(options.output, plan))
    plan = as_long_as_done(std::move(plan), options.output);

  TextProgress progress(stderr);
  const InterruptGuard guard;
  const RunOutcome outcome = run_sweep(exec, plan, options, progress, InterruptGuard::count);
  if (!outcome.set_aside.empty())
    message(fmt::format("{} held other cells; they are kept in {}", options.output.string(),
                        outcome.set_aside.string()));
  message(summary(outcome, options.output));
  if (const std::string then = next(outcome, options.shard, call.words); !then.empty())
    message(then);
  return outcome.exit_code();
}

}  // namespace plumbline::cli
