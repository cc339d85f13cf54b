// The limits of the machine as rows of their own, in numbers per second: what `roof` of every other
// row is a share of, and the lines of the roofline figure.
#include "bench/roof.hpp"

namespace plumbline::bench {
namespace {

void limit(benchmark::State& state, Real Roof::*which) {
  const Roof& measured = roof();
  if (!measured.right) {
    state.SkipWithError("computed wrong");
    return;
  }
  for ([[maybe_unused]] auto _ : state) state.SetIterationTime(1 / (measured.*which));
  state.counters["per_second"] = measured.*which;
}
BENCHMARK_CAPTURE(limit, fma, &Roof::fma)->UseManualTime()->Iterations(1);
BENCHMARK_CAPTURE(limit, exp, &Roof::exp)->UseManualTime()->Iterations(1);
BENCHMARK_CAPTURE(limit, triad, &Roof::triad)->UseManualTime()->Iterations(1);
BENCHMARK_CAPTURE(limit, dgemm, &Roof::dgemm)->UseManualTime()->Iterations(1);

}  // namespace
}  // namespace plumbline::bench
