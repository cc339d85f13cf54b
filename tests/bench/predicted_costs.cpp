// How true are the times of `plan`? Plans sweeps, runs every cell with its metrics, and compares:
//
//     predicted_costs [best-of=N] SPEC.toml [SPEC.toml …] [KEY=VALUE …]
//
// Both sides are time that the main thread has worked, so that other programs disturb little. With
// several threads on a machine that is not idle they still do (waking a thread costs more, and two
// may share a core): then the least of N runs of a cell is what an idle one takes.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "harness/run/runner.hpp"
#include "harness/sweep/costs.hpp"
#include "unit/harness/alone.hpp"

namespace plumbline {
namespace {

struct Row {
  Real predicted, actual;
  std::string name;
  Real ratio() const { return predicted / actual; }
};

template <class Body>
Real seconds_of(const Body& body) {
  const WorkWatch watch;
  body();
  return watch.seconds();
}

void compare(const std::string& spec, const std::vector<std::string>& overrides, int best_of) {
  const Exec exec;
  const Plan plan = make_plan(exec, load_sweep(spec, {.overrides = overrides}));
  std::optional<Costs> costs;
  const Real timing = seconds_of([&] { costs.emplace(exec, plan); });
  std::vector<Row> rows;
  std::optional<Problems> problems;
  test::Alone alone(exec, plan);
  Real predicted = 0, actual = 0;
  for (std::size_t i = 0; i < plan.cells.size(); ++i) {
    const Cell& cell = plan.cells[i];
    if (!problems || problems->point().index != cell.problem) {
      actual += seconds_of([&] {
        problems.emplace(exec, plan.sweep, plan.problems[static_cast<std::size_t>(cell.problem)]);
        for (Index r = 0; r < plan.layout.replicates; ++r) problems->at(r);
        if (!plan.null_hashes.empty()) alone.null(*problems);
      });
      predicted += costs->problems(cell.problem) + costs->exact_draws(cell.problem);
    }
    Real least = infinity;
    for (int r = 0; r < best_of; ++r)
      least = std::min(least, seconds_of([&] { alone.cell(cell, *problems); }));
    rows.push_back({costs->cell(i), least, describe(plan, cell)});
  }
  std::sort(rows.begin(), rows.end(),
            [](const Row& a, const Row& b) { return a.ratio() < b.ratio(); });
  Index near = 0;
  fmt::print("{}\n{:>8} {:>10} {:>10}  cell\n", spec, "ratio", "predicted", "actual");
  for (const Row& row : rows) {
    fmt::print("{:8.2f} {:10.4f} {:10.4f}  {}\n", row.ratio(), row.predicted, row.actual, row.name);
    near += row.ratio() >= 0.5 && row.ratio() <= 2;
    predicted += row.predicted;
    actual += row.actual;
  }
  fmt::print(
      "{} of {} cells within a factor of 2; all with exact draws: predicted {:.1f} s, took {:.1f} "
      "s; said to be good to {:.2g}; timed {} methods in {:.1f} s, guessed {}\n",
      near, rows.size(), predicted, actual, costs->factor(), costs->timed(), timing,
      costs->guessed());
}

}  // namespace
}  // namespace plumbline

int main(int argc, char** argv) {
  const Kokkos::ScopeGuard kokkos(argc, argv);
  std::vector<std::string> specs, overrides;
  const std::string repeat = "best-of=";
  int best_of = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.starts_with(repeat))
      best_of = std::stoi(word.substr(repeat.size()));
    else
      (word.find('=') == word.npos ? specs : overrides).push_back(word);
  }
  for (const std::string& spec : specs) plumbline::compare(spec, overrides, best_of);
}
