// The four limits of the machine. Each thread works on numbers of its own; of several runs the
// fastest counts.
#include "bench/roof.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <vector>
#ifdef __AVX2__
#include <immintrin.h>
#endif

#include "core/linalg.hpp"
#include "core/math.hpp"

namespace plumbline::bench {
namespace {

/// Least seconds of `body`, a millisecond or so, of thirty: whatever else the machine does leaves
/// one alone. By the processor's clock where one thread does it.
template <class Body>
Real least_seconds(const Body& body) {
  const clockid_t clock = Exec().concurrency() == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC;
  const auto now = [clock] {
    timespec time{};
    ::clock_gettime(clock, &time);
    return Real(time.tv_sec) + 1e-9 * Real(time.tv_nsec);
  };
  Real least = infinity;
  for (int run = 0; run < 30; ++run) {
    const Real start = now();
    body();
    least = std::min(least, now() - start);
  }
  return least;
}

#if defined(__AVX512F__)
using Lanes = __m512d;
Lanes all_lanes(Real x) {
  return _mm512_set1_pd(x);
}
Lanes fma_lanes(Lanes a, Lanes b, Lanes c) {
  return _mm512_fmadd_pd(a, b, c);
}
#elif defined(__AVX2__)
using Lanes = __m256d;
Lanes all_lanes(Real x) {
  return _mm256_set1_pd(x);
}
Lanes fma_lanes(Lanes a, Lanes b, Lanes c) {
  return _mm256_fmadd_pd(a, b, c);
}
#else
using Lanes = Real;
Lanes all_lanes(Real x) {
  return x;
}
Lanes fma_lanes(Lanes a, Lanes b, Lanes c) {
  return std::fma(a, b, c);
}
#endif
constexpr int lanes = sizeof(Lanes) / sizeof(Real);
constexpr int chains = 12;  // hide a latency of four in two units, and fit the registers

/// x ← x/2 + 1/2, `rounds` times, of twelve vectors that begin between 2 and 3. 1 in the end.
Real fma_chains(Index rounds) {
  Lanes x[chains];
  for (int i = 0; i < chains; ++i) x[i] = all_lanes(2 + Real(i) / chains);
  const Lanes half = all_lanes(0.5);
  for (Index r = 0; r < rounds; ++r)
    for (int i = 0; i < chains; ++i) x[i] = fma_lanes(x[i], half, half);
  Real largest = 0;
  for (int i = 0; i < chains; ++i) {
    Real numbers[lanes];
    std::copy_n(reinterpret_cast<const Real*>(&x[i]), lanes, numbers);
    largest = std::max(largest, *std::max_element(numbers, numbers + lanes));
  }
  return largest;
}

/// `body(thread)` on every thread of the process.
template <class Body>
void on_every_thread(const Body& body) {
  const int threads = Exec().concurrency();
#pragma omp parallel for num_threads(threads) schedule(static, 1)
  for (int t = 0; t < threads; ++t) body(t);
}

Real fma_peak(bool& right) {
  constexpr Index rounds = 1 << 19;
  std::vector<Real> ends(static_cast<std::size_t>(Exec().concurrency()));
  const Real seconds = least_seconds([&] {
    on_every_thread([&](int t) { ends[static_cast<std::size_t>(t)] = fma_chains(rounds); });
  });
  for (const Real end : ends) right = right && end == 1;
  return Real(rounds) * chains * lanes * Real(ends.size()) / seconds;
}

constexpr Index in_cache = 1024;  // numbers; two arrays of them

void exps_of(const std::vector<Real>& x, std::vector<Real>& y) {
  for (Index n = 0; n < in_cache; n += 16) {
    const Real* const in = &x[static_cast<std::size_t>(n)];
    Real* const out = &y[static_cast<std::size_t>(n)];
#pragma omp simd
    for (int i = 0; i < 16; ++i) out[i] = exp_weight(in[i]);
  }
}

Real exp_peak(bool& right) {
  constexpr int rounds = 1000;
  std::vector<Real> x(in_cache);
  for (Index n = 0; n < in_cache; ++n) x[static_cast<std::size_t>(n)] = -40 * Real(n) / in_cache;
  std::vector<std::vector<Real>> y(static_cast<std::size_t>(Exec().concurrency()),
                                   std::vector<Real>(in_cache));
  const Real seconds = least_seconds([&] {
    on_every_thread([&](int t) {
      for (int r = 0; r < rounds; ++r) {
        exps_of(x, y[static_cast<std::size_t>(t)]);
        benchmark::ClobberMemory();
      }
    });
  });
  for (const auto& of_thread : y)
    for (std::size_t n = 0; n < x.size(); ++n)
      right = right && std::abs(of_thread[n] / std::exp(x[n]) - 1) < 4e-16;
  return Real(rounds) * in_cache * Real(y.size()) / seconds;
}

/// 3 × 64 MB: no cache of a desktop holds them.
Real triad_peak(bool& right) {
  constexpr Index n = Index{1} << 23;
  const Vector a = make_vector("a", n), b = make_vector("b", n), c = make_vector("c", n);
  const auto fill = [](const Vector& x, Real value) { Kokkos::deep_copy(x, value); };
  fill(a, 0);
  fill(b, 1);
  fill(c, 2);
  Real *const pa = a.data(), *const pb = b.data(), *const pc = c.data();
  const Index threads = Exec().concurrency();
  const Real seconds = least_seconds([&] {
    on_every_thread([&](int t) {
      const Index first = n * t / threads, last = n * (t + 1) / threads;
#pragma omp simd
      for (Index i = first; i < last; ++i) pa[i] = pb[i] + 3 * pc[i];
    });
  });
  for (const Index i : {Index{0}, n / 2, n - 1}) right = right && pa[i] == 7;
  return 24 * Real(n) / seconds;
}

Real dgemm_peak(bool& right) {
  constexpr Index n = 384;
  HostMatrix a(n, n), b(n, n), c(n, n);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) {
      a(i, j) = Real((i + 2 * j) % 7);
      b(i, j) = Real((3 * i + j) % 5);
    }
  const Real seconds = least_seconds([&] { c.noalias() = a * b; });
  for (const Index i : {Index{0}, n - 1}) {
    Real sum = 0;
    for (Index k = 0; k < n; ++k) sum += a(i, k) * b(k, i);
    right = right && c(i, i) == sum;  // whole numbers: exact in any order
  }
  return 2 * Real(n * n * n) / seconds;
}

}  // namespace

const Roof& roof() {
  static const Roof measured = [] {
    Roof roof;
    roof.right = true;
    roof.fma = fma_peak(roof.right);
    roof.exp = exp_peak(roof.right);
    roof.triad = triad_peak(roof.right);
    roof.dgemm = dgemm_peak(roof.right);
    return roof;
  }();
  return measured;
}

void count_work(benchmark::State& state, const Work& unit, Real units) {
  const Roof& limit = roof();
  if (!limit.right) {
    state.SkipWithError("the limits of the machine were computed wrong");
    return;
  }
  const Real operations = unit.operations + unit.exps * limit.fma / limit.exp;
  const Real least = std::max(operations / limit.fma, unit.bytes / limit.triad);
  const auto rate = benchmark::Counter::kIsIterationInvariantRate;
  state.counters["roof"] = benchmark::Counter(least * units, rate);
  state.counters["operations"] = benchmark::Counter(operations * units, rate);
  if (unit.bytes > 0) state.counters["intensity"] = operations / unit.bytes;
}

}  // namespace plumbline::bench
