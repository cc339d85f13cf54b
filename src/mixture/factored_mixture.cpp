// Device mirror of a mixture and the tables of one noise level. mixture/README §2.
#include "mixture/factored_mixture.hpp"

#include <algorithm>
#include <cmath>

#include "core/math.hpp"
#include "mixture/detail/groups.hpp"

namespace plumbline {
namespace {

/// A number as rounded value plus remainder.
struct DoubleDouble {
  Real high, low;
};

/// a μ to twice the working precision. a = 1 + alpha_minus_one where a is near 1: there alpha
/// itself has lost the digits that a μ − z needs.
KOKKOS_INLINE_FUNCTION DoubleDouble scaled_mean(const NoiseLevel& level, Real mu) {
  const bool near_one = level.alpha > 0.5;
  const Real factor = near_one ? level.alpha_minus_one : level.alpha;
  const Real base = near_one ? mu : Real(0);
  const Real product = factor * mu;
  const Real product_low = Kokkos::fma(factor, mu, -product);
  const Real sum = base + product;  // two-sum of base and product
  const Real product_part = sum - base;
  const Real sum_low = (base - (sum - product_part)) + (product - product_part);
  const Real low = sum_low + product_low;
  const Real high = sum + low;
  return {high, low - (high - sum)};
}

/// Row k of every table.
struct FillTables {
  MixtureTables tables;

  KOKKOS_FUNCTION void operator()(Index k) const {
    const FactoredMixture& mixture = tables.mixture;
    const Real a2 = tables.level.alpha * tables.level.alpha;
    for (int i = 0; i < mixture.dimension; ++i) {
      const DoubleDouble mean = scaled_mean(tables.level, mixture.means(k, i));
      tables.mean(k, i) = mean.high;
      tables.mean_low(k, i) = mean.low;
    }
    const int columns = tables.variance.extent_int(1);
    Real log_det = 0;
    for (int j = 0; j < columns; ++j) {
      const Real s = Kokkos::fma(a2, mixture.eigenvalues(k, j), tables.level.variance);
      tables.variance(k, j) = s;
      tables.precision(k, j) = 1 / s;
      log_det += log(s);
    }
    if (columns != mixture.dimension) log_det *= mixture.dimension;
    tables.log_const(k) = mixture.log_weights(k) - (log_det + mixture.dimension * log_2pi) / 2;
  }
};

std::vector<Real> cumulative_weights(const GaussianMixture& mixture) {
  std::vector<Real> sums(mixture.components());
  Real sum = 0;
  int last = 0;
  for (int k = 0; k < mixture.components(); ++k) {
    sum += mixture.weights()(k);
    sums[k] = std::min(sum, Real(1));
    if (mixture.weights()(k) > 0) last = k;
  }
  std::fill(sums.begin() + last, sums.end(), Real(1));
  return sums;
}

}  // namespace

FactoredMixture factored(const Exec&, const GaussianMixture& mixture) {
  FactoredMixture out;
  out.kind = mixture.kind();
  out.components = mixture.components();
  out.dimension = mixture.dimension();
  out.log_weights = to_device("log_weights", mixture.log_weights());
  out.means = to_device("means", mixture.means());
  out.eigenvalues = to_device("eigenvalues", mixture.eigenvalues());
  out.cumulative = to_device("cumulative", cumulative_weights(mixture));
  out.smallest_eigenvalue = mixture.eigenvalues().minCoeff();
  out.largest_mean = mixture.means().rowwise().norm().maxCoeff();
  detail::group_components(mixture, out);
  if (out.kind == CovarianceKind::full) {
    const int d = out.dimension;
    out.eigenvectors = make_cube("eigenvectors", out.components, d, d);
    auto host = host_mirror(out.eigenvectors);
    for (int k = 0; k < out.components; ++k)
      std::copy_n(mixture.eigenvectors(k).data(), Index(d) * d, &host(k, 0, 0));
    Kokkos::deep_copy(out.eigenvectors, host);
  }
  return out;
}

MixtureTables tables_at(const Exec& exec, const FactoredMixture& mixture, const NoiseLevel& level) {
  MixtureTables tables;
  tables.mixture = mixture;
  const Index columns = mixture.eigenvalues.extent(1);
  tables.mean = make_matrix("mean", mixture.components, mixture.dimension);
  tables.mean_low = make_matrix("mean_low", mixture.components, mixture.dimension);
  tables.variance = make_matrix("variance", mixture.components, columns);
  tables.precision = make_matrix("precision", mixture.components, columns);
  tables.log_const = make_vector("log_const", mixture.components);
  detail::reserve_grouped(tables);
  retable(exec, level, tables);
  return tables;
}

void retable(const Exec& exec, const NoiseLevel& level, MixtureTables& tables) {
  tables.level = level;
  parallel_over(exec, "plumbline::mixture::retable", tables.mixture.components, FillTables{tables});
  detail::fill_grouped(exec, tables);
}

bool has_density(const MixtureTables& tables) {
  return least_variance(tables) > 0;
}

}  // namespace plumbline
