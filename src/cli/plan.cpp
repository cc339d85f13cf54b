// plumbline plan: every resolved cell, done or pending, with its predicted cost. Runs nothing.
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/json.hpp"
#include "cli/spec.hpp"
#include "harness/run/ledger.hpp"
#include "harness/run/run_options.hpp"
#include "harness/sweep/cost.hpp"

namespace plumbline::cli {
namespace {

std::string state_of(const Ledger& ledger, std::size_t cell) {
  if (!ledger.cell(cell)) return "pending";
  return ledger.failed(cell) ? "failed" : "done";
}

Value coordinates(const Plan& plan, const Cell& cell) {
  Table at;
  std::size_t a = 0;
  for (const auto* axes : {&plan.sweep.problem.axes, &plan.sampler(cell).axes})
    for (const Axis& axis : *axes) {
      for (const SweptKey& key : axis.keys)
        at.set(key.name, key.values[static_cast<std::size_t>(cell.at[a])]);
      ++a;
    }
  return {std::move(at)};
}

std::vector<std::string> metric_names(const Sweep& sweep) {
  std::vector<std::string> names;
  for (const MetricSpec& metric : sweep.metrics) names.push_back(metric.entry->name);
  return names;
}

Value as_json(const Plan& plan, const Ledger& ledger, Real speed,
              const std::filesystem::path& output) {
  Array problems, cells;
  for (const ProblemPoint& point : plan.problems)
    problems.push_back(object({{"process", {point.process}},
                               {"prior", {point.prior}},
                               {"observation", {point.observation}},
                               {"hash", {point.hash}}}));
  for (std::size_t i = 0; i < plan.cells.size(); ++i) {
    const Cell& cell = plan.cells[i];
    cells.push_back(object({{"label", {plan.sampler(cell).label}},
                            {"kind", {plan.sampler(cell).entry->name}},
                            {"at", coordinates(plan, cell)},
                            {"problem", {cell.problem}},
                            {"settings", {cell.resolved}},
                            {"claim", {cell.claim.text()}},
                            {"evaluations", {cell.evaluations}},
                            {"seconds", {predicted_seconds(plan, cell, speed)}},
                            {"state", {state_of(ledger, i)}},
                            {"hash", {cell.hash}}}));
  }
  const SweepSettings& settings = plan.sweep.settings;
  return object({{"name", {settings.name}},
                 {"output", {output.string()}},
                 {"seed", {settings.seed}},
                 {"replicates", {std::int64_t{settings.replicates}}},
                 {"draws", {std::int64_t{settings.draws}}},
                 {"null_replicates", {std::int64_t{settings.null_replicates}}},
                 {"metrics", texts(metric_names(plan.sweep))},
                 {"problems", {std::move(problems)}},
                 {"cells", {std::move(cells)}}});
}

std::string as_text(const Plan& plan, const Ledger& ledger, Real speed,
                    const std::filesystem::path& output) {
  const SweepSettings& settings = plan.sweep.settings;
  std::string text =
      fmt::format("{}: seed {}, {} replicates of {} draws, {} exact-draw sets\n", settings.name,
                  settings.seed, settings.replicates, settings.draws, settings.null_replicates);
  for (const MetricSpec& metric : plan.sweep.metrics)
    text += fmt::format("metric {} {}\n", metric.entry->name,
                        to_text({metric.entry->resolved(metric.settings)}));
  Index done = 0;
  Real left = 0;
  for (const ProblemPoint& point : plan.problems) {
    text += fmt::format("\nprocess     {}\nprior       {}\nobservation {}\n", point.process,
                        point.prior, point.observation);
    std::vector<std::vector<std::string>> rows;
    for (std::size_t i = 0; i < plan.cells.size(); ++i) {
      const Cell& cell = plan.cells[i];
      if (cell.problem != point.index) continue;
      const Real seconds = predicted_seconds(plan, cell, speed);
      rows.push_back(
          {state_of(ledger, i), duration_text(seconds), describe(plan, cell), cell.resolved});
      done += ledger.cell(i) != nullptr;
      left += ledger.cell(i) ? 0 : seconds;
    }
    text += columns(rows, 2);
  }
  if (ledger.missing_cells() > 0 && !ledger.why_pending().empty())
    text += fmt::format("\n{} has other cells: {}\n", output.string(), ledger.why_pending());
  return text + fmt::format("\n{} cells, {} done; about {} of sampling left; results go to {}\n",
                            plan.cells.size(), done, duration_text(left), output.string());
}

}  // namespace

int plan_command(const Invocation& call) {
  Arguments arguments(
      "plan", "SPEC.toml [KEY=VALUE …]",
      "List every cell of a sweep with all its settings, defaults included, whether it\n"
      "is done, and how long its sampling should take (to a factor of two; metrics are\n"
      "not in it). Runs nothing.");
  arguments.option("out", "FILE.h5", "result file to look into (default as for run)")
      .flag("json", "for programs");
  spec_options(arguments);
  if (!arguments.parse(call.words, 1, any_number)) return 0;
  const Exec exec;
  const Plan plan = make_plan(exec, spec_sweep(arguments));
  const std::filesystem::path output = output_of(arguments);
  const Ledger ledger(plan, output);
  const Real speed = measure_speed(exec, plan);
  if (arguments.has("json"))
    print_json(as_json(plan, ledger, speed, output));
  else
    print(as_text(plan, ledger, speed, output));
  return 0;
}

}  // namespace plumbline::cli
