// A Cov[X | alpha X + sigma ξ = z] Aᵀ on blocks of points that stream over the components.
// mixture/README §3, §6.
#include "mixture/covariance_product.hpp"
#include "mixture/detail/block_loop.hpp"
#include "mixture/detail/deviation.hpp"

namespace plumbline {
namespace {

using namespace detail;

/// Entry of the pair i ≥ j in a lower triangle.
KOKKOS_INLINE_FUNCTION int pair_index(int i, int j) {
  return i * (i + 1) / 2 + j;
}

/// Row (i, e) of A U_k.   shapes  turned [K, m, D].   cost  m D² multiply-adds per component
struct FillTurned {
  FactoredMixture mixture;
  Matrix a;
  Cube turned;

  KOKKOS_FUNCTION void operator()(Index index) const {
    const int m = a.extent_int(0), d = a.extent_int(1);
    const int k = static_cast<int>(index / m), i = static_cast<int>(index % m);
    for (int e = 0; e < d; ++e) {
      Real sum = 0;
      for (int l = 0; l < d; ++l) sum = Kokkos::fma(a(i, l), mixture.eigenvectors(k, l, e), sum);
      turned(k, i, e) = sum;
    }
  }
};

/// Row k of A C_k Aᵀ, lower triangle; of isotropic covariances the one row A Aᵀ.
///   cost  m² D/2 multiply-adds per component
struct FillObservedWithin {
  MixtureTables tables;
  ObservedDirections directions;

  KOKKOS_FUNCTION void operator()(Index index) const {
    const Matrix& a = directions.a;
    const int k = static_cast<int>(index), m = a.extent_int(0), d = a.extent_int(1);
    const CovarianceKind kind = tables.mixture.kind;
    for (int i = 0; i < m; ++i)
      for (int j = 0; j <= i; ++j) {
        Real sum = 0;
        for (int e = 0; e < d; ++e) {
          const bool is_full = kind == CovarianceKind::full;
          const Real c =
              kind == CovarianceKind::isotropic ? Real(1) : inner_eigenvalue(tables, k, e);
          const Real left = is_full ? directions.turned(k, i, e) : a(i, e);
          const Real right = is_full ? directions.turned(k, j, e) : a(j, e);
          sum = Kokkos::fma(left * c, right, sum);
        }
        directions.within(k, pair_index(i, j)) = sum;
      }
  }
};

/// Σ r_k (A C_k Aᵀ + p_k p_kᵀ) with p_k = A (m_k − ẑ_0).
template <CovarianceKind kind, int dimension>
struct ObservedCovariance {
  static constexpr int W = block_width, D = dimension;
  static constexpr bool has_own_rows = true;
  static constexpr bool is_isotropic = kind == CovarianceKind::isotropic;
  static constexpr int center = 1, arrays = kind == CovarianceKind::full ? 4 : 3;
  using BlockRows = Rows<D, W, arrays>;  // 0 z, 1 ẑ_0, 2 m_k − ẑ_0, 3 scratch of `full`

  MixtureTables tables;
  Matrix a, inner_k, z, denoised;
  Cube out;

  /// Sums over components: moments Σ w (A C Aᵀ + p pᵀ), without A C Aᵀ for isotropic covariances,
  /// which have inside = Σ w c, C = c I; seen is p.
  struct Sums {
    WorkRows moments, seen;
    Lanes<W> inside;
    KOKKOS_FUNCTION void take(const WorkRows& own, const ObservedCovariance& kernel) {
      seen = own;
      moments = {own(kernel.a.extent_int(0)), own.stride};
    }
  };

  static void launch(const Exec& exec, const MixtureTables& tables,
                     const ObservedDirections& directions, const Matrix& z, const Matrix& denoised,
                     const Cube& out) {
    BlockLoop<ObservedCovariance>::launch(
        exec, "plumbline::mixture::observed_covariance",
        ObservedCovariance{tables, directions.a, directions.within, z, denoised, out});
  }

  /// seen, moments
  KOKKOS_FUNCTION int own_rows() const {
    const int m = a.extent_int(0);
    return m + m * (m + 1) / 2;
  }
  KOKKOS_FUNCTION Index row(Index n) const { return n; }
  KOKKOS_FUNCTION int width() const { return D > 0 ? D : tables.mixture.dimension; }
  KOKKOS_FUNCTION void load(Index first, BlockRows& rows, Sums&) const {
    detail::load<W>(z, first, width(), rows);
    detail::load<W>(denoised, first, width(), rows, center);
  }

