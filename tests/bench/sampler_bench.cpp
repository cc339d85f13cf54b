// Price of a draw and step of guidance through the denoiser, and of a particle and step of particle
// filters: 25 components in the plane, which is what most experiments have, in 64 dimensions, and a
// rare event. Draws are first compared with those of a smaller batch, to the bit. Of a slot of
// resampling: ancestors are first compared with a search for every slot.
#include <benchmark/benchmark.h>

#include <algorithm>

#include "samplers/smc/resampling.hpp"
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

/// The second coordinate is seen without noise.
Problem seen() {
  return last_observed(plane().prior(), 1.5, ou(4));
}

/// The event x_1 ≥ 7 of seven correlated components, as in experiments/rare_event.toml.
Problem event() {
  HostMatrix means(7, 2);
  HostVector weights(7);
  std::vector<HostMatrix> covariances;
  const Rng rng = Rng::from_seed(5);
  for (int k = 0; k < 7; ++k) {
    const Real a = 0.3 + rng.uniform(k, 0, 0), c = 0.3 + rng.uniform(k, 0, 1);
    const Real b = std::sqrt(a * c) * (rng.uniform(k, 0, 2) - 0.5);
    weights[k] = 1 + rng.uniform(k, 0, 3);
    means.row(k) << 5 * rng.normal(k, 1, 0), 5 * rng.normal(k, 1, 1);
    covariances.push_back(matrix({{a, b}, {b, c}}));
  }
  return Problem(Exec{}, GaussianMixture::full(weights, means, covariances), ou(4),
                 Event{vector({1, 0}), 7, 0.01});
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
BENCHMARK_CAPTURE(sampler_step, smcdiff, seen, "smcdiff", {{"steps", 100}, {"particles", 1024}}, 1,
                  1024, 100);
BENCHMARK_CAPTURE(sampler_step, smcdiff_ddpm, seen, "smcdiff",
                  {{"steps", 100}, {"particles", 1024}, {"kernel", "ddpm"}}, 1, 1024, 100);
BENCHMARK_CAPTURE(sampler_step, smcdiff_many_runs, seen, "smcdiff",
                  {{"steps", 50}, {"particles", 64}}, 500, 32000, 50);
BENCHMARK_CAPTURE(sampler_step, doob_em, event, "doob",
                  {{"steps", 80}, {"particles", 1000}, {"kernel", "em"}}, 1, 1000, 80);
BENCHMARK_CAPTURE(sampler_step, doob_exact, event, "doob", {{"steps", 80}, {"particles", 1000}}, 1,
                  1000, 80);
BENCHMARK_CAPTURE(sampler_step, dps_64d, space, "dps", {{"steps", 20}}, 1024, 1024, 20);
BENCHMARK_CAPTURE(sampler_step, tmpd_64d, space, "tmpd", {{"steps", 20}}, 1024, 1024, 20);

/// e^{N(0, 1)} of every particle: an effective size of 0.37 N.
std::vector<Real> uneven(Index n) {
  std::vector<Real> w(n);
  const Rng rng = Rng::from_seed(9);
  for (Index k = 0; k < n; ++k) w[k] = std::exp(rng.normal(k, 0, 0));
  return w;
}

/// The first particle whose prefix sum is above each slot's point.
bool as_defined(Resampling scheme, const std::vector<Real>& w, const Rng& rng,
                const IndexVector& ancestors) {
  const auto found = host_copy(ancestors);
  std::vector<Real> sums(w.size());
  Real total = 0;
  for (std::size_t k = 0; k < w.size(); ++k) sums[k] = total += w[k];
  for (std::size_t slot = 0; slot < w.size(); ++slot) {
    const Real u = rng.uniform(0, 0, scheme == Resampling::stratified ? slot : 0);
    const Real point = below_total((Real(slot) + u) / Real(w.size()), total);
    if (std::upper_bound(sums.begin(), sums.end(), point) - sums.begin() != found(slot))
      return false;
  }
  return true;
}

void resampling(benchmark::State& state, Resampling scheme) {
  const Index n = state.range(0);
  const std::vector<Real> w = uneven(n);
  const Vector weights = to_device("weights", w);
  const IndexVector wanted = make_index_vector("wanted", 1);
  Kokkos::deep_copy(wanted, 1);
  const Rng rng = Rng::from_seed(3);
  Resampler resampler(scheme, 1, n);
  const bool in_order = scheme == Resampling::systematic || scheme == Resampling::stratified;
  if (in_order && !as_defined(scheme, w, rng, resampler.choose(Exec{}, weights, wanted, rng, 0))) {
    state.SkipWithError("differs from the definition");
    return;
  }
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(resampler.choose(Exec{}, weights, wanted, rng, 0).data());
    Exec{}.fence();
  }
  state.counters["s/slot"] =
      benchmark::Counter(static_cast<Real>(n), benchmark::Counter::kIsIterationInvariantRate |
                                                   benchmark::Counter::kInvert);
}

BENCHMARK_CAPTURE(resampling, systematic, Resampling::systematic)
    ->Arg(1000)
    ->Arg(100000)
    ->Arg(1000000);
BENCHMARK_CAPTURE(resampling, stratified, Resampling::stratified)
    ->Arg(1000)
    ->Arg(100000)
    ->Arg(1000000);
BENCHMARK_CAPTURE(resampling, multinomial, Resampling::multinomial)->Arg(1000);
BENCHMARK_CAPTURE(resampling, residual, Resampling::residual)->Arg(1000);

}  // namespace
}  // namespace plumbline
