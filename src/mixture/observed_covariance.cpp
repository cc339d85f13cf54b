// A Cov[X | alpha X + sigma ξ = z] Aᵀ on blocks of points that stream over the components.
// mixture/README §3, §6.
#include "core/errors.hpp"
#include "mixture/covariance_product.hpp"
#include "mixture/detail/deviation.hpp"

namespace plumbline {
namespace {

using namespace detail;

/// Entry of the pair i ≥ j in a lower triangle.
KOKKOS_INLINE_FUNCTION int pair_index(int i, int j) {
  return i * (i + 1) / 2 + j;
}

/// Row k of A C_k Aᵀ, lower triangle; of isotropic covariances the one row A Aᵀ.
///   shapes  turned, A U_k [K, m, D] work of full ones;  out [K, m (m + 1)/2]
///   cost  m D (D + m) multiply-adds per component
struct FillObservedWithin {
  MixtureTables tables;
  Matrix a;
  Cube turned;
  Matrix out;

  KOKKOS_FUNCTION void operator()(Index index) const {
    const int k = static_cast<int>(index), m = a.extent_int(0), d = a.extent_int(1);
    const CovarianceKind kind = tables.mixture.kind;
    if (kind == CovarianceKind::full)
      for (int i = 0; i < m; ++i)
        for (int e = 0; e < d; ++e) {
          turned(k, i, e) = 0;
          for (int l = 0; l < d; ++l)
            turned(k, i, e) =
                Kokkos::fma(a(i, l), tables.mixture.eigenvectors(k, l, e), turned(k, i, e));
        }
    for (int i = 0; i < m; ++i)
      for (int j = 0; j <= i; ++j) {
        Real sum = 0;
        for (int e = 0; e < d; ++e) {
          const Real c =
              kind == CovarianceKind::isotropic ? Real(1) : inner_eigenvalue(tables, k, e);
          const Real left = kind == CovarianceKind::full ? turned(k, i, e) : a(i, e);
          const Real right = kind == CovarianceKind::full ? turned(k, j, e) : a(j, e);
          sum = Kokkos::fma(left * c, right, sum);
        }
        out(k, pair_index(i, j)) = sum;
      }
  }
};

/// One block per turn: Σ r_k (A C_k Aᵀ + p_k p_kᵀ) with p_k = A (m_k − ẑ_0).
template <CovarianceKind kind, int D>
struct ObservedCovariance {
  static constexpr int W = block_width;
  static constexpr bool is_isotropic = kind == CovarianceKind::isotropic;
  static constexpr int center = 1, arrays = kind == CovarianceKind::full ? 4 : 3;
  using BlockRows = Rows<D, W, arrays>;  // 0 z, 1 ẑ_0, 2 m_k − ẑ_0, 3 scratch of `full`

  MixtureTables tables;
  Matrix a, inner_k, z, denoised;
  Cube out;
  Work work;

  /// Sums over components: moments Σ w (A C Aᵀ + p pᵀ), without A C Aᵀ for isotropic covariances,
  /// which have inside = Σ w c, C = c I; seen is p.
  struct Sums {
    WorkRows moments, seen;
    Lanes<W> inside;
  };

  KOKKOS_FUNCTION int dimension() const { return D > 0 ? D : tables.mixture.dimension; }

  /// Rows of work: seen, moments, and coordinates where D is known at run time only.
  static Index work_rows(int d, int m) {
    return m + Index(m) * (m + 1) / 2 + Index(D > 0 ? 0 : arrays) * d;
  }

  KOKKOS_FUNCTION void operator()(Index slot) const {
    const int m = a.extent_int(0), pairs = m * (m + 1) / 2;
    Real* const own = work.data.data() + slot * work.offset;
    Sums sums{{own + m * work.stride, work.stride}, {own, work.stride}, {}};
    auto rows = block_rows<D, W, arrays>(work, slot, m + pairs, dimension());
    const BlockRange blocks = work.share(slot, (z.extent(0) + W - 1) / W);
    for (Index block = blocks.first; block < blocks.last; block += blocks.step)
      evaluate(block * W, rows, sums);
  }