  KOKKOS_FUNCTION void stream(BlockRows& rows, LogSumBlock<W>& s, Sums& sums,
                              const Owner<W>* owner) const {
    const int d = width(), m = a.extent_int(0), pairs = m * (m + 1) / 2;
    for (int i = 0; i < pairs; ++i)
      for (int w = 0; w < W; ++w) sums.moments(i)[w] = 0;
    sums.inside = {};
    for (int k = 0; k < tables.mixture.components; ++k) {
      const Lanes<W> q = mahalanobis<kind, W>(tables, k, d, rows);
      s.add(tables.log_const(k), q);
      if (owner) obey(*owner, k, s);
      if (!any_heard(s)) continue;
      if (any_grows(s)) {
        for (int i = 0; i < pairs; ++i) rescale(s, sums.moments(i));
        rescale(s, sums.inside.v);
      }
      Lanes<W> along = deviation<kind, W>(tables, k, d, center, center, rows);
      if (owner) forget_deviation(*owner, d, rows, along);
      add(k, s, rows, sums);
    }
  }

  KOKKOS_FUNCTION void add(int k, const LogSumBlock<W>& s, BlockRows& rows, Sums& sums) const {
    const int m = a.extent_int(0);
    for (int i = 0; i < m; ++i) {
      Lanes<W> p = {};
      for (int l = 0; l < width(); ++l) {
        const Real factor = a(i, l);
        const Real* delta = rows(2, l);
#pragma omp simd
        for (int w = 0; w < W; ++w) p[w] = Kokkos::fma(factor, delta[w], p[w]);
      }
      Real* seen = sums.seen(i);
      for (int w = 0; w < W; ++w) seen[w] = p[w];
      for (int w = 0; w < W; ++w) p[w] *= s.weight[w];
      for (int j = 0; j <= i; ++j) {
        const Real c = is_isotropic ? Real(0) : inner_k(k, pair_index(i, j));
        const Real* other = sums.seen(j);
        Real* sum = sums.moments(pair_index(i, j));
#pragma omp simd
        for (int w = 0; w < W; ++w)
          sum[w] = Kokkos::fma(p[w], other[w], Kokkos::fma(s.weight[w], c, sum[w]));
      }
    }
    if constexpr (is_isotropic) {
      const Real c = inner_eigenvalue(tables, k, 0);
      for (int w = 0; w < W; ++w) sums.inside[w] = Kokkos::fma(s.weight[w], c, sums.inside[w]);
    }
  }

  KOKKOS_FUNCTION void store(Index first, BlockRows&, const LogSumBlock<W>& s,
                             const Sums& sums) const {
    const int count = lanes_used<W>(z, first);
    for (int i = 0; i < a.extent_int(0); ++i)
      for (int j = 0; j <= i; ++j) {
        const int pair = pair_index(i, j);
        const Real gram = is_isotropic ? inner_k(0, pair) : Real(0);
        for (int w = 0; w < count; ++w)
          out(first + w, i, j) = out(first + w, j, i) =
              Kokkos::fma(sums.inside[w], gram, sums.moments(pair)[w]) / s.sum[w];
      }
  }
};

}  // namespace

ObservedDirections observed_directions(const Exec& exec, const FactoredMixture& mixture,
                                       const Matrix& a) {
  PLUMBLINE_REQUIRE(a.extent_int(1) == mixture.dimension,
                    "observed_directions: A [{}, {}], dimension {}", a.extent(0), a.extent(1),
                    mixture.dimension);
  const Index m = a.extent(0), d = a.extent(1), components = mixture.components;
  const bool is_isotropic = mixture.kind == CovarianceKind::isotropic;
  ObservedDirections out;
  out.a = a;
  out.within = make_matrix("within", is_isotropic ? 1 : components, m * (m + 1) / 2);
  if (mixture.kind == CovarianceKind::full) {
    out.turned = make_cube("turned", components, m, d);
    parallel_over(exec, "plumbline::mixture::observed_turned", components * m,
                  FillTurned{mixture, a, out.turned});
  }
  return out;
}

void look_at(const Exec& exec, const MixtureTables& tables, const ObservedDirections& directions) {
  parallel_over(exec, "plumbline::mixture::observed_within", directions.within.extent(0),
                FillObservedWithin{tables, directions});
}

void observed_covariance(const Exec& exec, const MixtureTables& tables,
                         const ObservedDirections& directions, const Matrix& z,
                         const Matrix& denoised, const Cube& out) {
  require_points("observed_covariance", tables, z);
  const Matrix& a = directions.a;
  PLUMBLINE_REQUIRE(
      a.extent(1) == z.extent(1) && out.extent(1) == a.extent(0) && out.extent(2) == a.extent(0),
      "observed_covariance: A [{}, {}], z [{}, {}], out [{}, {}, {}]", a.extent(0), a.extent(1),
      z.extent(0), z.extent(1), out.extent(0), out.extent(1), out.extent(2));
  launch_for<ObservedCovariance>(tables.mixture, exec, tables, directions, z, denoised, out);
}

}  // namespace plumbline
