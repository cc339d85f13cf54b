// What the machine can do at most, measured by the process that measures the kernels, and the share
// of it that a kernel reaches: the counter `roof`.
//
// A kernel is described by its work per unit: arithmetic operations, exps and bytes of memory. One
// operation is a subtraction, sum, product or fused multiply-add of one lane: what takes a slot of
// the vector units, so that the peak in operations per second is half that in flops. The least time
// is that of the operations at the fma peak plus that of the exps at our own exp's, or that of the
// bytes at the triad's speed, whichever is longer; `roof` is it over the time taken. A chip with
// adders of their own beside its fma units (Zen 4) can be a little above 1 in kernels that mostly
// add.
//
//   count_work(state, score_work(2), points * components);       // behind the loop of a benchmark
#pragma once

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "core/kokkos.hpp"

namespace plumbline::bench {

/// All threads of the process together; measured once, in about a second.
struct Roof {
  Real fma = 0;    ///< fused multiply-adds per second, of the instructions compiled for
  Real exp = 0;    ///< exp_weight (core/math.hpp) per second, arrays in the first-level cache
  Real triad = 0;  ///< bytes per second of a = b + s c, 24 a number: what it must read and write
  Real dgemm = 0;  ///< flops per second of a product of 384 × 384 matrices by Eigen, on one thread
  bool right = false;  ///< all four computed what they should
};
const Roof& roof();

/// Per unit.
struct Work {
  Real operations = 0, exps = 0, bytes = 0;
};

/// The score of one (point, component) pair, its log-density beside it or not: subtract, square and
/// add, multiply and add per dimension; components that have axes of their own are rotated into
/// them and back by d² each. The table of a component stays in a cache, so that bytes are counted
/// per point: `point_bytes`.
constexpr Work score_work(int d, bool own_axes = false) {
  return {3.0 * d + (own_axes ? 2.0 * d * d : 0.0), 1, 0};
}

/// Counters `roof`; `operations` per second, exps counted as the operations that they take as long
/// as; and operations per byte (`intensity`), where it has bytes: a point of a roofline figure.
void count_work(benchmark::State& state, const Work& unit, Real units);

/// Timed by the processor's clock where one thread of a host does all, which what else runs there
/// disturbs least; by the wall's where several do, or a GPU.
inline void choose_clock(benchmark::internal::Benchmark* row) {
  const char* threads = std::getenv("OMP_NUM_THREADS");
  if (!on_host || !threads || std::string(threads) != "1") row->UseRealTime();
}

/// Seconds per unit, as counter `name`.
inline void count_seconds(benchmark::State& state, const char* name, Real units) {
  state.counters[name] = benchmark::Counter(
      units, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

}  // namespace plumbline::bench
