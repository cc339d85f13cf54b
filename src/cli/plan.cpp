// plumbline plan: every resolved cell, done or pending, with its predicted cost. Runs nothing.
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/json.hpp"
#include "cli/spec.hpp"
#include "core/text/numbers.hpp"
#include "harness/cover/power.hpp"
#include "harness/cover/reach.hpp"
#include "harness/judge/price.hpp"
#include "harness/refinement/refinement.hpp"
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

/// What verdicts can reach, and with --power what they will catch.
struct Outlook {
  JudgeOptions options;
  Reach reach;
  std::vector<PointPower> power;
};

/// The problem points whose sets are measured, and for how long.
std::vector<PointPower> powers_of(const Exec& exec, const Plan& plan, const Costs& costs,
                                  const Outlook& outlook, const std::filesystem::path& output) {
  if (outlook.reach.families.empty())
    throw SpecError("--power", "",
                    "nothing can be judged: needs null_replicates ≥ 2 and a metric "
                    "that has a floor");
  std::filesystem::path file = output;
  file.replace_extension(".power.h5");
  LookRecord look = read_look_file(file).value_or(LookRecord{});
  const std::size_t known = look.sets.size();
  Real seconds = 0;
  Index sets = 0;
  for (const ProblemPoint& point : plan.problems) {
    const Index here = power_sets(plan, problems_of(exec, plan, point.index)->at(0), point.drawn);
    sets += here;
    seconds += static_cast<Real>(here) * costs.exact_set(point.index);
  }
  if (known == 0)
    message(fmt::format(
        "measuring at most {} of {} exact draws, most of them wrong by known "
        "amounts: about {}; they are kept in {}",
        counted(sets, "set"), plan.layout.draws, duration_text(seconds), file.string()));
  std::vector<PointPower> all;
  for (const ProblemPoint& point : plan.problems)
    all.push_back(power_of(exec, plan, point.index, outlook.reach.families.front().cells,
                           outlook.options, look));
  if (look.sets.size() > known) write_look_file(file, look);
  return all;
}

Value outlook_json(const Outlook& outlook) {
  Array families, points;
  for (const FamilyReach& family : outlook.reach.families)
    families.push_back(object({{"of", {family.claims ? "claims" : "nothing"}},
                               {"cells", {family.cells}},
                               {"metrics", {family.metrics}},
                               {"smallest_p", {family.smallest_p}},
                               {"settles_low", {family.settles_low}},
                               {"settles_high", {family.settles_high}}}));
  for (const PointPower& power : outlook.power) {
    Array caught;
    for (const Caught& one : power.caught)
      caught.push_back(object({{"aspect", {name_of(one.sizes.aspect)}}, {"size", {one.size}}}));
    points.push_back(object({{"problem", {power.point}},
                             {"settles", {power.settles}},
                             {"caught", {std::move(caught)}}}));
  }
  return object({{"level", {outlook.options.level}},
                 {"margin", {outlook.options.margin}},
                 {"families", {std::move(families)}},
                 {"replicates_wanted", {outlook.reach.wanted.replicates}},
                 {"null_replicates_wanted", {outlook.reach.wanted.null_replicates}},
                 {"power", {std::move(points)}}});
}

std::string outlook_text(const Plan& plan, const Outlook& outlook) {
  std::string text = reach_text(outlook.reach, outlook.options);
  if (text.empty()) return text;
  for (const PointPower& power : outlook.power)
    text += fmt::format(
                "caught with {:g} %{}:\n", 100 * wanted_power,
                plan.problems.size() > 1 ? fmt::format(" at problem point {}", power.point) : "") +
            power_text(power);
  if (outlook.power.empty())
    text += "which errors would be caught, and whether exact draws settle: --power simulates it\n";
  return '\n' + text;
}

/// Limits that the sweep as it is cannot judge.
std::vector<std::string> unjudged(const Plan& plan) {
  return unjudged_limits(outline(plan));
}

Value as_json(const Plan& plan, const Ledger& ledger, const Costs& costs, const Outlook& outlook,
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
                            {"metric_seconds", {costs.metrics(cell)}},
                            {"replicates", {cell.replicates}},
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
                 {"verdicts", outlook_json(outlook)},
                 {"unjudged_limits", texts(unjudged(plan))},
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
                    const Outlook& outlook, const std::filesystem::path& output) {
  const SweepSettings& settings = plan.sweep.settings;
  std::string text =
      fmt::format("{}: seed {}, {} replicates of {} draws, {} exact-draw sets\n", settings.name,
                  settings.seed, settings.replicates, settings.draws, settings.null_replicates);
  for (const SamplerSpec& sampler : plan.sweep.samplers)
    if (sampler.share.replicates)
      text += fmt::format("{} has {} replicates\n", sampler.label, *sampler.share.replicates);
  for (const MetricSpec& metric : plan.sweep.metrics) {
    const Table resolved = metric.entry->resolved(metric.settings);
    text += fmt::format("metric {}{}\n", metric.entry->name,
                        resolved.members.empty() ? "" : fmt::format(" {}", to_text({resolved})));
  }
  if (plan.sweep.usual_metrics)
    text += fmt::format(
        "no [metrics], so the usual ones: together they see errors of every kind, at {} a cell\n",
        duration_text(costs.metrics(plan.cells.front())));
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
    if (!plan.null_hashes.empty())
      text += fmt::format("  exact draws {}, {}\n", drawn ? "done" : "pending",
                          duration_text(costs.exact_draws(point.index)));
  }
  if (ledger.missing_cells() > 0 && !ledger.why_pending().empty())
    text += fmt::format("\n{} has other cells: {}\n", output.string(), ledger.why_pending());
  if (const Index akin = ledger.cells_akin(); akin > 0)
    text += fmt::format(
        "\n{} of the pending cells only lack metrics: their draws are made again, and "
        "only what is new is measured\n",
        akin);
  text += outlook_text(plan, outlook);
  if (const std::vector<std::string> limits = unjudged(plan); !limits.empty()) {
    text +=
        "\nToo few cells refine all budgets of these limits; a finest cell at the floor is all "
        "that "
        "settles them:\n";
    for (const std::string& limit : limits) text += wrapped(limit, 120, 2);
  }
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
      .flag("power", "simulate which errors verdicts will catch, and whether exact draws settle")
      .flag("json", "for programs");
  spec_options(arguments);
  if (!arguments.parse(call.words, 1, any_number)) return 0;
  const Exec exec;
  const Plan plan = spec_plan(exec, arguments);
  const std::filesystem::path output = output_of(arguments);
  const Ledger ledger(plan, output);
  const Costs costs(exec, plan);
  Outlook outlook;
  outlook.reach = reach_of(plan, outlook.options);
  if (arguments.has("power")) outlook.power = powers_of(exec, plan, costs, outlook, output);
  if (arguments.has("json"))
    print_json(as_json(plan, ledger, costs, outlook, output));
  else
    print(as_text(plan, ledger, costs, outlook, output));
  return 0;
}

}  // namespace plumbline::cli
