// Runs every sampler and metric of the catalogues through the harness and prints the numbers as
// bits: the same for every thread count (tests/unit/core/same_bits.cmake compares).
#include <cstdio>

#include "harness/sweep/galleries.hpp"
#include "unit/harness/alone.hpp"

namespace plumbline {
namespace {

std::string sweep_text() {
  std::string text = R"(schema = "plumbline/1"
name = "digest"
replicates = 2
draws = 100
[problem]
process = { kind = "ou" }
prior = { kind = "explicit", weights = [1, 2], means = [[0, 0], [3, 1]], stddev = [1.0, 0.5] }
observation = { kind = "inpainting", observed = [1], y = [0.5] }
[metrics]
use = [)";
  for (const MetricEntry& metric : galleries().metrics) text += '"' + metric.name + "\", ";
  return text + "]\n";
}

/// Every sampler that can do this problem, alone in its sweep.
void print_numbers() {
  const Exec exec;
  std::printf("threads %d\n", exec.concurrency());
  for (const SamplerEntry& sampler : galleries().samplers) {
    const std::string text = sweep_text() + "[[sampler]]\nkind = \"" + sampler.name + "\"\n";
    std::optional<Plan> plan;
    try {
      plan = make_plan(exec, parse_sweep(text, "digest.toml"));
    } catch (const SpecError& error) {
      std::printf("%s: %s\n", sampler.name.c_str(), error.what());
      continue;
    }
    Problems problems(exec, plan->sweep, plan->problems[0]);
    test::Alone alone(exec, *plan);
    const CellRecord record = alone.cell(plan->cells[0], problems);
    const NullRecord null = alone.null(problems);
    for (const auto* list : {&record.metrics, &record.extras, &null.metrics})
      for (const Series& series : *list)
        for (const double v : series.value)
          if (series.name != "wall_seconds")
            std::printf("%s %s %a\n", sampler.name.c_str(), series.name.c_str(), v);
  }
}

}  // namespace
}  // namespace plumbline

int main(int argc, char** argv) {
  const Kokkos::ScopeGuard kokkos(argc, argv);
  plumbline::print_numbers();
}
