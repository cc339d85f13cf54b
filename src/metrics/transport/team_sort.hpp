// The sorts of a row for a team of threads: the merges of merge_sort, each cut into pieces that a
// thread merges by itself, so that numbers and bits are those of one thread. What a GPU runs.
#pragma once

#include "core/kokkos.hpp"

namespace plumbline {

using Team = Kokkos::TeamPolicy<Exec>::member_type;

namespace team {

inline constexpr Index run = 8, piece = 2 * run;

/// Two neighbouring runs that are merged: [begin, middle) and [middle, end).
struct Runs {
  Index begin, middle, end;

  /// Those of `width` that index i of n is in.
  KOKKOS_INLINE_FUNCTION static Runs around(Index i, Index width, Index n) {
    const Index begin = i / (2 * width) * (2 * width);
    const Index middle = begin + width < n ? begin + width : n;
    return {begin, middle, middle + width < n ? middle + width : n};
  }

  /// How many of the first `count` merged numbers come from the left run, ties from the left first.
  KOKKOS_INLINE_FUNCTION Index from_left(const Real* key, Index count) const {
    const Index right = end - middle, left = middle - begin;
    Index low = count > right ? count - right : 0, high = count < left ? count : left;
    while (low < high) {
      const Index a = (low + high) / 2;
      const bool more = key[begin + a] <= key[middle + count - a - 1];
      (more ? low : high) = more ? a + 1 : a;
    }
    return low;
  }
};

/// Numbers first … first + piece − 1 of the merge of the runs around them.
KOKKOS_INLINE_FUNCTION void merge_piece(const Real* from, const Real* from_payload, Real* to,
                                        Real* to_payload, Index first, Index width, Index n) {
  const Runs runs = Runs::around(first, width, n);
  Index left = runs.begin + runs.from_left(from, first - runs.begin);
  Index right = runs.middle + (first - left);
  for (Index out = first; out < first + piece && out < runs.end; ++out) {
    const bool take_left = right >= runs.end || (left < runs.middle && from[left] <= from[right]);
    const Index source = take_left ? left++ : right++;
    to[out] = from[source];
    if (to_payload) to_payload[out] = from_payload[source];
  }
}

/// Insertion sort of numbers first … first + run − 1.
KOKKOS_INLINE_FUNCTION void sort_run(Real* key, Real* payload, Index first, Index n) {
  for (Index i = first + 1; i < first + run && i < n; ++i) {
    const Real k = key[i], p = payload ? payload[i] : 0;
    Index at = i;
    for (; at > first && key[at - 1] > k; --at) {
      key[at] = key[at - 1];
      if (payload) payload[at] = payload[at - 1];
    }
    key[at] = k;
    if (payload) payload[at] = p;
  }
}

/// body(i) for i = 0, step, 2 step, … below n, each by one thread; then all wait.
template <class Body>
KOKKOS_INLINE_FUNCTION void in_steps(const Team& team, Index n, Index step, const Body& body) {
  for (Index i = team.team_rank() * step; i < n; i += team.team_size() * step) body(i);
  team.team_barrier();
}

}  // namespace team

/// What merge_sort does, by a team.   requires no NaN.   cost  n log₂(n/8) moves, and in each pass
/// a search of log₂ steps per 16 numbers
KOKKOS_INLINE_FUNCTION void team_sort(const Team& team, Real* key, Real* payload, Real* key_scratch,
                                      Real* payload_scratch, Index n) {
  team::in_steps(team, n, team::run, [&](Index i) { team::sort_run(key, payload, i, n); });
  Real *from = key, *to = key_scratch, *from_payload = payload, *to_payload = payload_scratch;
  for (Index width = team::run; width < n; width *= 2) {
    team::in_steps(team, n, team::piece, [&](Index i) {
      team::merge_piece(from, from_payload, to, to_payload, i, width, n);
    });
    Kokkos::kokkos_swap(from, to);
    Kokkos::kokkos_swap(from_payload, to_payload);
  }
  if (from == key) return;
  team::in_steps(team, n, 1, [&](Index i) {
    key[i] = from[i];
    if (payload) payload[i] = from_payload[i];
  });
}

}  // namespace plumbline
