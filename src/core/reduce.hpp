// Reductions whose bits do not depend on threads: fixed chunks of 1024 indices summed in order,
// chunk sums combined pairwise in a fixed tree. Every sum that reaches a result file goes through
// here.
#pragma once

#include <algorithm>

#include "core/kokkos.hpp"
#include "core/math.hpp"

namespace plumbline {

inline constexpr Index reduction_chunk = 1024;
/// Within a chunk, index n adds to lane n mod 8: eight sums that a host core keeps in two vectors.
inline constexpr int reduction_lanes = 8;

namespace reduction {

inline Index chunks(Index count) {
  return (count + reduction_chunk - 1) / reduction_chunk;
}

/// partial(c) = Σ of chunk c.
template <class Term>
struct ChunkSum {
  Index count;
  Term term;
  Vector partial;

  KOKKOS_FUNCTION void operator()(Index chunk) const {
    Real lane[reduction_lanes] = {};
    const Index begin = chunk * reduction_chunk;
    const Index end = begin + reduction_chunk < count ? begin + reduction_chunk : count;
    Index n = begin;
    for (; n + reduction_lanes <= end; n += reduction_lanes) {
#pragma omp simd
      for (int l = 0; l < reduction_lanes; ++l) lane[l] += term(n + l);
    }
    for (int l = 0; n + l < end; ++l) lane[l] += term(n + l);
    for (int stride = reduction_lanes / 2; stride > 0; stride /= 2)
      for (int l = 0; l < stride; ++l) lane[l] += lane[l + stride];
    partial(chunk) = lane[0];
  }
};

/// partial(c, l) = Σ of lane l of chunk c: where threads are many, a lane per index. The sums that
/// ChunkSum has before it adds its lanes.
template <class Term>
struct LaneSum {
  Index count;
  Term term;
  Matrix partial;

  KOKKOS_FUNCTION void operator()(Index index) const {
    const Index chunk = index / reduction_lanes, lane = index % reduction_lanes;
    const Index begin = chunk * reduction_chunk;
    const Index end = begin + reduction_chunk < count ? begin + reduction_chunk : count;
    Real sum = 0;
    for (Index n = begin + lane; n < end; n += reduction_lanes) sum += term(n);
    partial(chunk, lane) = sum;
  }
};

/// Σ of every chunk, of its lanes in the tree of ChunkSum.   shapes  lanes [chunks · 8]
std::vector<Real> chunk_sums(const std::vector<Real>& lanes);

/// Terms of which an index takes the largest: as many as come in any order to the same.
inline constexpr Index max_chunk = on_host ? reduction_chunk : 32;

/// partial(c) = max of chunk c, NaN when one of its terms is.
template <class Term>
struct ChunkMax {
  Index count;
  Term term;
  Vector partial;

  KOKKOS_FUNCTION void operator()(Index chunk) const {
    const Index begin = chunk * max_chunk;
    const Index end = begin + max_chunk < count ? begin + max_chunk : count;
    Real largest = -infinity;
    for (Index n = begin; n < end; ++n) {
      const Real value = term(n);
      largest = value > largest || value != value ? value : largest;
    }
    partial(chunk) = largest;
  }
};

/// partial(c, :) = Σ of chunk c, every entry in the order of n.
template <class Term>
struct ChunkSums {
  Index count;
  Term term;
  Matrix partial;

  KOKKOS_FUNCTION void operator()(Index chunk) const {
    Real* const sums = &partial(chunk, 0);
    for (Index i = 0; i < partial.extent_int(1); ++i) sums[i] = 0;
    const Index begin = chunk * reduction_chunk;
    const Index end = begin + reduction_chunk < count ? begin + reduction_chunk : count;
    for (Index n = begin; n < end; ++n) term(n, sums);
  }
};

}  // namespace reduction

/// Pairwise sum of host numbers in the same fixed tree.
Real pairwise_sum(const std::vector<Real>& values);
/// Column sums of row-major `values` [rows, width], rows combined in the same fixed tree.
std::vector<Real> pairwise_sum_rows(std::vector<Real> values, Index width);
/// The largest of host numbers, −∞ of none; NaN when one is.
Real propagating_max(const std::vector<Real>& values);

/// Σ_{n<count} term(n).   cost  one pass; a chunk per index, a lane of it on a GPU: the same bits
template <class Term>
Real fixed_sum(const Exec& exec, const char* label, Index count, const Term& term) {
  const Index chunks = reduction::chunks(count);
  if constexpr (on_host) {
    const Vector partial = make_vector(label, chunks);
    parallel_over(exec, label, chunks, reduction::ChunkSum<Term>{count, term, partial});
    exec.fence(label);
    return pairwise_sum(to_host(partial));
  } else {
    const Matrix lanes = make_matrix(label, chunks, reduction_lanes);
    parallel_over(exec, label, lanes.size(), reduction::LaneSum<Term>{count, term, lanes});
    exec.fence(label);
    return pairwise_sum(reduction::chunk_sums(to_host(lanes)));
  }
}

/// Σ_{n<count} of `width` numbers at once: term(n, sums) adds its share to sums[0…width−1].
///   cost  one pass; scratch of width numbers per chunk
template <class Term>
std::vector<Real> fixed_sums(const Exec& exec, const char* label, Index count, Index width,
                             const Term& term) {
  if (width == 0) return {};
  const Matrix partial = make_matrix(label, reduction::chunks(count), width);
  parallel_over(exec, label, partial.extent(0), reduction::ChunkSums<Term>{count, term, partial});
  exec.fence(label);
  return pairwise_sum_rows(to_host(partial), width);
}

/// max_{n<count} term(n), −∞ for count = 0; NaN terms propagate.
template <class Term>
Real fixed_max(const Exec& exec, const char* label, Index count, const Term& term) {
  const Vector partial =
      make_vector(label, (count + reduction::max_chunk - 1) / reduction::max_chunk);
  parallel_over(exec, label, partial.extent(0), reduction::ChunkMax<Term>{count, term, partial});
  exec.fence(label);
  return propagating_max(to_host(partial));
}

/// log Σ exp v, deterministic; −∞ for an empty or all −∞ input, NaN when an entry is.
///   shapes  v [n]
Real log_sum_exp(const Exec& exec, const Vector& v);

}  // namespace plumbline
