// plumbline status: how far a sweep is. From the sweep file it counts what is durable, parts
// included; from a result file what that says.
#include <algorithm>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/json.hpp"
#include "cli/selection.hpp"
#include "cli/spec.hpp"
#include "harness/run/ledger.hpp"
#include "harness/run/pace.hpp"
#include "harness/run/run_options.hpp"

namespace plumbline::cli {
namespace {

struct Tally {
  std::string label;
  std::int64_t cells = 0, pending = 0, failed = 0;
  std::int64_t diverged = 0, degenerate = 0;  ///< replicates

  void count(const CellRecord* record) {
    ++cells;
    if (!record) {
      ++pending;
      return;
    }
    const auto with = [&](Status s) {
      return std::count(record->status.begin(), record->status.end(), s);
    };
    failed += with(Status::failed) > 0;
    diverged += with(Status::diverged);
    degenerate += with(Status::degenerate);
  }
};

struct State {
  std::string name, file;
  std::vector<Tally> samplers;
  std::int64_t exact_pending = 0;  ///< sets of exact draws
  bool merged = false;             ///< the result file says all there is
  std::optional<Real> seconds_left = {};
  std::string why = {};  ///< cells are pending although the file has some

  std::int64_t pending() const {
    std::int64_t sum = exact_pending;
    for (const Tally& tally : samplers) sum += tally.pending;
    return sum;
  }
  std::int64_t failed() const {
    std::int64_t sum = 0;
    for (const Tally& tally : samplers) sum += tally.failed;
    return sum;
  }
  int exit_code() const { return pending() > 0 ? 4 : failed() > 0 ? 1 : 0; }
};

State state_of_sweep(const Arguments& arguments) {
  const Exec exec;
  const Plan plan = spec_plan(exec, arguments);
  const std::filesystem::path output = output_of(arguments);
  const Ledger ledger(plan, output);
  State state{plan.sweep.settings.name, output.string(), {}, 0, ledger.merged()};
  for (const SamplerSpec& sampler : plan.sweep.samplers) state.samplers.push_back({sampler.label});
  for (std::size_t i = 0; i < plan.cells.size(); ++i)
    state.samplers[plan.cells[i].sampler].count(ledger.cell(i));
  for (std::size_t p = 0; p < plan.null_hashes.size(); ++p)
    state.exact_pending += ledger.null(p) == nullptr;
  state.seconds_left = 0;
  if (state.pending() > 0) {
    const Costs costs(exec, plan, {.each = brief.each, .all = brief.all},
                      [&](std::size_t cell) { return !ledger.cell(cell); });
    state.seconds_left = seconds_left(plan, costs, ledger);
  }
  state.why = ledger.why_pending();
  return state;
}

State state_of_file(const std::string& path) {
  const ResultFile file = open_result(path);
  const SweepLayout& layout = file.layout();
  State state{layout.name, path, {}, 0, true};
  for (const SamplerLayout& sampler : layout.samplers) {
    Tally tally{sampler.label};
    const std::vector<CellRecord> records = file.cells(sampler.label);
    for (const Selected& cell : select(layout, sampler, records, {})) tally.count(cell.record);
    state.samplers.push_back(tally);
  }
  if (layout.null_replicates > 0)
    state.exact_pending = layout.problem_points() - static_cast<std::int64_t>(file.nulls().size());
  return state;
}

Value as_json(const State& state) {
  Array samplers;
  for (const Tally& tally : state.samplers)
    samplers.push_back(object({{"label", {tally.label}},
                               {"cells", {tally.cells}},
                               {"pending", {tally.pending}},
                               {"failed", {tally.failed}},
                               {"diverged_replicates", {tally.diverged}},
                               {"degenerate_replicates", {tally.degenerate}}}));
  std::vector<Member> members = {{"name", {state.name}},
                                 {"file", {state.file}},
                                 {"pending", {state.pending()}},
                                 {"failed", {state.failed()}},
                                 {"exact_draws_pending", {state.exact_pending}},
                                 {"merged", {state.merged}},
                                 {"samplers", {std::move(samplers)}}};
  if (state.seconds_left) members.push_back({"seconds_left", {*state.seconds_left}});
  if (!state.why.empty()) members.push_back({"why_pending", {state.why}});
  return object(std::move(members));
}

std::string as_text(const State& state) {
  std::vector<std::vector<std::string>> rows = {
      {"sampler", "cells", "done", "pending", "failed", "diverged", "degenerate"}};
  for (const Tally& tally : state.samplers)
    rows.push_back({tally.label, fmt::format("{}", tally.cells),
                    fmt::format("{}", tally.cells - tally.pending),
                    fmt::format("{}", tally.pending), fmt::format("{}", tally.failed),
                    fmt::format("{}", tally.diverged), fmt::format("{}", tally.degenerate)});
  std::string text = fmt::format("{} in {}\n", state.name, state.file) + columns(rows, 2);
  if (state.exact_pending > 0)
    text += fmt::format("  sets of exact draws pending: {}\n", state.exact_pending);
  if (state.pending() > 0 && state.seconds_left)
    text += fmt::format("  about {} left\n", duration_text(*state.seconds_left));
  if (state.pending() > 0 && !state.why.empty())
    text += fmt::format("  the file has other cells: {}\n", state.why);
  if (state.pending() == 0 && !state.merged)
    text += "  complete, not merged yet: plumbline merge\n";
  return text;
}

}  // namespace

int status_command(const Invocation& call) {
  Arguments arguments(
      "status", "SPEC.toml [KEY=VALUE …] | FILE.h5",
      "How many cells are done, pending or failed, and how many replicates diverged or\n"
      "degenerated. Exit code 0: complete; 4: something is pending; 1: a cell failed.");
  arguments.option("out", "FILE.h5", "result file of the sweep (default as for run)")
      .flag("json", "for programs");
  spec_options(arguments);
  if (!arguments.parse(call.words, 1, any_number)) return 0;
  const std::string& first = arguments.words().front();
  const bool is_spec = first.ends_with(".toml");
  if (!is_spec && arguments.words().size() > 1)
    throw UsageError("plumbline status: KEY=VALUE goes with a sweep file (.toml), not with " +
                     first);
  const State state = is_spec ? state_of_sweep(arguments) : state_of_file(first);
  if (arguments.has("json"))
    print_json(as_json(state));
  else
    print(as_text(state));
  return state.exit_code();
}

}  // namespace plumbline::cli
