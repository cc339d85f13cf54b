// Cov[X | alpha X + sigma ξ = z] u on blocks of points that stream over the components.
// mixture/README §3, §6.
#include "mixture/covariance_product.hpp"

#include "core/errors.hpp"
#include "mixture/detail/deviation.hpp"

namespace plumbline {
namespace {

using namespace detail;

struct ProductTask {
  MixtureTables tables;
  Matrix z, denoised, u, out;  ///< [n, D]
};

/// One block per turn: with δ_k = m_k − ẑ_0, Cov u = Σ r_k (C_k u + δ_k (δ_k·u)).
template <CovarianceKind kind, int D>
struct CovarianceProduct {
  static constexpr int W = block_width;
  static constexpr bool is_full = kind == CovarianceKind::full;
  static constexpr bool is_isotropic = kind == CovarianceKind::isotropic;
  // Arrays of rows: 0 z, 1 the sum, 2 δ_k; `full` also 3 and turned, scratch of its eigenbasis.
  static constexpr int sum = 1, center = is_full ? 4 : 3, given = center + 1, turned = center + 2;
  static constexpr int arrays = is_full ? turned + 1 : given + 1;
  using BlockRows = Rows<D, W, arrays>;

  ProductTask task;
  Work work;  // D = 0 only

  static void launch(const Exec& exec, const ProductTask& task) {
    const Index blocks = (task.z.extent(0) + W - 1) / W;
    Work work;
    if (D == 0) work = make_work(exec, blocks, Index(arrays) * task.z.extent(1), W);
    parallel_over(exec, "plumbline::mixture::covariance_product", D == 0 ? work.slots : blocks,
                  CovarianceProduct{task, work});
  }

  KOKKOS_FUNCTION void operator()(Index slot) const {
    if constexpr (D > 0) {
      BlockRows rows;
      evaluate(slot * W, rows);
    } else {
      BlockRows rows{work.data.data() + slot * work.offset, dimension(), work.stride};
      const BlockRange blocks = work.share(slot, (task.z.extent(0) + W - 1) / W);
      for (Index block = blocks.first; block < blocks.last; block += blocks.step)
        evaluate(block * W, rows);
    }
  }

  KOKKOS_FUNCTION int dimension() const { return D > 0 ? D : task.tables.mixture.dimension; }

  PLUMBLINE_OUTLINED_ON_HOST KOKKOS_FUNCTION void evaluate(Index first, BlockRows& rows) const {
    load<W>(task.z, first, dimension(), rows);
    load<W>(task.denoised, first, dimension(), rows, center);
    load<W>(task.u, first, dimension(), rows, given);
    LogSumBlock<W> s;
    Lanes<W> inside;
    Owner<W> owner;
    for (const Owner<W>* heard = nullptr;; heard = &owner) {  // a second pass only for far points
      stream(rows, s, inside, heard);
      if (heard || !unheard(s)) break;
      owner = owners(task.tables, task.z, first, s);
    }
    store(first, rows, s, inside);
  }

  /// One pass over the components; `inside` is Σ w c of isotropic covariances, C_k = c I.
  KOKKOS_FUNCTION void stream(BlockRows& rows, LogSumBlock<W>& s, Lanes<W>& inside,
                              const Owner<W>* owner) const {
    const int d = dimension();
    s = LogSumBlock<W>();
    inside = {};
    for (int i = 0; i < d; ++i)
      for (int w = 0; w < W; ++w) rows(sum, i)[w] = 0;
    for (int k = 0; k < task.tables.mixture.components; ++k) {
      const Lanes<W> q = mahalanobis<kind, W>(task.tables, k, d, rows);
      s.add(task.tables.log_const(k), q);
      if (owner) obey(*owner, k, s);
      if (!any_heard(s)) continue;
      if (any_grows(s)) {
        for (int i = 0; i < d; ++i) rescale(s, rows(sum, i));
        rescale(s, inside.v);
      }
      Lanes<W> along = deviation<kind, W>(task.tables, k, d, center, given, rows);
      if (owner) forget_deviation(*owner, d, rows, along);
      for (int w = 0; w < W; ++w) along[w] *= s.weight[w];
      add(k, s, along, rows, inside);
    }
    if (owner) resign(*owner, s);
  }

