// The one hot kernel behind log_density, score and denoised: a block of points streams over the
// components with an online log-sum-exp; dispatch on covariance kind and dimension. mixture/README
// §6. Private to mixture/.
#pragma once

#include "core/errors.hpp"
#include "mixture/detail/accumulate.hpp"
#include "mixture/detail/owner.hpp"

namespace plumbline::detail {

/// One block per turn. log_p [n] and out [n, D] may be empty views: then they are not written.
template <CovarianceKind kind, int D, Target target>
struct EvaluateBlocks {
  static constexpr int W = block_width;
  static constexpr int arrays =
      kind == CovarianceKind::full ? 4 : (target == Target::log_density ? 1 : 2);
  using BlockRows = Rows<D, W, arrays>;

  MixtureTables tables;
  Matrix z;
  Vector log_p;
  Matrix out;
  Work work;  // D = 0 only

  KOKKOS_FUNCTION void operator()(Index slot) const {
    if constexpr (D > 0) {
      BlockRows rows;
      evaluate(slot * W, rows);
    } else {
      BlockRows rows{work.data.data() + slot * work.offset, tables.mixture.dimension, work.stride};
      const BlockRange blocks = work.share(slot, (z.extent(0) + W - 1) / W);
      for (Index block = blocks.first; block < blocks.last; block += blocks.step)
        evaluate(block * W, rows);
    }
  }

  // Not inlined: Kokkos calls the functor from several loops, and each copy costs compile time.
  PLUMBLINE_OUTLINED_ON_HOST KOKKOS_FUNCTION void evaluate(Index first, BlockRows& rows) const {
    load<W>(z, first, D > 0 ? D : tables.mixture.dimension, rows);
    LogSumBlock<W> s;
    Lanes<W> pull;
    Owner<W> owner;
    for (const Owner<W>* heard = nullptr;; heard = &owner) {  // a second pass only for far points
      stream(rows, s, pull, heard);
      if (heard || !unheard(s)) break;
      owner = owners(tables, z, first, s);
    }
    store(first, rows, s, pull);
  }

  /// One pass over the components. With `owner` (points so far out that all densities underflow, or
  /// not finite), a lane that has one hears that component only.
  KOKKOS_FUNCTION void stream(BlockRows& rows, LogSumBlock<W>& s, Lanes<W>& pull,
                              const Owner<W>* owner) const {
    const int d = D > 0 ? D : tables.mixture.dimension;
    s = LogSumBlock<W>();
    pull = {};
    if constexpr (target != Target::log_density)
      for (int i = 0; i < d; ++i)
        for (int w = 0; w < W; ++w) rows(1, i)[w] = 0;
    for (int k = 0; k < tables.mixture.components; ++k) {
      const Lanes<W> q = mahalanobis<kind, W>(tables, k, d, rows);
      s.add(tables.log_const(k), q);
      if (owner) obey(*owner, k, s);
      if constexpr (target != Target::log_density) {
        if (D == 0 || D > 4 || kind == CovarianceKind::full)
          if (!any_heard(s)) continue;
      }
      if constexpr (target == Target::score) add_score<kind, W>(tables, k, d, s, rows);
      if constexpr (target == Target::denoised) add_denoised<kind, W>(tables, k, d, s, rows, pull);
    }
    if (owner) resign(*owner, s);
  }

  KOKKOS_FUNCTION void store(Index first, BlockRows& rows, const LogSumBlock<W>& s,
                             const Lanes<W>& pull) const {
    const int d = D > 0 ? D : tables.mixture.dimension;
    const Index rest = z.extent(0) - first;
    const int count = rest < W ? static_cast<int>(rest) : W;
    if (log_p.data()) {
      Lanes<W> value;
#pragma omp simd
      for (int w = 0; w < W; ++w) value[w] = s.max[w] + log(s.sum[w]);
      for (int w = 0; w < count; ++w) log_p(first + w) = value[w];
    }
    if constexpr (target != Target::log_density) {
      for (int i = 0; i < d; ++i)
        for (int w = 0; w < count; ++w)
          out(first + w, i) = Kokkos::fma(pull[w], rows(0, i)[w], rows(1, i)[w]) / s.sum[w];
    }
  }
};

template <Target target, CovarianceKind kind, int D>
void launch_blocks(const Exec& exec, const char* label, const MixtureTables& tables,
                   const Matrix& z, const Vector& log_p, const Matrix& out) {
  using Kernel = EvaluateBlocks<kind, D, target>;
  const Index blocks = (z.extent(0) + Kernel::W - 1) / Kernel::W;
  Work work;
  if (D == 0)
    work = make_work(exec, blocks, Index(Kernel::arrays) * tables.mixture.dimension, Kernel::W);
  parallel_over(exec, label, D == 0 ? work.slots : blocks, Kernel{tables, z, log_p, out, work});
}

/// Dimensions with a kernel of their own: 5 to 15 % faster on a host, no work array on a GPU. The
/// others share the run-time one.
template <Target target, CovarianceKind kind>
void dispatch_dimension(const Exec& exec, const char* label, const MixtureTables& tables,
                        const Matrix& z, const Vector& log_p, const Matrix& out) {
  switch (tables.mixture.dimension) {
    case 1:
      return launch_blocks<target, kind, 1>(exec, label, tables, z, log_p, out);
    case 2:
      return launch_blocks<target, kind, 2>(exec, label, tables, z, log_p, out);
    case 3:
      return launch_blocks<target, kind, 3>(exec, label, tables, z, log_p, out);
    case 4:
      return launch_blocks<target, kind, 4>(exec, label, tables, z, log_p, out);
    case 8:
      return launch_blocks<target, kind, 8>(exec, label, tables, z, log_p, out);
    case 10:
      return launch_blocks<target, kind, 10>(exec, label, tables, z, log_p, out);
    default:
      return launch_blocks<target, kind, 0>(exec, label, tables, z, log_p, out);
  }
}

/// Preconditions and the choice of kernel for one of the public functions of mixture/evaluate.hpp.
template <Target target>
void evaluate_blocks(const Exec& exec, const char* label, const MixtureTables& tables,
                     const Matrix& z, const Vector& log_p, const Matrix& out) {
  PLUMBLINE_REQUIRE(has_density(tables), "{}: some covariance is singular at noise variance {}",
                    label, tables.level.variance);
  PLUMBLINE_REQUIRE(z.extent_int(1) == tables.mixture.dimension, "{}: points in {} dimensions, {}",
                    label, z.extent_int(1), tables.mixture.dimension);
  switch (tables.mixture.kind) {
    case CovarianceKind::isotropic:
      return dispatch_dimension<target, CovarianceKind::isotropic>(exec, label, tables, z, log_p,
                                                                   out);
    case CovarianceKind::diagonal:
      return dispatch_dimension<target, CovarianceKind::diagonal>(exec, label, tables, z, log_p,
                                                                  out);
    case CovarianceKind::full:
      return dispatch_dimension<target, CovarianceKind::full>(exec, label, tables, z, log_p, out);
  }
}

}  // namespace plumbline::detail
