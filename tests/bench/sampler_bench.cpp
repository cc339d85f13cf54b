// Price of a draw and step of guidance through the denoiser, and of a particle and step of the
// twisted filter: 25 components in the plane, which is what most experiments have, and in 64
// dimensions. Draws are first compared with those of a smaller batch, to the bit.
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

/// The first 8 of 64 coordinates with noise, 25 components far from each other.
Problem space() {
  HostMatrix means(25, 64);
  const Rng rng = Rng::from_seed(1);
  for (int k = 0; k < 25; ++k)
    for (int i = 0; i < 64; ++i) means(k, i) = 4 * rng.normal(k, 0, i);
  const auto prior = GaussianMixture::isotropic(HostVector::Ones(25), means, HostVector::Ones(25));
  return Problem(Exec{}, prior, ou(4),
                 LinearGaussian{.a = HostMatrix::Identity(8, 64),
                                .noise = 0.01 * HostMatrix::Identity(8, 8),
                                .y = HostVector::Zero(8)});
}

/// `rows` moves of `steps` levels at a time: draws, or particles of one run.
void sampler_step(benchmark::State& state, Problem (*problem_of)(), const char* name,
                  Entries settings, Index draws, Index rows, int steps) {
  const Problem problem = problem_of();
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

BENCHMARK_CAPTURE(sampler_step, dps, plane, "dps", {{"steps", 50}}, 4096, 4096, 50);
BENCHMARK_CAPTURE(sampler_step, pigdm, plane, "pigdm", {{"steps", 50}}, 4096, 4096, 50);
BENCHMARK_CAPTURE(sampler_step, tmpd, plane, "tmpd", {{"steps", 50}}, 4096, 4096, 50);
BENCHMARK_CAPTURE(sampler_step, mmps, plane, "mmps", {{"steps", 50}}, 4096, 4096, 50);
BENCHMARK_CAPTURE(sampler_step, tds, plane, "tds", {{"steps", 100}, {"particles", 1024}}, 1, 1024,
                  100);
BENCHMARK_CAPTURE(sampler_step, dps_64d, space, "dps", {{"steps", 20}}, 1024, 1024, 20);
BENCHMARK_CAPTURE(sampler_step, tmpd_64d, space, "tmpd", {{"steps", 20}}, 1024, 1024, 20);

}  // namespace
}  // namespace plumbline
