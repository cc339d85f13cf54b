// How the price of log-density and score grows with the dimension d and the number of components K,
// for each kind of covariance: the growth figure of the kernel. First compared with the formula in
// extended precision.
#include "bench/roof.hpp"
#include "bench/slow_mixture.hpp"
#include "mixture/draw.hpp"
#include "unit/mixture/support.hpp"

namespace plumbline::bench {
namespace {

using namespace testing_mixture;

/// Rows enough for a millisecond or two, and for all threads.
Index points_for(const Shape& shape) {
  const Real pair =
      2 + shape.dimension / 4.0 +
      (shape.kind == CovarianceKind::full ? shape.dimension * shape.dimension / 8.0 : 0);
  const Real points = 4e6 / (pair * shape.components);
  return std::clamp<Index>(static_cast<Index>(points) / 256 * 256, 256, 16384);
}

bool right(const GaussianMixture& mixture, const NoiseLevel& level, const HostMatrix& z,
           const HostVector& log_p, const HostMatrix& score) {
  for (const Index n : {Index{0}, Index(z.rows()) - 1}) {
    const SlowValues want = slow_values(mixture, level, z.row(n));
    if (!(std::abs(log_p(n) / want.log_density - 1) <= 1e-12) ||
        !(relative_error(HostVector(score.row(n)), want.score) <= 1e-12))
      return false;
  }
  return true;
}

/// Ranges: d, K.
void growth(benchmark::State& state, CovarianceKind kind) {
  const Shape shape{kind, static_cast<int>(state.range(1)), static_cast<int>(state.range(0))};
  const Index points = points_for(shape);
  const GaussianMixture mixture = random_mixture(shape, 1);
  const NoiseLevel level = ou_level(0.5);
  const MixtureTables tables = tables_of(mixture, level);
  const Matrix z = make_matrix("z", points, shape.dimension);
  const Matrix out = make_matrix("score", points, shape.dimension);
  const Vector log_p = make_vector("log_p", points);
  const Exec exec;
  draw(exec, tables, Rng::from_seed(2), 0, z);

  log_density_and_score(exec, tables, z, log_p, out);
  if (!right(mixture, level, to_host_matrix(z), to_host_vector(log_p), to_host_matrix(out))) {
    state.SkipWithError("differs from the formula");
    return;
  }
  for ([[maybe_unused]] auto _ : state) {
    log_density_and_score(exec, tables, z, log_p, out);
    exec.fence();
  }
  const Real pairs = Real(points) * shape.components;
  Work pair = score_work(shape.dimension, kind == CovarianceKind::full);
  pair.bytes = 8 * (2.0 * shape.dimension + 1) / shape.components;  // of a point: z, score, log p
  count_seconds(state, "s/pair", pairs);
  count_work(state, pair, pairs);
}

void along_d(benchmark::internal::Benchmark* row, int most) {
  choose_clock(row->ArgNames({"d", "K"}));
  for (int d = 1; d <= most; d *= 2) row->Args({d, 25});
}
void along_k(benchmark::internal::Benchmark* row, int most) {
  choose_clock(row->ArgNames({"d", "K"}));
  for (int k = 1; k <= most; k *= 10) row->Args({2, k})->Args({64, k});
}

BENCHMARK_CAPTURE(growth, isotropic, CovarianceKind::isotropic)->Apply([](auto* row) {
  along_d(row, 512);
});
BENCHMARK_CAPTURE(growth, diagonal, CovarianceKind::diagonal)->Apply([](auto* row) {
  along_d(row, 512);
});
BENCHMARK_CAPTURE(growth, full, CovarianceKind::full)->Apply([](auto* row) { along_d(row, 256); });
BENCHMARK_CAPTURE(growth, components_isotropic, CovarianceKind::isotropic)->Apply([](auto* row) {
  along_k(row, 10000);
});
BENCHMARK_CAPTURE(growth, components_diagonal, CovarianceKind::diagonal)->Apply([](auto* row) {
  along_k(row, 10000);
});
BENCHMARK_CAPTURE(growth, components_full, CovarianceKind::full)->Apply([](auto* row) {
  along_k(row, 100);
});

}  // namespace
}  // namespace plumbline::bench