  /// sum += w (C_k u + δ (δ·u)); along = w δ·u.
  KOKKOS_FUNCTION void add(int k, const LogSumBlock<W>& s, const Lanes<W>& along, BlockRows& rows,
                           Lanes<W>& inside) const {
    const int d = dimension();
    if constexpr (is_full) {
      rotate_in<W>(task.tables.mixture.eigenvectors, k, d, rows, given, turned);
      for (int j = 0; j < d; ++j) {
        const Real c = inner_eigenvalue(task.tables, k, j);
        Real* y = rows(turned, j);
#pragma omp simd
        for (int w = 0; w < W; ++w) y[w] *= s.weight[w] * c;
      }
      rotate_out<W>(task.tables.mixture.eigenvectors, k, d, all_lanes<W>(), rows, turned, sum);
    }
    if constexpr (is_isotropic) {
      const Real c = inner_eigenvalue(task.tables, k, 0);
#pragma omp simd
      for (int w = 0; w < W; ++w) inside[w] = Kokkos::fma(s.weight[w], c, inside[w]);
    }
    for (int i = 0; i < d; ++i) {
      const Real *delta = rows(2, i), *u = rows(given, i);
      Real* acc = rows(sum, i);
      if constexpr (kind == CovarianceKind::diagonal) {
        const Real c = inner_eigenvalue(task.tables, k, i);
#pragma omp simd
        for (int w = 0; w < W; ++w) acc[w] = Kokkos::fma(s.weight[w] * c, u[w], acc[w]);
      }
#pragma omp simd
      for (int w = 0; w < W; ++w) acc[w] = Kokkos::fma(along[w], delta[w], acc[w]);
    }
  }

  KOKKOS_FUNCTION void store(Index first, BlockRows& rows, const LogSumBlock<W>& s,
                             const Lanes<W>& inside) const {
    const Index rest = task.z.extent(0) - first;
    const int count = rest < W ? static_cast<int>(rest) : W;
    for (int i = 0; i < dimension(); ++i)
      for (int w = 0; w < count; ++w)
        task.out(first + w, i) =
            Kokkos::fma(inside[w], rows(given, i)[w], rows(sum, i)[w]) / s.sum[w];
  }
};

/// The dimensions of `log_density`'s kernels.
template <CovarianceKind kind>
void launch_product(const Exec& exec, const ProductTask& task) {
  switch (task.tables.mixture.dimension) {
    case 1:
      return CovarianceProduct<kind, 1>::launch(exec, task);
    case 2:
      return CovarianceProduct<kind, 2>::launch(exec, task);
    case 3:
      return CovarianceProduct<kind, 3>::launch(exec, task);
    case 4:
      return CovarianceProduct<kind, 4>::launch(exec, task);
    case 8:
      return CovarianceProduct<kind, 8>::launch(exec, task);
    case 10:
      return CovarianceProduct<kind, 10>::launch(exec, task);
    default:
      return CovarianceProduct<kind, 0>::launch(exec, task);
  }
}

}  // namespace

void covariance_product(const Exec& exec, const MixtureTables& tables, const Matrix& z,
                        const Matrix& denoised, const Matrix& u, const Matrix& out) {
  PLUMBLINE_REQUIRE(has_density(tables),
                    "covariance_product: some covariance is singular at noise variance {}",
                    tables.level.variance);
  PLUMBLINE_REQUIRE(z.extent_int(1) == tables.mixture.dimension && u.extent(0) == z.extent(0) &&
                        u.extent(1) == z.extent(1),
                    "covariance_product: z [{}, {}], u [{}, {}], dimension {}", z.extent(0),
                    z.extent(1), u.extent(0), u.extent(1), tables.mixture.dimension);
  const ProductTask task{tables, z, denoised, u, out};
  switch (tables.mixture.kind) {
    case CovarianceKind::isotropic:
      return launch_product<CovarianceKind::isotropic>(exec, task);
    case CovarianceKind::diagonal:
      return launch_product<CovarianceKind::diagonal>(exec, task);
    case CovarianceKind::full:
      return launch_product<CovarianceKind::full>(exec, task);
  }
}

}  // namespace plumbline
