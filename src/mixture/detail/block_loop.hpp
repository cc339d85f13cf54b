// The frame of kernels that stream blocks of points over the components: slots and their work, the
// second pass for points so far out that every density underflows. Private to mixture/.
#pragma once

#include "core/errors.hpp"
#include "mixture/detail/owner.hpp"
#include "mixture/dispatch.hpp"

namespace plumbline::detail {

/// One block per turn. A kernel has
///   W, D, arrays           lanes of a block, dimension (0: at run time), arrays of coordinates
///   BlockRows              = Rows<D, W, arrays>
///   Sums                   what it sums over components, beside the weights
///   tables, z              z [n, D]
///   row(n)                 which row of z is the n-th point
///   own_rows()             rows of work that are not coordinates, if any (has_own_rows); then
///                          sums.take(own, kernel) is told where they are
///   load(first, rows, sums)        points first…first + W − 1
///   stream(rows, s, sums, owner)   one pass over the components; with `owner` a lane that has one
///                          hears that component only
///   store(first, rows, s, sums)
template <class Kernel>
struct BlockLoop {
  static constexpr int W = Kernel::W, D = Kernel::D;
  static constexpr bool works = D == 0 || Kernel::has_own_rows;

  Kernel kernel;
  Work work;

  static void launch(const Exec& exec, const char* label, const Kernel& kernel) {
    const Index blocks = (kernel.z.extent(0) + W - 1) / W;
    const Index coordinates = D > 0 ? 0 : kernel.tables.mixture.dimension;
    Work work;
    if (works) work = make_work(exec, blocks, kernel.own_rows() + Kernel::arrays * coordinates, W);
    parallel_over(exec, label, works ? work.slots : blocks, BlockLoop{kernel, work});
  }

  KOKKOS_FUNCTION void operator()(Index slot) const {
    if constexpr (works) {
      auto rows = block_rows<D, W, Kernel::arrays>(work, slot, kernel.own_rows(),
                                                   kernel.tables.mixture.dimension);
      const WorkRows own = {work.data.data() + slot * work.offset, work.stride};
      const BlockRange blocks = work.share(slot, (kernel.z.extent(0) + W - 1) / W);
      for (Index block = blocks.first; block < blocks.last; block += blocks.step)
        evaluate(block * W, rows, own);
    } else {
      typename Kernel::BlockRows rows;
      evaluate(slot * W, rows, {});
    }
  }

  // Not inlined: Kokkos calls the functor from several loops, and each copy costs compile time.
  PLUMBLINE_OUTLINED_ON_HOST KOKKOS_FUNCTION void evaluate(Index first,
                                                           typename Kernel::BlockRows& rows,
                                                           const WorkRows& own) const {
    typename Kernel::Sums sums = {};
    if constexpr (Kernel::has_own_rows) sums.take(own, kernel);
    kernel.load(first, rows, sums);
    LogSumBlock<W> s;
    Owner<W> owner;
    for (const Owner<W>* heard = nullptr;; heard = &owner) {
      s = LogSumBlock<W>();
      kernel.stream(rows, s, sums, heard);
      if (heard) resign(owner, s);
      if (heard || !unheard(s)) break;
      owner = owners(kernel, first, s);
    }
    kernel.store(first, rows, s, sums);
  }
};

/// What all of them require.
inline void require_points(const char* label, const MixtureTables& tables, const Matrix& z) {
  PLUMBLINE_REQUIRE(has_density(tables), "{}: some covariance is singular at noise variance {}",
                    label, tables.level.variance);
  PLUMBLINE_REQUIRE(z.extent_int(1) == tables.mixture.dimension, "{}: points in {} dimensions, {}",
                    label, z.extent_int(1), tables.mixture.dimension);
}

}  // namespace plumbline::detail
