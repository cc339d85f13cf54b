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

/// A row of numbers and what travels with them, which may be nothing (null).
struct Row {
  Real *key, *payload;
};

/// Insertion sort of n numbers from a row into a row, which may be the same. When that takes more
/// than 8 n moves it only copies the rest, and says false.
KOKKOS_INLINE_FUNCTION bool insert_all(const Row& from, const Row& to, Index n) {
  Index moves = 0;
  for (Index i = 0; i < n; ++i) {
    const Real k = from.key[i], p = to.payload ? from.payload[i] : 0;
    Index at = i;
    if (moves < 8 * n)
      for (; at > 0 && to.key[at - 1] > k; --at, ++moves) {
        to.key[at] = to.key[at - 1];
        if (to.payload) to.payload[at] = to.payload[at - 1];
      }
    to.key[at] = k;
    if (to.payload) to.payload[at] = p;
  }
  return moves < 8 * n;
}

/// Counts become the places where their buckets begin.
KOKKOS_INLINE_FUNCTION void begin_at(std::uint32_t* counts, Index buckets) {
  std::uint32_t below = 0;
  for (Index b = 0; b < buckets; ++b) {
    const std::uint32_t count = counts[b];
    counts[b] = below;
    below += count;
  }
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
    begin_at(start[pass], mask + 1);
    const int shift = dropped + digit * pass;
    for (Index i = 0; i < n; ++i) {
      const std::uint32_t out = start[pass][ordered_bits(from[i]) >> shift & mask]++;
      to[out] = from[i];
      if (payload) to_payload[out] = from_payload[i];
    }
    Kokkos::kokkos_swap(from, to);
    Kokkos::kokkos_swap(from_payload, to_payload);
  }
  if (!insert_all({key_scratch, payload_scratch}, {key, payload}, n))
    merge_sort(key, payload, key_scratch, payload_scratch, n);
}

/// Where numbers between low and high go: into `buckets` equal parts of that range.
struct Buckets {
  Real low, scale;
  int last;

  KOKKOS_INLINE_FUNCTION int of(Real x) const {
    const int b = static_cast<int>((x - low) * scale);  // rounding keeps the order
    return b < last ? b : last;
  }
};

/// False where that cannot be said: one number, or a range that has no reciprocal.
KOKKOS_INLINE_FUNCTION bool buckets_of(const Real* key, Index n, int count, Buckets& buckets) {
  Real low = key[0], high = key[0];
#pragma omp simd reduction(min : low) reduction(max : high)
  for (Index i = 0; i < n; ++i) {
    low = key[i] < low ? key[i] : low;
    high = key[i] > high ? key[i] : high;
  }
  buckets = {low, static_cast<Real>(count) / (high - low), count - 1};
  return buckets.scale > 0 && buckets.scale < infinity;
}

/// Moves a row into the order of its buckets; within one, numbers keep the order they had.
///   shapes  places [buckets], scratch
KOKKOS_INLINE_FUNCTION void scatter(const Buckets& buckets, const Row& from, const Row& to, Index n,
                                    std::uint32_t* places) {
  for (int b = 0; b <= buckets.last; ++b) places[b] = 0;
  for (Index i = 0; i < n; ++i) ++places[buckets.of(from.key[i])];
  begin_at(places, buckets.last + 1);
  for (Index i = 0; i < n; ++i) {
    const std::uint32_t out = places[buckets.of(from.key[i])]++;
    to.key[out] = from.key[i];
    if (to.payload) to.payload[out] = from.payload[i];
  }
}

inline constexpr Index short_row = 2048;

/// What merge_sort does, for up to `short_row` numbers that are spread out: as many buckets as
/// numbers leave little to an insertion, which brings them back from scratch. Numbers that cluster
/// are merged.   cost  two passes of moves; 8 KiB of counters
KOKKOS_INLINE_FUNCTION void bucket_sort(const Row& row, const Row& scratch, Index n) {
  constexpr Index few = 24;
  Buckets buckets{};
  std::uint32_t places[short_row];
  const bool spread = n > few && buckets_of(row.key, n, static_cast<int>(n), buckets);
  if (spread) scatter(buckets, row, scratch, n, places);
  if (!insert_all(spread ? scratch : row, row, n))
    merge_sort(row.key, row.payload, scratch.key, scratch.payload, n);
}

/// The same for long rows: 2²⁰ buckets by two counts of 1024, the last digit first, hardly any of
/// which holds two numbers. Numbers that cluster are sorted by their bits.   cost  two passes of
/// moves over 1024 streams; 8 KiB of counters
KOKKOS_INLINE_FUNCTION void two_digit_sort(const Row& row, const Row& scratch, Index n) {
  constexpr int digit = 10, mask = (1 << digit) - 1;
  Buckets buckets{};
  if (buckets_of(row.key, n, 1 << (2 * digit), buckets)) {
    std::uint32_t start[2][mask + 1] = {};
    for (Index i = 0; i < n; ++i) {
      const int b = buckets.of(row.key[i]);
      ++start[0][b & mask];
      ++start[1][b >> digit];
    }
    for (auto& places : start) begin_at(places, mask + 1);
    for (int pass = 0; pass < 2; ++pass) {
      const Row &from = pass == 0 ? row : scratch, &to = pass == 0 ? scratch : row;
      for (Index i = 0; i < n; ++i) {
        const std::uint32_t out = start[pass][buckets.of(from.key[i]) >> (digit * pass) & mask]++;
        to.key[out] = from.key[i];
        if (to.payload) to.payload[out] = from.payload[i];
      }
    }
  }
  if (!insert_all(row, row, n)) radix_sort(row.key, row.payload, scratch.key, scratch.payload, n);
}

/// The fastest of them: by buckets on a host core, by merging elsewhere.   requires no NaN
KOKKOS_INLINE_FUNCTION void sort_row(Real* key, Real* payload, Real* key_scratch,
                                     Real* payload_scratch, Index n) {
  if constexpr (on_host) {
    const Row row{key, payload}, scratch{key_scratch, payload_scratch};
    if (n > short_row) return two_digit_sort(row, scratch, n);
    return bucket_sort(row, scratch, n);
  }
  merge_sort(key, payload, key_scratch, payload_scratch, n);
}

}  // namespace plumbline
