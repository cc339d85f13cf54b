// plumbline verify: verdicts on the claims of a result file, after a self-test of the reference.
#include <algorithm>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/json.hpp"
#include "cli/profile.hpp"
#include "cli/selection.hpp"
#include "cli/spec.hpp"
#include "cli/verdict_text.hpp"
#include "cli/verify_looks.hpp"
#include "cli/verify_rules.hpp"
#include "core/steps/phase.hpp"
#include "core/text/numbers.hpp"
#include "harness/cover/cover.hpp"
#include "harness/cover/rules.hpp"
#include "harness/run/interrupt.hpp"
#include "harness/run/provenance.hpp"
#include "harness/run/runner.hpp"
#include "harness/run/turn.hpp"
#include "harness/verdict/metric_samples.hpp"
#include "io/parts/durable.hpp"

namespace plumbline::cli {
namespace {

Arguments verify_arguments() {
  Arguments arguments(
      "verify", "FILE.h5 | SPEC.toml [KEY=VALUE …]",
      "Judge every claim of a result file: consistent, inconsistent or unresolved, against the "
      "same\n"
      "metrics on exact draws, at a level for all tests together. With a sweep file, first run "
      "what "
      "is\n"
      "missing of it. A self-test of the exact reference comes first; nothing is judged when it "
      "fails.\n"
      "The verdict is written into the file (/verdict) and printed. Exit code 3: a claim is "
      "contradicted.");
  arguments
      .option("level", "A",
              "chance that a file of right samplers has any false \"inconsistent\" (default 0.01)")
      .option("margin", "M",
              "an error below M standard deviations of a metric on exact draws counts as none "
              "(default 1)")
      .option("out", "FILE.h5", "result file of a sweep (default as for run)")
      .flag("all", "show every claim, not a screen of them")
      .flag("read-only", "do not write the verdict into the file")
      .flag("json", "for programs");
  looks_options(arguments);
  profile_option(arguments);
  spec_options(arguments);
  return arguments;
}

/// Refuses a sweep of which nothing could be judged before it is run.
void require_judgeable(const Plan& plan) {
  const Index sets = plan.layout.null_replicates;
  const bool evidence = std::any_of(plan.cells.begin(), plan.cells.end(), [](const Cell& cell) {
    return !cell.evidence_claim.is_nothing();
  });
  for (const MetricInfo& metric : plan.layout.metrics)
    if (metric.law == Law::uniform || (metric.law == Law::floor && sets >= 2) ||
        (is_mean_law(metric) && evidence))
      return;
  throw SpecError(
      "null_replicates", fmt::format("{}", sets),
      "a verdict compares with exact draws: needs null_replicates ≥ 2 and a metric that "
      "has a floor, or a metric of the evidence and a sampler whose is unbiased");
}

RunOptions run_options(const std::filesystem::path& output, const std::string& line) {
  RunOptions options;
  options.output = output;
  options.max_fail = unlimited_failures;
  options.command = line;
  return options;
}

/// What a run left; the exit code of `run` when it ended early.
std::optional<int> ended(const RunOutcome& outcome, const RunOptions& options) {
  const std::string file = options.output.string();
  if (!outcome.set_aside.empty())
    message(
        fmt::format("{} held other cells; they are kept in {}", file, outcome.set_aside.string()));
  if (outcome.ran > 0) message(fmt::format("{} run; wrote {}", counted(outcome.ran, "cell"), file));
  if (outcome.merged) return std::nullopt;
  message(fmt::format("not done yet: {}; nothing is judged; resume with: {}", outcome.missing,
                      options.command));
  return 4;
}

RunOutcome run_missing(const Exec& exec, const Plan& plan, const RunOptions& options) {
  TextProgress progress(stderr);
  const InterruptGuard guard;
  return run_sweep(exec, plan, options, progress, InterruptGuard::count);
}

std::vector<SelfCheck> self_test(const Exec& exec, const Plan* plan, const Results& results) {
  std::vector<SelfCheck> checks = check_file_problems(exec, plan, results);
  if (!plan) {
    message("the sweep cannot be planned again here: its floor is not measured afresh");
    return checks;
  }
  for (SelfCheck& check : check_floor(exec, *plan, results)) checks.push_back(std::move(check));
  return checks;
}

/// False, and why, when the reference cannot be trusted.
bool trusted(const std::vector<SelfCheck>& checks) {
  bool all = true;
  for (const SelfCheck& check : checks) {
    if (check.passed) continue;
    message("self-test " + check_text(check));
    all = false;
  }
  if (!all) message("plumbline verify: the reference fails its own test: nothing is judged");
  return all;
}

/// Cells and replicates that a verdict does not cover.
struct Gaps {
  std::int64_t missing = 0, failed = 0;
};
Gaps gaps_of(const Results& results) {
  Gaps gaps;
  for (const SamplerLayout& sampler : results.layout.samplers) {
    std::int64_t cells = 1;
    for (const AxisInfo& axis : results.layout.axes(sampler))
      cells *= static_cast<std::int64_t>(axis.size());
    gaps.missing += cells;
  }
  gaps.missing -= static_cast<std::int64_t>(results.cells.size());
  for (const CellRecord& cell : results.cells)
    gaps.failed +=
        std::find(cell.status.begin(), cell.status.end(), Status::failed) != cell.status.end();
  return gaps;
}

/// A file as it was at some moment, and what is said of it.
struct Judged {
  Results results;
  FileVerdict verdict;
  std::vector<SelfCheck> checks;
  Looks looks;
  std::vector<VerdictRecord::Round> rounds;
  std::optional<Results> asked =
      {};  ///< the replicates that rounds asked for, where there are more

