// Price of a (point × component) pair for the hot kernels, each first compared with the 50-digit
// formulas of tests/reference. The counter is seconds per pair on all threads together.
#include <benchmark/benchmark.h>

#include "mixture/draw.hpp"
#include "mixture/evaluate.hpp"
#include "reference/mixture.hpp"
#include "unit/mixture/support.hpp"

namespace plumbline {
namespace {

using namespace testing_mixture;

enum class What { log_density, score, both, denoised };

struct Arrays {
  Matrix z;
  Vector log_p;
  Matrix out;
};

void evaluate(What what, const MixtureTables& tables, const Arrays& arrays) {
  const Exec exec;
  switch (what) {
    case What::log_density:
      log_density(exec, tables, arrays.z, arrays.log_p);
      break;
    case What::score:
      score(exec, tables, arrays.z, arrays.out);
      break;
    case What::both:
      log_density_and_score(exec, tables, arrays.z, arrays.log_p, arrays.out);
      break;
    case What::denoised:
      denoised(exec, tables, arrays.z, arrays.out);
      break;
  }
  exec.fence();
}

/// The first two rows against the slow formulas; 100 ε cond(S) as in tests/README §3.
bool agrees(What what, const GaussianMixture& mixture, const NoiseLevel& level,
            const Arrays& arrays) {
  const HostMatrix z = to_host_matrix(arrays.z);
  for (int n = 0; n < 2; ++n) {
    const reference::PointValues want = reference::evaluate(mixture, level, z.row(n));
    const Real limit = 1e-12 + 2.2e-14 * want.worst_condition;
    const HostVector row = to_host_matrix(arrays.out).row(n);
    if (what != What::score && what != What::denoised &&
        !(std::abs(to_host_vector(arrays.log_p)(n) / want.log_density - 1) <= limit))
      return false;
    if (what == What::denoised && !(relative_error(row, want.denoised) <= limit)) return false;
    if ((what == What::score || what == What::both) && !(relative_error(row, want.score) <= limit))
      return false;
  }
  return true;
}

void mixture_kernel(benchmark::State& state, What what, Shape shape, Index points) {
  const GaussianMixture mixture = random_mixture(shape, 1);
  const NoiseLevel level = ou_level(0.5);
  const MixtureTables tables = tables_of(mixture, level);
  const Arrays arrays{make_matrix("z", points, shape.dimension), make_vector("log_p", points),
                      make_matrix("out", points, shape.dimension)};
  draw(Exec(), tables, Rng::from_seed(2), 0, arrays.z);

  evaluate(what, tables, arrays);
  // The slow formulas need seconds in high dimension: there the unit tests vouch for the kernel.
  if (shape.dimension <= 10 && !agrees(what, mixture, level, arrays)) {
    state.SkipWithError("differs from the 50-digit reference");
    return;
  }
  for ([[maybe_unused]] auto _ : state) evaluate(what, tables, arrays);
  state.counters["s/pair"] = benchmark::Counter(
      static_cast<Real>(points * shape.components),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

constexpr CovarianceKind isotropic = CovarianceKind::isotropic;
constexpr CovarianceKind diagonal = CovarianceKind::diagonal;
constexpr CovarianceKind full = CovarianceKind::full;

BENCHMARK_CAPTURE(mixture_kernel, log_density_2d, What::log_density, {isotropic, 25, 2}, 16384);
BENCHMARK_CAPTURE(mixture_kernel, both_2d, What::both, {isotropic, 25, 2}, 16384);
BENCHMARK_CAPTURE(mixture_kernel, denoised_2d, What::denoised, {isotropic, 25, 2}, 16384);
BENCHMARK_CAPTURE(mixture_kernel, both_2d_diagonal, What::both, {diagonal, 25, 2}, 16384);
BENCHMARK_CAPTURE(mixture_kernel, both_2d_full, What::both, {full, 25, 2}, 16384);
BENCHMARK_CAPTURE(mixture_kernel, both_10d_full, What::both, {full, 20, 10}, 4096);
BENCHMARK_CAPTURE(mixture_kernel, both_100d, What::both, {isotropic, 1000, 100}, 256);

void mixture_draw(benchmark::State& state, Shape shape) {
  const Index points = 16384;
  const MixtureTables tables = tables_of(random_mixture(shape, 1), ou_level(0.5));
  const Matrix z = make_matrix("z", points, shape.dimension);
  for ([[maybe_unused]] auto _ : state) {
    draw(Exec(), tables, Rng::from_seed(2), 0, z);
    Exec().fence();
  }
  state.counters["s/draw"] =
      benchmark::Counter(static_cast<Real>(points), benchmark::Counter::kIsIterationInvariantRate |
                                                        benchmark::Counter::kInvert);
}
BENCHMARK_CAPTURE(mixture_draw, 2d, {isotropic, 25, 2});
BENCHMARK_CAPTURE(mixture_draw, 10d_full, {full, 20, 10});

}  // namespace
}  // namespace plumbline
