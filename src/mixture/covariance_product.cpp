// Cov[X | alpha X + sigma ξ = z] u on blocks of points that stream over the components.
// mixture/README §3, §6.
#include "mixture/covariance_product.hpp"

#include "mixture/detail/block_loop.hpp"
#include "mixture/detail/deviation.hpp"
#include "mixture/detail/tiles.hpp"

namespace plumbline {
namespace {

using namespace detail;

/// With δ_k = m_k − ẑ_0, Cov u = Σ r_k (C_k u + δ_k (δ_k·u)).
template <CovarianceKind kind, int dimension>
struct CovarianceProduct {
  static constexpr int W = block_width, D = dimension;
  static constexpr bool has_own_rows = false;
  static constexpr bool is_full = kind == CovarianceKind::full;
  static constexpr bool is_isotropic = kind == CovarianceKind::isotropic;
  static constexpr bool tiled = D == 0 && !is_full;
  // Arrays of rows: 0 z, 1 the sum, 2 δ_k; `full` also 3 and turned, scratch of its eigenbasis.
  static constexpr int sum = 1, center = is_full ? 4 : 3, given = center + 1, turned = center + 2;
  static constexpr int arrays = is_full ? turned + 1 : given + 1;
  using BlockRows = Rows<D, W, arrays>;

  MixtureTables tables;
  Matrix z, denoised, u, out;  ///< [n, D]
  Remainder remainder;

  /// Σ w c of isotropic covariances, C_k = c I.
  struct Sums {
    Lanes<W> inside;
  };

  static void launch(const Exec& exec, const MixtureTables& tables, const Matrix& z,
                     const Matrix& denoised, const Matrix& u, const Matrix& out) {
    BlockLoop<CovarianceProduct>::launch(
        exec, "plumbline::mixture::covariance_product",
        CovarianceProduct{tables, z, denoised, u, out, remainder_of(tables)});
  }

  KOKKOS_FUNCTION int own_rows() const { return 0; }
  KOKKOS_FUNCTION Index row(Index n) const { return n; }
  KOKKOS_FUNCTION int width() const { return D > 0 ? D : tables.mixture.dimension; }
  KOKKOS_FUNCTION void load(Index first, BlockRows& rows, Sums&) const {
    detail::load<W>(z, first, width(), rows);
    detail::load<W>(denoised, first, width(), rows, center);
    detail::load<W>(u, first, width(), rows, given);
  }

  KOKKOS_FUNCTION void stream(BlockRows& rows, LogSumBlock<W>& s, Sums& sums,
                              const Owner<W>* owner) const {
    const int d = width();
    sums.inside = {};
    for (int i = 0; i < d; ++i)
      for (int w = 0; w < W; ++w) rows(sum, i)[w] = 0;
    if constexpr (tiled) {
      stream_tiles<kind, W>(tables, remainder, d, array_rows(rows, 0), s, owner,
                            TileSums{tables, d, rows, sums.inside, owner});
    } else {
      for (int k = 0; k < tables.mixture.components; ++k) {
        const Lanes<W> q = mahalanobis<kind, W>(tables, k, d, rows);
        s.add(tables.log_const(k), q);
        if (owner) obey(*owner, k, s);
        if (!any_heard(s)) continue;
        if (any_grows(s)) {
          for (int i = 0; i < d; ++i) rescale(s, rows(sum, i));
          rescale(s, sums.inside.v);
        }
        Lanes<W> along = deviation<kind, W>(tables, k, d, center, given, rows);
        if (owner) forget_deviation(*owner, d, rows, along);
        for (int w = 0; w < W; ++w) along[w] *= s.weight[w];
        add(k, s, along, rows, sums.inside);
      }
    }
  }

  /// sum += w (C_k u + δ (δ·u)); along = w δ·u.
  KOKKOS_FUNCTION void add(int k, const LogSumBlock<W>& s, const Lanes<W>& along, BlockRows& rows,
                           Lanes<W>& inside) const {
    const int d = width();
    if constexpr (is_full) {
      rotate_in<W>(tables.mixture.eigenvectors, k, d, rows, given, turned);
      for (int j = 0; j < d; ++j) {
        const Real c = inner_eigenvalue(tables, k, j);
        Real* y = rows(turned, j);
#pragma omp simd
        for (int w = 0; w < W; ++w) y[w] *= s.weight[w] * c;
      }
      rotate_out<W>(tables.mixture.eigenvectors, k, d, all_lanes<W>(), rows, turned, sum);
    }
    if constexpr (is_isotropic) {
      const Real c = inner_eigenvalue(tables, k, 0);
#pragma omp simd
      for (int w = 0; w < W; ++w) inside[w] = Kokkos::fma(s.weight[w], c, inside[w]);
    }
    for (int i = 0; i < d; ++i) {
      const Real *delta = rows(2, i), *given_i = rows(given, i);
      Real* acc = rows(sum, i);
      if constexpr (kind == CovarianceKind::diagonal) {
        const Real c = inner_eigenvalue(tables, k, i);
#pragma omp simd
        for (int w = 0; w < W; ++w) acc[w] = Kokkos::fma(s.weight[w] * c, given_i[w], acc[w]);
      }
#pragma omp simd
      for (int w = 0; w < W; ++w) acc[w] = Kokkos::fma(along[w], delta[w], acc[w]);
    }
  }

  /// The same for four components at a time; δ is computed twice rather than stored.
  struct TileSums {
    const MixtureTables& tables;
    int d;
    BlockRows& rows;
    Lanes<W>& inside;
    const Owner<W>* owner;
    static constexpr bool hears = true;
    static constexpr int V = tile_lanes<W>;