  const Results& judged() const { return asked ? *asked : results; }
};

/// The verdict on a file; of rounds, on the replicates that they asked for.
void judge_once(Judged& out, JudgeOptions options, const Looks& before, const Settled* settled) {
  const Phase phase("verdict");
  options.look =
      settled ? static_cast<Index>(settled->rounds.size()) : number_of_look(before, out.results);
  if (settled) out.asked = first_replicates(out.results, settled->plan, settled->asked);
  out.verdict = judge_file(out.judged(), options);
  out.looks = with_look(before, out.results, options.any_time, options.look);
  if (settled)
    out.rounds = settled->rounds;
  else if (options.any_time)
    out.rounds = {describe_round(out.verdict, out.results, out.looks.any_time_draws)};
}

/// Reads, judges and, where asked, writes the verdict: of the file that is there then. Nothing when
/// the reference cannot be trusted.
std::optional<Judged> judged(const Exec& exec, const Arguments& arguments,
                             const std::filesystem::path& path, const std::optional<Plan>& plan,
                             const Settled* settled, const std::string& line) {
  const bool writes = !arguments.has("read-only");
  if (writes) require_writable(path);
  for (int attempt = 1; attempt <= 5; ++attempt) {
    const std::optional<FileStamp> stamp = stamp_of(path);
    const ResultFile file = open_result(path.string());
    Judged out{file.read(), {}, {}, {}, {}};
    if (plan && out.results.layout.spec_hash != plan->layout.spec_hash)
      throw IoError(
          fmt::format("cannot judge {}: another sweep was written there meanwhile", path.string()));
    const std::optional<LookRecord> first = out.results.look;
    const std::optional<Plan> own = plan ? std::nullopt : plan_of(exec, file);
    const Plan* known = plan ? &*plan : own ? &*own : nullptr;
    const JudgeOptions options =
        judge_options(arguments, judged_by(plan, own, out.results.layout, first), first);
    // cheap, and says what is wrong first
    judge_once(out, options, file.looks(), settled);
    const std::vector<std::string> rules = rules_of(out.results.layout, options);
    hold_to_first_look(path, first, rules, writes);
    {
      const Phase phase("self-test");
      out.checks = self_test(exec, known, out.results);
    }
    if (!trusted(out.checks)) return std::nullopt;
    LookRecord look = first.value_or(LookRecord{now_utc(), {}, {}, {}});
    look.rules = rules;
    {
      const Phase phase("cover");
      require_cover(exec, known, out.judged(), look, out.verdict);
    }
    if (!writes) return out;
    out.results.look = std::move(look);
    calibrate_cells(out.results);
    out.results.verdict = describe_verdict(out.verdict, line, now_utc());
    out.results.verdict->looks = out.looks;
    out.results.verdict->rounds = out.rounds;
    if (replace_results(path, stamp, out.results)) return out;
    message(fmt::format("{} was written by another process meanwhile: judging it again",
                        path.string()));
  }
  throw IoError(
      fmt::format("cannot write the verdict into {}: others write it all the time; "
                  "--read-only judges it without writing",
                  path.string()));
}

int judge(const Exec& exec, const Arguments& arguments, const std::filesystem::path& path,
          const std::optional<Plan>& plan, const Settled* settled, const std::string& line) {
  const std::optional<Judged> found = judged(exec, arguments, path, plan, settled, line);
  if (!found) return 1;
  if (arguments.has("json"))
    print_json(verdict_json(found->verdict, found->checks, found->rounds));
  else
    print(verdict_text(found->verdict, arguments.has("all")));
  if (const std::string text = looks_text(found->looks, found->verdict.options.level);
      !text.empty())
    message(path.string() + " was " + text);
  const Gaps gaps = gaps_of(found->results);
  if (gaps.missing > 0) message(fmt::format("not run yet: {}", counted(gaps.missing, "cell")));
  if (gaps.failed > 0) message(fmt::format("failed: {}", counted(gaps.failed, "cell")));
  if (found->verdict.contradictions() > 0) return 3;
  return gaps.missing > 0 ? 4 : gaps.failed > 0 ? 1 : 0;
}

}  // namespace

int verify_command(const Invocation& call) {
  Arguments arguments = verify_arguments();
  if (!arguments.parse(call.words, 1, any_number)) return 0;
  judge_options(arguments, {});  // says what is wrong before anything is read
  const std::string& first = arguments.words().front();
  const bool is_spec = first.ends_with(".toml");
  check_looks_options(arguments, is_spec);
  const Exec exec;
  const ProfileScope profile(arguments);
  if (is_spec) {
    const Plan plan = spec_plan(exec, arguments);
    require_judgeable(plan);
    const RunOptions run = run_options(output_of(arguments), call.line);
    Plan done = as_long_as_done(plan, run.output);
    const JudgeOptions options = options_of(arguments, done, run.output);
    if (arguments.has("until-settled")) {
      const Settled settled = settle(exec, arguments, plan, run, options);
      if (const auto code = ended(settled.outcome, run)) return *code;
      return judge(exec, arguments, run.output, settled.plan, &settled, call.line);
    }
    if (const auto code = ended(run_missing(exec, done, run), run)) return *code;
    return judge(exec, arguments, run.output, std::move(done), nullptr, call.line);
  }
  if (arguments.words().size() > 1)
    throw UsageError(
        "plumbline verify: KEY=VALUE goes with a sweep file; a result file has its own");
  for (const char* option : {"out", "quick", "only"})
    if (arguments.has(option))
      throw UsageError(fmt::format("plumbline verify: --{} goes with a sweep file", option));
  return judge(exec, arguments, first, std::nullopt, nullptr, call.line);
}

}  // namespace plumbline::cli
