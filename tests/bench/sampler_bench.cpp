// Price of a draw and step of guidance through the denoiser, and of a particle and step of the
// twisted filter, on one thread of the mixture that most experiments have: 25 components in the
// plane. Draws are first compared with those of a smaller batch, to the bit.
#include <benchmark/benchmark.h>

#include "unit/samplers/support.hpp"

namespace plumbline {
namespace {

using namespace test;

/// y = z_1 + z_2/2 + noise, components on a grid of spacing 8.
Problem plane() {
  HostMatrix means(25, 2);
  for (int k = 0; k < 25; ++k) means.row(k) << 8 * (k % 5 - 2), 8 * (k / 5 - 2);
  const auto prior = GaussianMixture::isotropic(HostVector::Ones(25), means, HostVector::Ones(25));
  return Problem(
      Exec{}, prior, ou(4),
      LinearGaussian{.a = matrix({{1, 0.5}}), .noise = matrix({{0.01}}), .y = vector({1.5})});
}

/// `rows` moves of `steps` levels at a time: draws, or particles of one run.
void sampler_step(benchmark::State& state, const char* name, Entries settings, Index draws,
                  Index rows, int steps) {
  const Problem problem = plane();
  const auto method = sampler(name, settings);
  if (to_host_matrix(draw(*method, problem, draws).ensemble.x).topRows(1) !=
      to_host_matrix(draw(*method, problem, 1).ensemble.x)) {
    state.SkipWithError("differs from a smaller batch");
    return;
  }
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(draw(*method, problem, draws).ensemble.x.data());
    Exec{}.fence();
  }
  state.counters["s/step"] = benchmark::Counter(
      static_cast<Real>(rows * steps),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

BENCHMARK_CAPTURE(sampler_step, dps, "dps", {{"steps", 50}}, 4096, 4096, 50);
BENCHMARK_CAPTURE(sampler_step, pigdm, "pigdm", {{"steps", 50}}, 4096, 4096, 50);
BENCHMARK_CAPTURE(sampler_step, tmpd, "tmpd", {{"steps", 50}}, 4096, 4096, 50);
BENCHMARK_CAPTURE(sampler_step, mmps, "mmps", {{"steps", 50}}, 4096, 4096, 50);
BENCHMARK_CAPTURE(sampler_step, tds, "tds", {{"steps", 100}, {"particles", 1024}}, 1, 1024, 100);

}  // namespace
}  // namespace plumbline
