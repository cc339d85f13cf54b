// Stable sorts of one row, with the numbers that travel along. Plain loops, so that a row per index
// runs on every backend.
#pragma once

#include "core/math.hpp"

namespace plumbline {

/// Sorts key[0…n−1] ascending and moves payload alongside; scratch arrays of the same length.
/// payload may be null.   requires no NaN.   cost  n log₂(n/8) moves and comparisons
KOKKOS_INLINE_FUNCTION void merge_sort(Real* key, Real* payload, Real* key_scratch,
                                       Real* payload_scratch, Index n) {
  constexpr Index run = 8;
  for (Index begin = 0; begin < n; begin += run) {  // insertion sort of short runs
    const Index end = begin + run < n ? begin + run : n;
    for (Index i = begin + 1; i < end; ++i) {
      const Real k = key[i], p = payload ? payload[i] : 0;
      Index at = i;
      for (; at > begin && key[at - 1] > k; --at) {
        key[at] = key[at - 1];
        if (payload) payload[at] = payload[at - 1];
      }
      key[at] = k;
      if (payload) payload[at] = p;
    }
  }
  Real *from = key, *to = key_scratch, *from_payload = payload, *to_payload = payload_scratch;
  for (Index width = run; width < n; width *= 2) {
    for (Index begin = 0; begin < n; begin += 2 * width) {
      const Index middle = begin + width < n ? begin + width : n;
      const Index end = begin + 2 * width < n ? begin + 2 * width : n;
      Index left = begin, right = middle, out = begin;
      while (left < middle && right < end) {  // selects, not branches: the outcome is a coin flip
        const bool take_left = from[left] <= from[right];
        const Index source = take_left ? left : right;
        to[out] = from[source];
        if (payload) to_payload[out] = from_payload[source];
        left += take_left;
        right += !take_left;
        ++out;
      }
      for (; out < end; ++out) {
        const Index source = left < middle ? left++ : right++;
        to[out] = from[source];
        if (payload) to_payload[out] = from_payload[source];
      }
    }
    Kokkos::kokkos_swap(from, to);
    Kokkos::kokkos_swap(from_payload, to_payload);
  }
  if (from == key) return;
  for (Index i = 0; i < n; ++i) {
    key[i] = from[i];
    if (payload) payload[i] = from_payload[i];
  }
}

/// The bits of x as an unsigned number that grows with x.
KOKKOS_INLINE_FUNCTION std::uint64_t ordered_bits(Real x) {
  const std::uint64_t b = math::bits_of(x), sign = std::uint64_t{1} << 63;
  return (b & sign) != 0 ? ~b : b | sign;
}

/// What merge_sort does, faster for long rows: the numbers are ordered by their leading 33 bits,
/// eleven at a time from the last to the first, by counting; the way back from scratch is an
/// insertion, which finds next to nothing to do unless the numbers cluster within 2⁻²¹ of each
/// other. Then a merge sort finishes.
///   requires no NaN, n < 2³².   cost  3 passes of moves over 2048 streams; 24 KiB of counters
KOKKOS_INLINE_FUNCTION void radix_sort(Real* key, Real* payload, Real* key_scratch,
                                       Real* payload_scratch, Index n) {
  constexpr int passes = 3, digit = 11, dropped = 64 - passes * digit;
  constexpr std::uint64_t mask = (1 << digit) - 1;
  std::uint32_t start[passes][mask + 1] = {};
  for (Index i = 0; i < n; ++i) {
    const std::uint64_t b = ordered_bits(key[i]) >> dropped;
    for (int pass = 0; pass < passes; ++pass) ++start[pass][b >> (digit * pass) & mask];
  }
  Real *from = key, *to = key_scratch, *from_payload = payload, *to_payload = payload_scratch;
  for (int pass = 0; pass < passes; ++pass) {  // an odd number: the result is in scratch
    std::uint32_t below = 0;
    for (std::uint32_t& at : start[pass]) {
      const std::uint32_t count = at;
      at = below;
      below += count;
    }
    const int shift = dropped + digit * pass;
    for (Index i = 0; i < n; ++i) {
      const std::uint32_t out = start[pass][ordered_bits(from[i]) >> shift & mask]++;
      to[out] = from[i];
      if (payload) to_payload[out] = from_payload[i];
    }
    Kokkos::kokkos_swap(from, to);
    Kokkos::kokkos_swap(from_payload, to_payload);
  }
  Index moves = 0;
  for (Index i = 0; i < n; ++i) {
    const Real k = key_scratch[i], p = payload ? payload_scratch[i] : 0;
    Index at = i;
    if (moves < 8 * n)
      for (; at > 0 && key[at - 1] > k; --at, ++moves) {
        key[at] = key[at - 1];
        if (payload) payload[at] = payload[at - 1];
      }
    key[at] = k;
    if (payload) payload[at] = p;
  }
  if (moves >= 8 * n) merge_sort(key, payload, key_scratch, payload_scratch, n);
}

/// The faster of the two: counting on a host core from about a thousand numbers on.
KOKKOS_INLINE_FUNCTION void sort_row(Real* key, Real* payload, Real* key_scratch,
                                     Real* payload_scratch, Index n) {
  if constexpr (on_host) {
    if (n >= 1024) return radix_sort(key, payload, key_scratch, payload_scratch, n);
  }
  merge_sort(key, payload, key_scratch, payload_scratch, n);
}

}  // namespace plumbline
