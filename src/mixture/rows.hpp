// Where a block of W points keeps its coordinates: structure of arrays, row i holds coordinate i of
// the W points. On the stack when the dimension is known at compile time, in a work array
// otherwise.
#pragma once

#include <algorithm>

#include "core/kokkos.hpp"

namespace plumbline::detail {

/// `arrays` arrays of D rows of W numbers; D = 0 means known at run time only.
template <int D, int W, int arrays>
struct Rows {
  Real data[arrays][D][W];
  KOKKOS_INLINE_FUNCTION Real* operator()(int array, int i) { return data[array][i]; }
};

template <int W, int arrays>
struct Rows<0, W, arrays> {
  Real* data;
  int dimension;
  Index stride;  ///< from row to row: W on a host; slots on a GPU, so that neighbours coalesce
  KOKKOS_INLINE_FUNCTION Real* operator()(int array, int i) {
    return data + (Index(array) * dimension + i) * stride;
  }
};

/// Rows of W numbers that are not coordinates: one per component, say, in a work array.
struct WorkRows {
  Real* data;
  Index stride;
  KOKKOS_INLINE_FUNCTION Real* operator()(int row) const { return data + row * stride; }
};

/// One array of block rows, row by row.
template <int D, int W, int arrays>
KOKKOS_INLINE_FUNCTION WorkRows array_rows(Rows<D, W, arrays>& rows, int array) {
  if constexpr (D > 0)
    return {rows(array, 0), W};
  else
    return {rows(array, 0), rows.stride};
}

/// Blocks first, first + step, … below last.
struct BlockRange {
  Index first, last, step;
};

/// Work space for kernels whose per-block storage is known at run time only: `slots` kernel indices
/// share the blocks, and each reuses its own storage. Bits do not depend on how many.
struct Work {
  Vector data;
  Index slots = 0;   ///< kernel indices to launch
  Index stride = 1;  ///< from row to row
  Index offset = 0;  ///< from slot to slot

  /// The blocks of one slot: neighbours in memory on a host, neighbours in time on a GPU.
  KOKKOS_INLINE_FUNCTION BlockRange share(Index slot, Index blocks) const {
    if (on_host) return {slot * blocks / slots, (slot + 1) * blocks / slots, 1};
    return {slot, blocks, slots};
  }
};

/// The rows of a block for `Rows<D, W, arrays>`: on the stack, or the part of the slot's work that
/// follows its first `before` rows.
template <int D, int W, int arrays>
KOKKOS_INLINE_FUNCTION Rows<D, W, arrays> block_rows(const Work& work, Index slot, int before,
                                                     int dimension) {
  if constexpr (D > 0)
    return {};
  else
    return {work.data.data() + slot * work.offset + before * work.stride, dimension, work.stride};
}

/// Work for `rows` rows of `width` numbers for each of at most `blocks` blocks in flight. 256 MB at
/// most, and no more slots than keep every thread busy.
inline Work make_work(const Exec& exec, Index blocks, Index rows, int width) {
  constexpr Index budget = Index(1) << 25;  // numbers
  const Index busy = Index(exec.concurrency()) * (on_host ? 8 : 1);
  const Index fits = std::max(Index(1), budget / std::max(Index(1), rows * width));
  Work work;
  work.slots = std::min({blocks, busy, fits});
  work.stride = on_host ? width : work.slots * width;
  work.offset = on_host ? rows * width : width;
  work.data = make_vector("plumbline::mixture::work", work.slots * rows * width);
  return work;
}

}  // namespace plumbline::detail
