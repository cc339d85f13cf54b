// plumbline plan: every resolved cell, done or pending, with its predicted cost. Runs nothing.
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/json.hpp"
#include "cli/spec.hpp"
#include "core/text/numbers.hpp"
#include "harness/judge/price.hpp"
#include "harness/run/ledger.hpp"
#include "harness/run/pace.hpp"
#include "harness/run/part_writer.hpp"
#include "harness/run/run_options.hpp"

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

Value as_json(const Plan& plan, const Ledger& ledger, const Costs& costs,
              const std::filesystem::path& output) {
  Array problems, cells, exact, built;
  for (const ProblemPoint& point : plan.problems) {
    exact.push_back({costs.exact_draws(point.index)});
    built.push_back({costs.problems(point.index)});
    problems.push_back(object({{"process", {point.process}},
                               {"prior", {point.prior}},
                               {"observation", {point.observation}},
                               {"hash", {point.hash}}}));
  }
  for (std::size_t i = 0; i < plan.cells.size(); ++i) {
    const Cell& cell = plan.cells[i];
    cells.push_back(object({{"label", {plan.sampler(cell).label}},
                            {"kind", {plan.sampler(cell).entry->name}},
                            {"at", coordinates(plan, cell)},
                            {"problem", {cell.problem}},
                            {"settings", {cell.resolved}},
                            {"claim", {cell.claim.text()}},
                            {"evaluations", {cell.evaluations}},
                            {"bytes", {cell.bytes}},
                            {"seconds", {costs.cell(i)}},
                            {"metric_seconds", {costs.metrics(cell.problem)}},
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
                 {"exact_draws_seconds", {std::move(exact)}},
                 {"problem_seconds", {std::move(built)}},
                 {"seconds_factor", {costs.factor()}},
                 {"bytes", {plan.bytes}},
                 {"memory", {memory_name()}},
                 {"files", {static_cast<std::int64_t>(PartWriter::most_files) + 3}},
                 {"cells", {std::move(cells)}}});
}

/// How sure the prediction is.
std::string trust_text(const Costs& costs) {
  std::string text = fmt::format("good to a factor of {:.2g} on an idle machine", costs.factor());
  if (costs.guessed() > 0)
    text += fmt::format(" ({} of {} methods guessed from the others)", costs.guessed(),
                        costs.guessed() + costs.timed());
  return text;
}

/// What settling its claims may cost; "" where it claims nothing, or nothing can be judged.
std::string settling_text(const Plan& plan) {
  const Price price = settling_price(plan, {});
  if (price.cells == 0 || plan.null_hashes.empty()) return "";
  const Real growth = price.draws / draws_of(plan, replicates_of(plan));
  if (price.replicates == 0)
    return fmt::format(
        "verify --until-settled: {} would hardly be settled by {} times the replicates, were their "
        "samplers exact; more null_replicates would help\n",
        counted(price.cells, "deciding cell"), Price::most_growth);
  return fmt::format(
      "verify --until-settled: roughly {} replicates of {} if their samplers are exact, {:.2g} "
      "draws "
      "in all ({:.2g} times the sweep's)\n",
      price.replicates, counted(price.cells, "deciding cell"), price.draws, growth);
}

/// A line that stays readable when a prior or its classes list thousands of numbers.
std::string shown(const std::string& text) {
  constexpr std::size_t most = 800;
  if (text.size() <= most) return text;
  return fmt::format("{} … ({} characters; --json has all)", text.substr(0, most), text.size());
}

std::string as_text(const Plan& plan, const Ledger& ledger, const Costs& costs,
                    const std::filesystem::path& output) {
  const SweepSettings& settings = plan.sweep.settings;
  std::string text =
      fmt::format("{}: seed {}, {} replicates of {} draws, {} exact-draw sets\n", settings.name,
                  settings.seed, settings.replicates, settings.draws, settings.null_replicates);
  for (const MetricSpec& metric : plan.sweep.metrics) {
    const Table resolved = metric.entry->resolved(metric.settings);
    text += fmt::format("metric {}{}\n", metric.entry->name,
                        resolved.members.empty() ? "" : fmt::format(" {}", to_text({resolved})));
  }
  Index done = 0;
  std::size_t next = 0;  // cells are in the order of the points
  for (const ProblemPoint& point : plan.problems) {
    text += fmt::format("\nprocess     {}\nprior       {}\nobservation {}\n", point.process,
                        shown(point.prior), shown(point.observation));
    std::vector<std::vector<std::string>> rows;
    for (; next < plan.cells.size() && plan.cells[next].problem == point.index; ++next) {
      const std::size_t i = next;
      const Cell& cell = plan.cells[i];
      const Real seconds = costs.cell(i);
      rows.push_back(
          {state_of(ledger, i), duration_text(seconds), describe(plan, cell), cell.resolved});
      done += ledger.cell(i) != nullptr;
    }
    text += columns(rows, 2);
    const bool drawn = ledger.null(static_cast<std::size_t>(point.index)) != nullptr;
    if (!plan.null_hashes.empty()) {
      text += fmt::format("  exact draws {}, {}\n", drawn ? "done" : "pending",
                          duration_text(costs.exact_draws(point.index)));
    }
  }
  if (ledger.missing_cells() > 0 && !ledger.why_pending().empty())
    text += fmt::format("\n{} has other cells: {}\n", output.string(), ledger.why_pending());
  if (const Index akin = ledger.cells_akin(); akin > 0)
    text += fmt::format(
        "\n{} of the pending cells only lack metrics: their draws are made again, and "
        "only what is new is measured\n",
        akin);
  return text +
         fmt::format(
             "\n{} cells, {} done; about {} left, {}; results go to {}\n"
             "at most {} of memory at once ({}), of {}; fewer than {} files at once; at "
             "most {} cells are planned\n",
             plan.cells.size(), done, duration_text(seconds_left(plan, costs, ledger)),
             trust_text(costs), output.string(), bytes_text(plan.bytes), memory_name(),
             bytes_text(plan.sweep.limits.memory), PartWriter::most_files + 3,
             plan.sweep.limits.max_cells) +
         settling_text(plan);
}

}  // namespace

int plan_command(const Invocation& call) {
  Arguments arguments(
      "plan", "SPEC.toml [KEY=VALUE …]",
      "List every cell of a sweep with all its settings, defaults included, whether it\n"
      "is done, what memory it holds, and how long it should take, metrics included: every\n"
      "method is timed here for a moment. Runs no cell.");
  arguments.option("out", "FILE.h5", "result file to look into (default as for run)")
      .flag("json", "for programs");
  spec_options(arguments);
  if (!arguments.parse(call.words, 1, any_number)) return 0;
  const Exec exec;
  const Plan plan = make_plan(exec, spec_sweep(arguments));
  const std::filesystem::path output = output_of(arguments);
  const Ledger ledger(plan, output);
  const Costs costs(exec, plan);
  if (arguments.has("json"))
    print_json(as_json(plan, ledger, costs, output));
  else
    print(as_text(plan, ledger, costs, output));
  return 0;
}

}  // namespace plumbline::cli
