// Options, rounds and the bookkeeping of looks.
#include "cli/verify_looks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/console.hpp"
#include "core/errors.hpp"
#include "core/text/numbers.hpp"
#include "harness/run/interrupt.hpp"
#include "harness/verdict/sequential.hpp"

namespace plumbline::cli {
namespace {

constexpr Real usual_growth = 64;  // times what the sweep itself draws

std::string draws_text(Real draws) {
  return fmt::format("{:.6g} draws", draws);
}

/// The most draws that rounds may make in all.
Real most_draws(const Arguments& arguments, const Plan& plan) {
  const Real own = draws_of(plan, replicates_of(plan));
  const std::optional<Real> asked = arguments.number("max-draws");
  if (!asked) return usual_growth * own;
  if (!(*asked >= own))
    throw SpecError("--max-draws", *arguments.text("max-draws"),
                    fmt::format("must be at least what the sweep itself draws, {:.6g}", own));
  return *asked;
}

/// So few sets of exact draws that nothing can be found consistent, however many replicates.
void say_when_pool_is_small(const Plan& plan, const JudgeOptions& judge, ProgressSink& progress) {
  const Index sets = plan.sweep.settings.null_replicates;
  const bool floors = std::any_of(plan.layout.metrics.begin(), plan.layout.metrics.end(),
                                  [](const MetricInfo& m) { return m.law == Law::floor; });
  const bool drawn = std::all_of(plan.problems.begin(), plan.problems.end(),
                                 [](const ProblemPoint& point) { return point.drawn; });
  const Index needed = fewest_sets(judge.level, judge.margin);
  if (!floors || drawn || sets >= needed) return;
  progress.note(fmt::format(
      "with {} of exact draws hardly any claim can be found consistent, however many replicates: "
      "that takes null_replicates = {} and better twice as many",
      counted(sets, "set"), needed));
}

}  // namespace

Arguments& looks_options(Arguments& arguments) {
  return arguments
      .flag("any-time", "judge so that the level holds however often one looks, at more replicates")
      .flag("until-settled",
            "run rounds of a sweep, doubling the replicates of cells whose claims are open, until "
            "all "
            "are settled (--any-time)")
      .option(
          "max-draws", "N",
          "begin no round that would exceed N draws of all cells in all (default 64 times those "
          "of the sweep)");
}

void check_looks_options(const Arguments& arguments, bool is_spec) {
  if (arguments.has("until-settled") && !is_spec)
    throw UsageError(
        "plumbline verify: --until-settled goes with a sweep file, which says what to run; "
        "--any-time judges a result file");
  if (arguments.has("max-draws") && !arguments.has("until-settled"))
    throw UsageError("plumbline verify: --max-draws goes with --until-settled");
  if (const auto most = arguments.number("max-draws"); most && !(*most >= 1))
    throw SpecError("--max-draws", *arguments.text("max-draws"), "must be ≥ 1");
}

Plan as_long_as_done(Plan plan, const std::filesystem::path& output) {
  const Replicates own = replicates_of(plan);
  const Replicates all = at_least(own, Ledger(plan, output).longest());
  if (all == own) return plan;
  message(
      fmt::format("{} has more replicates than the sweep asks for: all count", output.string()));
  return enlarged(std::move(plan), all);
}

Settled settle(const Exec& exec, const Arguments& arguments, const Plan& plan,
               const RunOptions& run, const JudgeOptions& judge) {
  const SettleOptions options{judge, most_draws(arguments, plan)};
  TextProgress progress(stderr);
  const InterruptGuard guard;
  say_when_pool_is_small(plan, judge, progress);
  Settled found = run_until_settled(exec, plan, run, options, progress, InterruptGuard::count);
  if (!found.outcome.merged) return found;
  if (found.open > 0)
    message(
        fmt::format("{} unsettled: the next round would need {} in all, --max-draws is {:.6g}{}",
                    counted(found.open, "claim"), draws_text(found.next_draws), options.max_draws,
                    arguments.has("max-draws") ? "" : ", 64 times those of the sweep"));
  else if (const Index left = claims_made(found.verdict) - claims_settled(found.verdict); left > 0)
    message(fmt::format("{} that more replicates would not settle", counted(left, "claim")));
  return found;
}

namespace {

Real draws_in(const Results& results) {
  Real replicates = 0;
  for (const CellRecord& cell : results.cells) replicates += static_cast<Real>(cell.status.size());
  return replicates * static_cast<Real>(results.layout.draws);
}

}  // namespace

Looks with_look(Looks looks, const Results& results, bool any_time, Index rounds) {
  const Real draws = draws_in(results);
  if (any_time) {
    looks.any_time = rounds;
    looks.any_time_draws = draws;
    return looks;
  }
  looks.once += looks.once == 0 || looks.once_draws != draws;
  looks.once_draws = draws;
  return looks;
}

Index number_of_look(const Looks& looks, const Results& results) {
  return std::max<Index>(1, looks.any_time + (looks.any_time_draws != draws_in(results)));
}

std::string looks_text(const Looks& looks, Real level) {
  const auto times = looks.once + (looks.any_time > 0);
  if (times < 2) return "";
  std::string text = looks.any_time == 0
                         ? fmt::format("judged {} times by now, each at other draws", looks.once)
                         : fmt::format("judged at any time, and {} by tests that hold once",
                                       looks.once == 1 ? "once" : counted(looks.once, "time"));
  return text + fmt::format(
                    ": false alarms have chance up to {:.6g} in all; --any-time alone keeps "
                    "{:g} however often one looks",
                    std::min<Real>(1, static_cast<Real>(times) * level), level);
}

}  // namespace plumbline::cli
