// Exact draws from a mixture at a noise level, and of the component behind a given point.
#include "mixture/draw.hpp"

#include "core/errors.hpp"
#include "mixture/detail/block.hpp"

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

/// Inverse CDF of r_k(z_n) for a block of points in two passes over the components.
struct DrawComponents {
  static constexpr int W = block_width;
  MixtureTables tables;
  Rng rng;
  std::uint32_t step;
  std::uint64_t first_chain;
  Matrix z;
  IndexVector component;
  detail::Work work;

  KOKKOS_FUNCTION void operator()(Index slot) const {
    const detail::BlockRange blocks = work.share(slot, (z.extent(0) + W - 1) / W);
    detail::Rows<0, W, 4> rows{work.data.data() + slot * work.offset, tables.mixture.dimension,
                               work.stride};
    for (Index block = blocks.first; block < blocks.last; block += blocks.step) {
      switch (tables.mixture.kind) {
        case CovarianceKind::isotropic:
          pick<CovarianceKind::isotropic>(block * W, rows);
          break;
        case CovarianceKind::diagonal:
          pick<CovarianceKind::diagonal>(block * W, rows);
          break;
        case CovarianceKind::full:
          pick<CovarianceKind::full>(block * W, rows);
          break;
      }
    }
  }

  template <CovarianceKind kind>
  KOKKOS_FUNCTION void pick(Index first, detail::Rows<0, W, 4>& rows) const {
    const int d = tables.mixture.dimension;
    detail::load<W>(z, first, d, rows);
    detail::LogSumBlock<W> total;
    for (int k = 0; k < tables.mixture.components; ++k)
      total.add(tables.log_const(k), detail::mahalanobis<kind, W>(tables, k, d, rows));

    detail::Lanes<W> target, below = {};
    int picked[W], last[W];
    for (int w = 0; w < W; ++w) {
      target[w] =
          total.sum[w] * rng.uniform(first_chain + static_cast<std::uint64_t>(first + w), step, 0);
      picked[w] = last[w] = -1;
    }
    for (int k = 0; k < tables.mixture.components; ++k) {
      const detail::Lanes<W> q = detail::mahalanobis<kind, W>(tables, k, d, rows);
      detail::Lanes<W> weight;
#pragma omp simd
      for (int w = 0; w < W; ++w) {
        weight[w] = exp(Kokkos::fma(Real(-0.5), q[w], tables.log_const(k)) - total.max[w]);
        below[w] += weight[w];
      }
      for (int w = 0; w < W; ++w) {
        if (weight[w] > 0) last[w] = k;
        if (weight[w] > 0 && below[w] >= target[w] && picked[w] < 0) picked[w] = k;
      }
    }
    for (int w = 0; w < W && first + w < Index(z.extent(0)); ++w) {
      // Rounding can leave the last sum below u; a sum of 0 is a point beyond every exponent.
      int k = picked[w] < 0 ? last[w] : picked[w];
      if (total.sum[w] == 0) k = nearest_component(tables, RowPoint{z, first + w});
      component(first + w) = k;
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

void draw_components(const Exec& exec, const MixtureTables& tables, Rng rng, std::uint32_t step,
                     const Matrix& z, const IndexVector& component, std::uint64_t first_chain) {
  PLUMBLINE_REQUIRE(has_density(tables), "draw_components: some covariance is singular at {}",
                    tables.level.variance);
  constexpr int width = DrawComponents::W;
  const Index blocks = (z.extent(0) + width - 1) / width;
  const detail::Work work =
      detail::make_work(exec, blocks, Index(4) * tables.mixture.dimension, width);
  parallel_over(
      exec, "plumbline::mixture::draw_components", work.slots,
      DrawComponents{tables, rng.stream("component"), step, first_chain, z, component, work});
}

}  // namespace plumbline
