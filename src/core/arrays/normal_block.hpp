// Normals for a block of consecutive rows at once: the vectorised form of rng.normal, the same
// bits.
#pragma once

#include "core/rng.hpp"

namespace plumbline {

/// The rows of one index of a kernel that runs an index per block of `block_width` rows.
struct RowBlock {
  Index begin;
  int width;  ///< block_width, less in the last block
};
KOKKOS_INLINE_FUNCTION RowBlock row_block(Index block, Index rows) {
  const Index begin = block * block_width;
  return {begin, static_cast<int>(Kokkos::min<Index>(block_width, rows - begin))};
}
inline Index row_blocks(Index rows) {
  return (rows + block_width - 1) / block_width;
}

/// Standard normals of chains first_chain + 0 … block_width − 1 by slot. Slots 2b and 2b + 1 come
/// from one Philox block, which is kept until another is asked for: ask in ascending order.
class NormalBlock {
 public:
  KOKKOS_INLINE_FUNCTION NormalBlock(const Rng& rng, std::uint64_t first_chain, std::uint32_t step)
      : rng_(rng), first_chain_(first_chain), step_(step) {}

  /// [block_width]
  KOKKOS_INLINE_FUNCTION const Real* slot(int i) {
    if (i / 2 != pair_) {
      pair_ = i / 2;
      normal_pairs<block_width>(rng_, first_chain_, step_, pair_, normals_[0], normals_[1]);
    }
    return normals_[i % 2];
  }

 private:
  Rng rng_;
  std::uint64_t first_chain_;
  std::uint32_t step_;
  int pair_ = -1;
  Real normals_[2][block_width] = {};
};

}  // namespace plumbline
