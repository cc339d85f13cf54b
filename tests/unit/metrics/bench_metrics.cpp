// Time of every metric on the grid problem of the literature: 25 components, 2000 draws; and of the
// sliced distance at 1e5 draws in 10 dimensions along 1000 directions, which must take at most 4 s
// on one core (OMP_NUM_THREADS=1). Compared with the slow reference along one direction before any
// clock starts.
#include <benchmark/benchmark.h>

#include "unit/metrics/support.hpp"

namespace plumbline::test {
namespace {

GaussianMixture grid(int d) {
  reference::Points mean;
  for (int i = -2; i <= 2; ++i)
    for (int j = -2; j <= 2; ++j) {
      std::vector<Real> m(d, 0);
      m[0] = -8 * i;
      m[1] = -8 * j;
      mean.push_back(m);
    }
  return isotropic(std::vector<Real>(25, 1), mean, std::vector<Real>(25, 1));
}

/// The sliced distances of a few draws on a line agree with quadrature.
bool agrees_with_reference() {
  const reference::Line line = {{.5, .5}, {-8, 8}, {1, 1}};
  const Problem problem = target(isotropic(line.weight, {{-8}, {8}}, line.stddev));
  const reference::Points x = normal_points(20, 1, 0, 5);
  std::vector<Real> flat;
  for (const auto& row : x) flat.push_back(row[0]);
  const std::vector<Real> w(20, 0.05);
  const Real w1 = evaluate("sliced_wasserstein_1", problem, ensemble(x, w)).value;
  const Real w2 = evaluate("sliced_wasserstein_2", problem, ensemble(x, w)).value;
  return std::abs(w1 - reference::wasserstein_to_line(flat, w, line, 1)) < 1e-9 &&
         std::abs(w2 * w2 - reference::wasserstein_to_line(flat, w, line, 2)) < 1e-8;
}

void measure(benchmark::State& state, const std::string& name) {
  if (!agrees_with_reference()) {
    state.SkipWithError("sliced distances disagree with the reference");
    return;
  }
  const int d = static_cast<int>(state.range(0));
  const Problem problem = target(grid(d));
  const Ensemble draws = exact_draws(problem, 2000, 1);
  for ([[maybe_unused]] auto _ : state)
    benchmark::DoNotOptimize(evaluate(name.c_str(), problem, draws).value);
  state.counters["draws/s"] =
      benchmark::Counter(2000, benchmark::Counter::kIsIterationInvariantRate);
}

/// K components, 1e5 draws, d = 10, 1000 directions.
void measure_many(benchmark::State& state, const std::string& against) {
  if (!agrees_with_reference()) {
    state.SkipWithError("sliced distances disagree with the reference");
    return;
  }
  const Index components = state.range(0);
  reference::Points mean;
  for (Index k = 0; k < components; ++k) mean.push_back(normal_points(1, 10, 0, 4, 100 + k)[0]);
  const std::vector<Real> ones(components, 1);
  const Problem problem = target(isotropic(ones, mean, ones));
  const Ensemble draws = exact_draws(problem, 100000, 1);
  Table settings = setting("projections", 1000);
  settings.set("against", {against});
  for ([[maybe_unused]] auto _ : state)
    benchmark::DoNotOptimize(evaluate("sliced_wasserstein_2", problem, draws, 1, settings).value);
}

const bool registered = [] {
  for (const MetricEntry& entry : metric_catalogue())
    benchmark::RegisterBenchmark(entry.name.c_str(), measure, entry.name)
        ->Arg(2)
        ->Arg(64)
        ->Unit(benchmark::kMillisecond);
  for (const std::string against : {"mixture", "draws"})
    benchmark::RegisterBenchmark(("sliced_wasserstein_2_of_1e5_draws/" + against).c_str(),
                                 measure_many, against)
        ->Arg(25)
        ->Iterations(1)
        ->Unit(benchmark::kSecond);
  return true;
}();

}  // namespace
}  // namespace plumbline::test
