// Price of every metric of draws alone, per draw or per pair of draws, on the grid of the
// literature (25 components, 2000 draws), and of those that see all pairs, all directions or all
// partners at larger sizes. Each is first compared with its slow reference where it has one, an
// assignment with its dual. Rows beside peers: one thread (OMP_NUM_THREADS=1).
#include <benchmark/benchmark.h>

#include "bench/metric_references.hpp"
#include "metrics/transport/assignment.hpp"

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

/// K components whose means are standard normal.
GaussianMixture cloud(Index components, int d) {
  reference::Points mean;
  for (Index k = 0; k < components; ++k) mean.push_back(normal_points(1, d, 0, 4, 100 + k)[0]);
  const std::vector<Real> ones(components, 1);
  return isotropic(ones, mean, ones);
}

void count(benchmark::State& state, const char* unit, Real per_iteration) {
  state.counters[unit] = benchmark::Counter(
      per_iteration, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

struct Case {
  std::string metric;
  Index draws;
  Table settings = {};
};

/// range  dimension
void measure(benchmark::State& state, const Case& of, GaussianMixture (*mixture)(int)) {
  if (!agrees_with_reference(of.metric)) {
    state.SkipWithError("differs from its slow reference");
    return;
  }
  const Problem problem = target(mixture(static_cast<int>(state.range(0))));
  const Ensemble draws = exact_draws(problem, of.draws, 1);
  for ([[maybe_unused]] auto _ : state)
    benchmark::DoNotOptimize(evaluate(of.metric.c_str(), problem, draws, 1, of.settings).value);
  const Real n = static_cast<Real>(of.draws);
  const bool pairwise = find_metric(of.metric).pairwise;
  count(state, pairwise ? "s/pair" : "s/draw", pairwise ? n * n : n);
}

/// The optimal assignment of two sets of exact draws, which its dual certifies.
///   ranges  dimension, draws
void assignment(benchmark::State& state) {
  const Problem problem = target(grid(static_cast<int>(state.range(0))));
  const Index m = state.range(1);
  const HostMatrix x = to_host_matrix(exact_draws(problem, m, 1).x);
  const HostMatrix y = to_host_matrix(exact_draws(problem, m, 2).x);
  const Assignment best = assign_points(x, y);
  const Real dual = best.row_potential.sum() + best.column_potential.sum();
  Real above = 0;
  for (Index i = 0; i < m; ++i)
    for (Index j = 0; j < m; ++j)
      above = std::max(above, best.row_potential[i] + best.column_potential[j] -
                                  (x.row(i) - y.row(j)).squaredNorm());
  if (!(best.cost - dual + static_cast<Real>(m) * above <= 1e-12 * best.cost)) {
    state.SkipWithError("is not proved optimal by its dual");
    return;
  }
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(assign_points(x, y).cost);
  count(state, "s/pair", static_cast<Real>(m) * static_cast<Real>(m));
}

GaussianMixture cloud_of_25(int d) {
  return cloud(25, d);
}

void add(const std::string& name, const Case& of, int d, benchmark::TimeUnit unit,
         GaussianMixture (*mixture)(int) = grid) {
  benchmark::RegisterBenchmark(name.c_str(), measure, of, mixture)->Arg(d)->Unit(unit);
}

const bool registered = [] {
  // Not what needs a y that was drawn, chains, or an evidence that somebody estimates.
  for (const MetricEntry& entry : metric_catalogue())
    for (const int d : {2, 64})
      if (!entry.needs_truth && !entry.needs_chains && !entry.needs_evidence)
        add(entry.name, {entry.name, 2000}, d, benchmark::kMillisecond);
  const auto draws = text_setting("against", "draws"), mixture = text_setting("against", "mixture");
  for (const char* metric : {"energy_distance", "mmd"}) {
    const std::string name = metric;
    add(name + "_of_1e4_draws/draws", {metric, 10000, draws}, 10, benchmark::kMillisecond);
    add(name + "_of_1e4_draws/mixture", {metric, 10000, mixture}, 10, benchmark::kMillisecond);
  }
  add("ksd_of_1e4_draws", {"ksd", 10000}, 10, benchmark::kMillisecond);
  for (const char* against : {"mixture", "draws"}) {
    Table settings = setting("projections", 1000);
    settings.set("against", {std::string(against)});
    add("sliced_wasserstein_2_of_1e5_draws/" + std::string(against),
        {"sliced_wasserstein_2", 100000, settings}, 10, benchmark::kSecond, cloud_of_25);
  }
  for (const int d : {2, 10})
    for (const Index m : {500, 2000, 10000})
      benchmark::RegisterBenchmark("assignment", assignment)
          ->Args({d, m})
          ->Unit(benchmark::kMillisecond);
  return true;
}();

}  // namespace
}  // namespace plumbline::test
