// Counter-based random numbers: a draw is a pure function of (key, chain, step, slot).
// Philox4x32-10 (Salmon et al. 2011) from Random123. No state, so no order, thread count or batch
// size matters.
#pragma once

#include <string_view>

#include "core/kokkos.hpp"
#include "core/math.hpp"

namespace plumbline {

/// Two independent draws: one Philox block gives 128 bits, two doubles.
struct Pair {
  Real first, second;
};

/// A stream of random numbers named by a 64-bit key. Copy it freely.
///
/// The 128-bit counter is (chain 64 | step 32 | slot 32) and cannot wrap: chain numbers particles
/// or draws, step the time steps, slot the coordinates. Slots 2b and 2b + 1 share one block.
class Rng {
 public:
  /// The root stream of a seed.
  static Rng from_seed(std::uint64_t seed);

  /// An independent stream by name ("resample", "path") or by number (replicate, hash of a
  /// problem).
  Rng stream(std::string_view name) const;
  Rng stream(std::uint64_t number) const;

  std::uint64_t key() const { return key_; }

  /// 64 uniform bits; the known-answer tests check these.
  KOKKOS_INLINE_FUNCTION std::uint64_t bits(std::uint64_t chain, std::uint32_t step,
                                            std::uint32_t slot) const;
  /// Uniform on (0, 1): never 0, never 1.
  KOKKOS_INLINE_FUNCTION Real uniform(std::uint64_t chain, std::uint32_t step,
                                      std::uint32_t slot) const;
  /// Standard normal (Box–Muller over slots 2b, 2b + 1).
  KOKKOS_INLINE_FUNCTION Real normal(std::uint64_t chain, std::uint32_t step,
                                     std::uint32_t slot) const;
  /// Both uniforms / normals of slots 2b and 2b + 1 at the price of one block.
  KOKKOS_INLINE_FUNCTION Pair uniform_pair(std::uint64_t chain, std::uint32_t step,
                                           std::uint32_t b) const;
  KOKKOS_INLINE_FUNCTION Pair normal_pair(std::uint64_t chain, std::uint32_t step,
                                          std::uint32_t b) const;

 private:
  explicit Rng(std::uint64_t key) : key_(key) {}
  std::uint64_t key_;
};

/// x(n, i) = rng.normal(first_chain + n, step, i).   shapes  x [n, d]
void fill_normal(const Exec& exec, Rng rng, std::uint32_t step, const Matrix& x,
                 std::uint64_t first_chain = 0);

}  // namespace plumbline
