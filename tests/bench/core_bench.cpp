// Price of an elementary function, of a normal and of a reduction, each first compared with a slow
// obvious version. Elementary functions run in the shape of the hot kernels: blocks of 16 on one
// core. Times are per array; the counters give the price per element.
#include <benchmark/benchmark.h>

#include <cmath>

#include "core/ensemble.hpp"
#include "core/reduce.hpp"
#include "core/rng.hpp"

namespace plumbline {
namespace {

constexpr Index elements = 4096;  // 32 kB: in the first-level cache
constexpr int width = 16;

void count_elements(benchmark::State& state, Index per_iteration) {
  state.counters["s/element"] = benchmark::Counter(
      static_cast<Real>(per_iteration),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

/// f over an array in vectorised blocks.
template <class F>
void over_blocks(const F& f, const std::vector<Real>& x, std::vector<Real>& y) {
  for (Index n = 0; n < elements; n += width) {
    const Real* const in = &x[n];
    Real* const out = &y[n];
#pragma omp simd
    for (int i = 0; i < width; ++i) out[i] = f(in[i]);
  }
}

template <class F, class Slow>
void elementary(benchmark::State& state, const F& f, const Slow& slow, Real low, Real high) {
  std::vector<Real> x(elements), y(elements);
  for (Index n = 0; n < elements; ++n) x[n] = low + (high - low) * (n + 0.5) / elements;

  over_blocks(f, x, y);
  for (Index n = 0; n < elements; ++n) {
    const Real exact = slow(x[n]);
    if (!(std::abs(y[n] - exact) <= 1e-15 + 5e-16 * std::abs(exact))) {
      state.SkipWithError("differs from std::");
      return;
    }
  }

  for ([[maybe_unused]] auto _ : state) {
    over_blocks(f, x, y);
    benchmark::ClobberMemory();
  }
  count_elements(state, elements);
}

void exp_block(benchmark::State& state) {
  elementary(
      state, [](Real x) { return plumbline::exp(x); }, [](Real x) { return std::exp(x); }, -40, 5);
}
void exp_std(benchmark::State& state) {
  elementary(
      state, [](Real x) { return std::exp(x); }, [](Real x) { return std::exp(x); }, -40, 5);
}
void log_block(benchmark::State& state) {
  elementary(
      state, [](Real x) { return plumbline::log(x); }, [](Real x) { return std::log(x); }, 0, 3);
}
void log_std(benchmark::State& state) {
  elementary(
      state, [](Real x) { return std::log(x); }, [](Real x) { return std::log(x); }, 0, 3);
}
void sincos_block(benchmark::State& state) {
  elementary(
      state,
      [](Real u) {
        const SinCos v = sincos_2pi(u);
        return v.sin + v.cos;
      },
      [](Real u) { return std::sin(2 * M_PI * u) + std::cos(2 * M_PI * u); }, 0, 1);
}
BENCHMARK(exp_block);
BENCHMARK(exp_std);
BENCHMARK(log_block);
BENCHMARK(log_std);
BENCHMARK(sincos_block);

/// A normal by the book from the same bits.
Real slow_normal(const Rng& rng, std::uint64_t chain, std::uint32_t slot) {
  const Pair u = rng.uniform_pair(chain, 0, slot / 2);
  const Real radius = std::sqrt(-2 * std::log(u.first)), angle = 2 * M_PI * u.second;
  return radius * (slot % 2 == 0 ? std::cos(angle) : std::sin(angle));
}

/// fill_normal, all threads.   range  dimension
void normals(benchmark::State& state) {
  const Exec exec;
  const Index n = 1 << 14;
  const Index d = state.range(0);
  const Rng rng = Rng::from_seed(1);
  const Matrix x = make_matrix("x", n, d);

  fill_normal(exec, rng, 0, x);
  const auto z = to_host(x);
  for (Index row = 0; row < n; ++row)
    for (Index i = 0; i < d; ++i)
      if (!(std::abs(z[row * d + i] - slow_normal(rng, row, i)) < 1e-14)) {
        state.SkipWithError("differs from Box-Muller by the book");
        return;
      }

  std::uint32_t step = 0;
  for ([[maybe_unused]] auto _ : state) {
    fill_normal(exec, rng, ++step, x);
    exec.fence();
  }
  count_elements(state, n * d);
}
BENCHMARK(normals)->Arg(1)->Arg(2)->Arg(100)->UseRealTime();

/// Weighted mean and covariance of 16384 draws, all threads.   range  dimension
void weighted_covariance(benchmark::State& state) {
  const Exec exec;
  const Index n = 1 << 14, d = state.range(0);
  const Matrix x = make_matrix("x", n, d);
  fill_normal(exec, Rng::from_seed(1), 0, x);
  const Ensemble ensemble = equally_weighted(x);

  const HostMatrix rows = to_host_matrix(x);
  const HostMatrix centred = rows.rowwise() - rows.colwise().mean();
  const HostMatrix expected = centred.transpose() * centred / n;
  if (!((covariance(exec, ensemble) - expected).norm() < 1e-12 * expected.norm())) {
    state.SkipWithError("differs from Eigen");
    return;
  }

  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(covariance(exec, ensemble).data());
  state.counters["draws/s"] =
      benchmark::Counter(static_cast<Real>(n), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(weighted_covariance)->Arg(2)->Arg(64)->UseRealTime();

}  // namespace
}  // namespace plumbline
