// Exact draws from a mixture at a noise level: normals shaped in place.
#include "mixture/draw.hpp"

#include "core/errors.hpp"
#include "mixture/pair.hpp"
#include "mixture/rows.hpp"

namespace plumbline {
namespace {

/// The component at which the cumulative weights reach u: bisection, so never one of weight 0.
KOKKOS_INLINE_FUNCTION int component_at(const Vector& cumulative, Real u) {
  int low = 0, high = cumulative.extent_int(0) - 1;
  while (low < high) {
    const int middle = (low + high) / 2;
    if (cumulative(middle) >= u)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

/// z_n ← a μ_k + U_k √S ξ, where row n of z holds ξ on entry.
struct ShapeNormals {
  MixtureTables tables;
  Rng component;
  std::uint32_t step;
  std::uint64_t first_chain;
  Matrix z;
  detail::Work work;  // full covariances only: one row of D numbers

  KOKKOS_FUNCTION void operator()(Index slot) const {
    const detail::BlockRange rows = work.share(slot, z.extent(0));
    for (Index n = rows.first; n < rows.last; n += rows.step) {
      const Real u = component.uniform(first_chain + static_cast<std::uint64_t>(n), step, 0);
      const int k = component_at(tables.mixture.cumulative, u);
      if (tables.mixture.kind == CovarianceKind::full) rotate(slot, n, k);
      for (int i = 0; i < tables.mixture.dimension; ++i) {
        const Real spread =
            tables.mixture.kind == CovarianceKind::full ? z(n, i) : scaled(k, i) * z(n, i);
        z(n, i) = tables.mean(k, i) + (tables.mean_low(k, i) + spread);
      }
    }
  }

  KOKKOS_FUNCTION Real scaled(int k, int j) const {
    return Kokkos::sqrt(tables.variance(k, eigen_column(tables.mixture, j)));
  }

  /// Row n ← U_k √S ξ.   cost  2 D² flops
  KOKKOS_FUNCTION void rotate(Index slot, Index n, int k) const {
    const int d = tables.mixture.dimension;
    Real* y = work.data.data() + slot * work.offset;
    for (int j = 0; j < d; ++j) y[j * work.stride] = scaled(k, j) * z(n, j);
    for (int i = 0; i < d; ++i) {
      Real sum = 0;
      for (int j = 0; j < d; ++j)
        sum = Kokkos::fma(tables.mixture.eigenvectors(k, i, j), y[j * work.stride], sum);
      z(n, i) = sum;
    }
  }
};

}  // namespace

void draw(const Exec& exec, const MixtureTables& tables, Rng rng, std::uint32_t step,
          const Matrix& z, std::uint64_t first_chain) {
  const FactoredMixture& mixture = tables.mixture;
  PLUMBLINE_REQUIRE(z.extent_int(1) == mixture.dimension, "draw: {} columns for dimension {}",
                    z.extent_int(1), mixture.dimension);
  fill_normal(exec, rng.stream("normal"), step, z, first_chain);
  const bool rotates = mixture.kind == CovarianceKind::full;
  const detail::Work work =
      detail::make_work(exec, z.extent(0), rotates ? mixture.dimension : 0, 1);
  parallel_over(exec, "plumbline::mixture::draw", work.slots,
                ShapeNormals{tables, rng.stream("component"), step, first_chain, z, work});
}

}  // namespace plumbline