  PLUMBLINE_OUTLINED_ON_HOST KOKKOS_FUNCTION void evaluate(Index first, BlockRows& rows,
                                                           Sums& sums) const {
    load<W>(z, first, dimension(), rows);
    load<W>(denoised, first, dimension(), rows, center);
    LogSumBlock<W> s;
    Owner<W> owner;
    for (const Owner<W>* heard = nullptr;; heard = &owner) {  // a second pass only for far points
      stream(rows, s, sums, heard);
      if (heard || !unheard(s)) break;
      owner = owners(tables, z, first, s);
    }
    store(first, s, sums);
  }

  KOKKOS_FUNCTION void stream(BlockRows& rows, LogSumBlock<W>& s, Sums& sums,
                              const Owner<W>* owner) const {
    const int d = dimension(), m = a.extent_int(0), pairs = m * (m + 1) / 2;
    s = LogSumBlock<W>();
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
    if (owner) resign(*owner, s);
  }

  KOKKOS_FUNCTION void add(int k, const LogSumBlock<W>& s, BlockRows& rows, Sums& sums) const {
    const int m = a.extent_int(0);
    for (int i = 0; i < m; ++i) {
      Lanes<W> p = {};
      for (int l = 0; l < dimension(); ++l) {
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

  KOKKOS_FUNCTION void store(Index first, const LogSumBlock<W>& s, Sums& sums) const {
    const Index rest = z.extent(0) - first;
    const int count = rest < W ? static_cast<int>(rest) : W;
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

struct ObservedTask {
  MixtureTables tables;
  Matrix a, z, denoised;
  Cube out;
};

template <CovarianceKind kind, int D>
void launch_observed(const Exec& exec, const ObservedTask& task) {
  using Kernel = ObservedCovariance<kind, D>;
  const Index d = task.a.extent(1), m = task.a.extent(0);
  const Index components = kind == CovarianceKind::isotropic ? 1 : task.tables.mixture.components;
  const Index blocks = (task.z.extent(0) + Kernel::W - 1) / Kernel::W;
  const Index rows = Kernel::work_rows(static_cast<int>(d), static_cast<int>(m));
  Work work = make_work(exec, blocks, rows, Kernel::W);
  // the tables of this level lie behind the work of the slots
  const Index used = work.slots * rows * Kernel::W, pairs = m * (m + 1) / 2;
  const Index turns = kind == CovarianceKind::full ? components * m * d : 0;
  work.data = scratch(used + components * pairs + turns);
  const Matrix inner_k(work.data.data() + used, components, pairs);
  const Cube turned(work.data.data() + used + components * pairs, turns > 0 ? components : 0, m, d);
  parallel_over(exec, "plumbline::mixture::observed_within", components,
                FillObservedWithin{task.tables, task.a, turned, inner_k});
  parallel_over(exec, "plumbline::mixture::observed_covariance", work.slots,
                Kernel{task.tables, task.a, inner_k, task.z, task.denoised, task.out, work});
}

template <CovarianceKind kind>
void dispatch_observed(const Exec& exec, const ObservedTask& task) {
  switch (task.tables.mixture.dimension) {
    case 1:
      return launch_observed<kind, 1>(exec, task);
    case 2:
      return launch_observed<kind, 2>(exec, task);
    case 3:
      return launch_observed<kind, 3>(exec, task);
    case 4:
      return launch_observed<kind, 4>(exec, task);
    default:
      return launch_observed<kind, 0>(exec, task);
  }
}

}  // namespace

void observed_covariance(const Exec& exec, const MixtureTables& tables, const Matrix& a,
                         const Matrix& z, const Matrix& denoised, const Cube& out) {
  PLUMBLINE_REQUIRE(has_density(tables),
                    "observed_covariance: some covariance is singular at noise variance {}",
                    tables.level.variance);
  PLUMBLINE_REQUIRE(a.extent_int(1) == tables.mixture.dimension && z.extent(1) == a.extent(1) &&
                        out.extent(1) == a.extent(0) && out.extent(2) == a.extent(0),
                    "observed_covariance: A [{}, {}], z [{}, {}], dimension {}", a.extent(0),
                    a.extent(1), z.extent(0), z.extent(1), tables.mixture.dimension);
  const ObservedTask task{tables, a, z, denoised, out};
  switch (tables.mixture.kind) {
    case CovarianceKind::isotropic:
      return dispatch_observed<CovarianceKind::isotropic>(exec, task);
    case CovarianceKind::diagonal:
      return dispatch_observed<CovarianceKind::diagonal>(exec, task);
    case CovarianceKind::full:
      return dispatch_observed<CovarianceKind::full>(exec, task);
  }
}

}  // namespace plumbline
