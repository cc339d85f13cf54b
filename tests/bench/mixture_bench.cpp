// Price of a (point × component) pair for the hot kernels, each first compared with the 50-digit
// formulas of tests/reference. The counter is seconds per pair on all threads together.
#include <benchmark/benchmark.h>

#include "core/rng.hpp"
#include "mixture/covariance_product.hpp"
#include "mixture/draw.hpp"
#include "mixture/evaluate.hpp"
#include "reference/mixture.hpp"
#include "unit/mixture/support.hpp"

namespace plumbline {
namespace {

using namespace testing_mixture;

enum class What { log_density, score, both, denoised, product, covariance };

struct Arrays {
  Matrix z, u, m;  // m = ẑ_0(z)
  Vector log_p;
  Matrix out;
  Cube covariance;  // of What::covariance only
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
    case What::product:
      covariance_product(exec, tables, arrays.z, arrays.m, arrays.u, arrays.out);
      break;
    case What::covariance:
      denoised_covariance(exec, tables, arrays.z, arrays.covariance);
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
    const HostVector u = to_host_matrix(arrays.u).row(n);
    if ((what == What::log_density || what == What::both) &&
        !(std::abs(to_host_vector(arrays.log_p)(n) / want.log_density - 1) <= limit))
      return false;
    if (what == What::denoised && !(relative_error(row, want.denoised) <= limit)) return false;
    if (what == What::product &&
        !(relative_error(row, HostVector(want.denoised_covariance * u)) <= limit))
      return false;
    if ((what == What::score || what == What::both) && !(relative_error(row, want.score) <= limit))
      return false;
  }
  return true;
}

/// Draws of the mixture at the level, as many as `points`.
void run(benchmark::State& state, What what, const GaussianMixture& mixture,
         const NoiseLevel& level, Index points) {
  const int d = mixture.dimension();
  const MixtureTables tables = tables_of(mixture, level);
  const auto rows = [&](const char* label) { return make_matrix(label, points, d); };
  const Index whole = what == What::covariance ? points : 0;
  const Arrays arrays{rows("z"),        rows("u"),
                      rows("denoised"), make_vector("log_p", points),
                      rows("out"),      make_cube("covariance", whole, d, d)};
  draw(Exec(), tables, Rng::from_seed(2), 0, arrays.z);
  fill_normal(Exec(), Rng::from_seed(3), 0, arrays.u);
  denoised(Exec(), tables, arrays.z, arrays.m);

  evaluate(what, tables, arrays);
  // The slow formulas need seconds in high dimension or of many components: there the unit tests
  // vouch for the kernel.
  if (d <= 10 && mixture.components() <= 1000 && !agrees(what, mixture, level, arrays)) {
    state.SkipWithError("differs from the 50-digit reference");
    return;
  }
  for ([[maybe_unused]] auto _ : state) evaluate(what, tables, arrays);
  state.counters["s/pair"] = benchmark::Counter(
      static_cast<Real>(points * mixture.components()),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

/// `apart`: factor on the means of isotropic components.
void mixture_kernel(benchmark::State& state, What what, Shape shape, Index points, Real apart = 1) {
  const GaussianMixture random = random_mixture(shape, 1);
  const GaussianMixture mixture =
      apart == 1 ? random
                 : GaussianMixture::isotropic(random.weights(), apart * random.means(),
                                              random.eigenvalues().col(0));
  run(state, what, mixture, ou_level(0.5), points);
}

/// K normal points in D dimensions under noise of deviation s.
void data_set(benchmark::State& state, What what, int components, int d, Real s, Index points) {
  Numbers numbers(4);
  run(state, what, GaussianMixture::points(numbers.normals(components, d)), {1, 0, s * s}, points);
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
// A third of the weights would be denormal numbers, if they were not negligible.
BENCHMARK_CAPTURE(mixture_kernel, both_100d_apart, What::both, {isotropic, 1000, 100}, 256, 1.11);

BENCHMARK_CAPTURE(mixture_kernel, both_100d_overlapping, What::both, {isotropic, 1000, 100}, 256,
                  0.1);
BENCHMARK_CAPTURE(mixture_kernel, both_10d, What::both, {isotropic, 100, 10}, 4096);
BENCHMARK_CAPTURE(mixture_kernel, both_8d_full, What::both, {full, 25, 8}, 4096);
BENCHMARK_CAPTURE(mixture_kernel, both_32d_full, What::both, {full, 10, 32}, 1024);
BENCHMARK_CAPTURE(mixture_kernel, both_64d_full, What::both, {full, 10, 64}, 256);
BENCHMARK_CAPTURE(mixture_kernel, both_256d_full, What::both, {full, 4, 256}, 64);
BENCHMARK_CAPTURE(mixture_kernel, denoised_64d, What::denoised, {isotropic, 1000, 64}, 256);

// Data sets: as many pixels and images as the digits have; large ones in the plane, where groups of
// far components are left out.
BENCHMARK_CAPTURE(data_set, both_64d, What::both, 1797, 64, 1.0, 256);
BENCHMARK_CAPTURE(data_set, both_64d_quiet, What::both, 1797, 64, 0.1, 256);
BENCHMARK_CAPTURE(data_set, both_2d, What::both, 100000, 2, 0.01, 1024);
BENCHMARK_CAPTURE(data_set, both_2d_loud, What::both, 100000, 2, 0.1, 256);
BENCHMARK_CAPTURE(data_set, both_2d_deafening, What::both, 100000, 2, 3.0, 256);

// Cov[X | z] u beside the score and the whole matrix.
BENCHMARK_CAPTURE(mixture_kernel, score_2d, What::score, {isotropic, 25, 2}, 16384);
BENCHMARK_CAPTURE(mixture_kernel, product_2d, What::product, {isotropic, 25, 2}, 16384);
BENCHMARK_CAPTURE(mixture_kernel, score_2d_full, What::score, {full, 25, 2}, 16384);
BENCHMARK_CAPTURE(mixture_kernel, product_2d_full, What::product, {full, 25, 2}, 16384);
BENCHMARK_CAPTURE(mixture_kernel, score_10d, What::score, {isotropic, 25, 10}, 4096);
BENCHMARK_CAPTURE(mixture_kernel, product_10d, What::product, {isotropic, 25, 10}, 4096);
BENCHMARK_CAPTURE(mixture_kernel, score_10d_full, What::score, {full, 20, 10}, 4096);
BENCHMARK_CAPTURE(mixture_kernel, product_10d_full, What::product, {full, 20, 10}, 4096);
BENCHMARK_CAPTURE(mixture_kernel, score_64d, What::score, {isotropic, 25, 64}, 1024);
BENCHMARK_CAPTURE(mixture_kernel, product_64d, What::product, {isotropic, 25, 64}, 1024);
BENCHMARK_CAPTURE(mixture_kernel, score_64d_diagonal, What::score, {diagonal, 25, 64}, 1024);
BENCHMARK_CAPTURE(mixture_kernel, product_64d_diagonal, What::product, {diagonal, 25, 64}, 1024);
BENCHMARK_CAPTURE(mixture_kernel, covariance_2d, What::covariance, {isotropic, 25, 2}, 16384);
BENCHMARK_CAPTURE(mixture_kernel, covariance_10d, What::covariance, {isotropic, 25, 10}, 4096);

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
