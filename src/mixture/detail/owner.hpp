// Points so far out that the densities of all components underflow: the nearest component owns
// them. For kernels that stream a block of points over the components. mixture/README §5.
#pragma once

#include <limits>

#include "mixture/block.hpp"

namespace plumbline::detail {

/// The component that alone counts for a lane; −1: all do.
template <int W>
struct Owner {
  int of[W];
};

/// Of the points first…first + W − 1 of a kernel (block_loop.hpp) after a pass over the components
/// that left `s`.
template <int W, class Kernel>
KOKKOS_INLINE_FUNCTION Owner<W> owners(const Kernel& kernel, Index first, const LogSumBlock<W>& s) {
  Owner<W> owner;
  for (int w = 0; w < W; ++w) {
    const Index last = kernel.z.extent(0) - 1;
    const RowPoint point{kernel.z, kernel.row(first + w < last ? first + w : last)};
    owner.of[w] = s.sum[w] == 0 ? nearest_component(kernel.tables, point) : -1;
  }
  return owner;
}

/// True when some lane heard nothing, or is not finite: a second pass, with owners, is due.
template <int W>
KOKKOS_INLINE_FUNCTION bool unheard(const LogSumBlock<W>& s) {
  bool far = false;
  for (int w = 0; w < W; ++w) far = far || !(s.sum[w] > 0);
  return far;
}

/// In the second pass, after `s.add` of component k: lanes with an owner hear that only.
template <int W>
KOKKOS_INLINE_FUNCTION void obey(const Owner<W>& owner, int k, LogSumBlock<W>& s) {
  for (int w = 0; w < W; ++w)
    if (owner.of[w] >= 0) {
      s.weight[w] = owner.of[w] == k ? 1 : 0;
      s.keep[w] = s.sum[w] = 1;
    }
}

/// The same for the weights of `count` components from `first` on.
template <int W>
KOKKOS_INLINE_FUNCTION void obey_chunk(const Owner<W>& owner, int first, int count,
                                       Real (*weights)[W], LogSumBlock<W>& s) {
  for (int w = 0; w < W; ++w)
    if (owner.of[w] >= 0) {
      for (int c = 0; c < count; ++c) weights[c][w] = owner.of[w] == first + c ? 1 : 0;
      s.keep[w] = s.sum[w] = 1;
    }
}

/// After it: what is left of a density below the smallest number; NaN where the point is not
/// finite.
template <int W>
KOKKOS_INLINE_FUNCTION void resign(const Owner<W>& owner, LogSumBlock<W>& s) {
  constexpr Real lowest = std::numeric_limits<Real>::lowest();
  for (int w = 0; w < W; ++w) {
    if (owner.of[w] >= 0) s.max[w] = lowest;
    if (!(s.sum[w] > 0)) s.sum[w] = nan;
  }
}

/// True unless a term counts in no lane: far components underflow for a whole block in high
/// dimension.
template <int W>
KOKKOS_INLINE_FUNCTION bool any_nonzero(const Real* weight) {
  int lanes = 0;
  for (int w = 0; w < W; ++w) lanes |= weight[w] != 0;
  return lanes != 0;
}
template <int W>
KOKKOS_INLINE_FUNCTION bool any_heard(const LogSumBlock<W>& s) {
  return any_nonzero<W>(s.weight.v);
}

}  // namespace plumbline::detail
