// Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011): 128 random bits from a 128-bit counter and a
// 64-bit key. Bit for bit Random123's, which the tests hold it to; written out because a block of
// 16 counters takes 1.6 ns each here (6.7 without the AVX2 path) and 10.7 through r123::Philox4x32.
#pragma once

#include "core/kokkos.hpp"

#if defined(__AVX2__) && !defined(__CUDACC__) && !defined(__HIPCC__)
#define PLUMBLINE_PHILOX_AVX2
#include <immintrin.h>
#endif

namespace plumbline::philox {

inline constexpr std::uint32_t multiplier_0 = 0xD2511F53, multiplier_1 = 0xCD9E8D57;
inline constexpr std::uint32_t weyl_0 = 0x9E3779B9, weyl_1 = 0xBB67AE85;  // key schedule
inline constexpr int rounds = 10;

/// A counter, or the 128 bits it maps to.
struct Block {
  std::uint32_t word[4];

  KOKKOS_INLINE_FUNCTION std::uint64_t low() const {
    return word[0] | std::uint64_t{word[1]} << 32;
  }
  KOKKOS_INLINE_FUNCTION std::uint64_t high() const {
    return word[2] | std::uint64_t{word[3]} << 32;
  }
};

/// The counter (chain 64 | step 32 | last 32), low word first.
KOKKOS_INLINE_FUNCTION Block counter(std::uint64_t chain, std::uint32_t step, std::uint32_t last) {
  return {{static_cast<std::uint32_t>(chain), static_cast<std::uint32_t>(chain >> 32), step, last}};
}

/// `Left` rounds; a recursion because gcc does not vectorise loops that still contain one.
template <int Left = rounds>
KOKKOS_INLINE_FUNCTION Block encrypt(const Block& c, std::uint32_t key_0, std::uint32_t key_1) {
  if constexpr (Left == 0) {
    return c;
  } else {
    const std::uint64_t a = std::uint64_t{multiplier_0} * c.word[0];
    const std::uint64_t b = std::uint64_t{multiplier_1} * c.word[2];
    return encrypt<Left - 1>(
        {{static_cast<std::uint32_t>(b >> 32) ^ c.word[1] ^ key_0, static_cast<std::uint32_t>(b),
          static_cast<std::uint32_t>(a >> 32) ^ c.word[3] ^ key_1, static_cast<std::uint32_t>(a)}},
        key_0 + weyl_0, key_1 + weyl_1);
  }
}
KOKKOS_INLINE_FUNCTION Block encrypt(const Block& counter, std::uint64_t key) {
  return encrypt<>(counter, static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32));
}

#ifdef PLUMBLINE_PHILOX_AVX2
/// Four consecutive chains. A 64-bit lane holds one word of one chain in its low half, which is
/// what vpmuludq multiplies; high halves carry rubbish that no operation brings down. gcc has no
/// way to say this in C++: its own 64-bit products take three multiplications each.
inline void encrypt_four(std::uint64_t first_chain, std::uint32_t step, std::uint32_t last,
                         std::uint64_t key, std::uint64_t* low, std::uint64_t* high) {
  const auto all = [](std::uint64_t v) { return _mm256_set1_epi64x(static_cast<long long>(v)); };
  const __m256i chain = _mm256_add_epi64(all(first_chain), _mm256_set_epi64x(3, 2, 1, 0));
  __m256i c0 = chain, c1 = _mm256_srli_epi64(chain, 32), c2 = all(step), c3 = all(last);
  auto key_0 = static_cast<std::uint32_t>(key), key_1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < rounds; ++round, key_0 += weyl_0, key_1 += weyl_1) {
    const __m256i a = _mm256_mul_epu32(all(multiplier_0), c0);
    const __m256i b = _mm256_mul_epu32(all(multiplier_1), c2);
    c0 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(b, 32), c1), all(key_0));
    c2 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(a, 32), c3), all(key_1));
    c1 = b;
    c3 = a;
  }
  const auto store = [](std::uint64_t* to, __m256i low_word, __m256i high_word) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                        _mm256_blend_epi32(low_word, _mm256_slli_epi64(high_word, 32), 0xAA));
  };
  store(low, c0, c1);
  store(high, c2, c3);
}
#endif

/// low() and high() of the blocks of W chains first_chain + 0…W−1.
template <int W>
KOKKOS_INLINE_FUNCTION void encrypt_chains(std::uint64_t first_chain, std::uint32_t step,
                                           std::uint32_t last, std::uint64_t key,
                                           std::uint64_t* low, std::uint64_t* high) {
#ifdef PLUMBLINE_PHILOX_AVX2
  if constexpr (W % 4 == 0) {
    for (int w = 0; w < W; w += 4)
      encrypt_four(first_chain + w, step, last, key, low + w, high + w);
    return;
  }
#endif
#pragma omp simd
  for (int w = 0; w < W; ++w) {
    const Block r = encrypt(counter(first_chain + w, step, last), key);
    low[w] = r.low();
    high[w] = r.high();
  }
}

}  // namespace plumbline::philox