    KOKKOS_FUNCTION void rescale(const LogSumBlock<W>& s) const {
      for (int i = 0; i < d; ++i) detail::rescale(s, rows(sum, i));
      detail::rescale(s, inside.v);
    }

    KOKKOS_FUNCTION void add(const Tile<W>& tile) const {
      if constexpr (is_isotropic)
        for (int j = 0; j < 4; ++j) {
          const Real c = inner_eigenvalue(tables, tile.k[j], 0);
          for (int w = 0; w < W; ++w) inside[w] = Kokkos::fma(tile.weight[j][w], c, inside[w]);
        }
      const DenoiserGain gains[4] = {
          denoiser_gain(tables, tile.k[0], 0), denoiser_gain(tables, tile.k[1], 0),
          denoiser_gain(tables, tile.k[2], 0), denoiser_gain(tables, tile.k[3], 0)};
      for (int v = 0; v < W; v += V) add_lanes(tile, gains, v);
    }

    KOKKOS_FUNCTION void add_lanes(const Tile<W>& tile, const DenoiserGain (&gains)[4],
                                   int v) const {
      const int k0 = tile.k[0], k1 = tile.k[1], k2 = tile.k[2], k3 = tile.k[3];
      Lanes<V> a0 = {}, a1 = {}, a2 = {}, a3 = {};  // δ·u, then w δ·u
      for (int i = 0; i < d; ++i) {
        project(k0, i, gains[0], v, a0);
        project(k1, i, gains[1], v, a1);
        project(k2, i, gains[2], v, a2);
        project(k3, i, gains[3], v, a3);
      }
      weigh(a0, tile.weight[0], v);
      weigh(a1, tile.weight[1], v);
      weigh(a2, tile.weight[2], v);
      weigh(a3, tile.weight[3], v);
      for (int i = 0; i < d; ++i) {
        Real* acc = rows(sum, i) + v;
        Lanes<V> here;
        spread(k0, i, gains[0], v, a0, acc, here.v);
        spread(k1, i, gains[1], v, a1, here.v, here.v);
        spread(k2, i, gains[2], v, a2, here.v, here.v);
        spread(k3, i, gains[3], v, a3, here.v, acc);
        if constexpr (kind == CovarianceKind::diagonal) add_within(tile, i, v, acc);
      }
    }

    /// along += δ u, and after = before + along δ, of coordinate i.
    KOKKOS_FUNCTION void project(int k, int i, const DenoiserGain& gain, int v,
                                 Lanes<V>& along) const {
      const Deviation<kind> step(tables, k, i, gain);
      const Real *at = rows(0, i) + v, *c = rows(center, i) + v, *given_i = rows(given, i) + v;
#pragma omp simd
      for (int w = 0; w < V; ++w)
        along[w] = Kokkos::fma(step.of(at[w], c[w]), given_i[w], along[w]);
    }
    KOKKOS_FUNCTION void spread(int k, int i, const DenoiserGain& gain, int v,
                                const Lanes<V>& along, const Real* before, Real* after) const {
      const Deviation<kind> step(tables, k, i, gain);
      const Real *at = rows(0, i) + v, *c = rows(center, i) + v;
#pragma omp simd
      for (int w = 0; w < V; ++w) after[w] = Kokkos::fma(along[w], step.of(at[w], c[w]), before[w]);
    }

    /// along ← w along; 0 where a component owns the point: it is alone.
    KOKKOS_FUNCTION void weigh(Lanes<V>& along, const Real* weight, int v) const {
      for (int w = 0; w < V; ++w) along[w] *= weight[v + w];
      if (owner)
        for (int w = 0; w < V; ++w)
          if (owner->of[v + w] >= 0) along[w] = 0;
    }

    /// acc += Σ w c u of coordinate i.
    KOKKOS_FUNCTION void add_within(const Tile<W>& tile, int i, int v, Real* acc) const {
      const Real* given_i = rows(given, i) + v;
      for (int j = 0; j < 4; ++j) {
        const Real c = inner_eigenvalue(tables, tile.k[j], i);
        const Real* weight = tile.weight[j] + v;
#pragma omp simd
        for (int w = 0; w < V; ++w) acc[w] = Kokkos::fma(weight[w] * c, given_i[w], acc[w]);
      }
    }
  };

  KOKKOS_FUNCTION void store(Index first, BlockRows& rows, const LogSumBlock<W>& s,
                             const Sums& sums) const {
    const int count = lanes_used<W>(z, first);
    for (int i = 0; i < width(); ++i)
      for (int w = 0; w < count; ++w)
        out(first + w, i) =
            Kokkos::fma(sums.inside[w], rows(given, i)[w], rows(sum, i)[w]) / s.sum[w];
  }
};

}  // namespace

void covariance_product(const Exec& exec, const MixtureTables& tables, const Matrix& z,
                        const Matrix& denoised, const Matrix& u, const Matrix& out) {
  require_points("covariance_product", tables, z);
  PLUMBLINE_REQUIRE(u.extent(0) == z.extent(0) && u.extent(1) == z.extent(1),
                    "covariance_product: z [{}, {}], u [{}, {}]", z.extent(0), z.extent(1),
                    u.extent(0), u.extent(1));
  launch_for<CovarianceProduct, Dimensions<1, 2, 3, 4>, Dimensions<1, 2, 3, 4, 8, 10>>(
      tables.mixture, exec, tables, z, denoised, u, out);
}

}  // namespace plumbline
