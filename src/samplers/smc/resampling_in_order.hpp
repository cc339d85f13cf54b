// Systematic and stratified resampling of one run without a search and without a division per slot.
// What `Resampler` and `keep_alive` share; samplers/smc/README §2.
//
// By definition slot j takes the first particle n with S_n > τ_j, S the prefix sums, τ_j the point
// (j + u_j)/N of their total S_N as `slot_point` rounds it. The points ascend, so the slots of
// particle n are those from c_{n−1} to c_n, c_n = #{j : τ_j < S_n}: one number per particle,
// counted from y = S_n N/S_N. With j_0 = ⌊y⌋ it is j_0, or j_0 + 1 where u_{j_0} < y − j_0, unless
// rounding may have turned a comparison round:
//
//   τ_j has three roundings, or is at most 2 ulp below a total that it would have reached: in units
//   of slots it is within 4 N ε of j + u_j, ε = 2⁻⁵³. y has two, and is within 2 N ε. What differs
//   by more than 8 N ε is therefore ordered as the rounded numbers are. A point nearer than that,
//   and a total that leaves the range where roundings are relative, are compared as defined, slot
//   by slot from c_{n−1} on: τ_j < S_n.
//
// So every c_n is exactly the definition's. S_N is the same additions as the last prefix sum and no
// point reaches it: c = N from the last particle of positive weight on, and all N slots are given.
// A particle of weight 0 has c_n = c_{n−1}: none.
#pragma once

#include "core/rng.hpp"

namespace plumbline {

/// u · total, kept below total where rounding would reach it.
KOKKOS_INLINE_FUNCTION Real below_total(Real u, Real total) {
  const Real target = u * total;
  return target < total ? target : total * (1 - 0x1p-52);
}

/// Where slot j of N points, as a share of the total.
KOKKOS_INLINE_FUNCTION Real slot_point(Index slot, Real u, Index particles, Real total) {
  return below_total((Real(slot) + u) / Real(particles), total);
}

/// u of every slot: the same for all (systematic).
struct SharedUniform {
  static constexpr bool shared = true;
  Real u;
  KOKKOS_INLINE_FUNCTION Real operator()(Index) { return u; }
};

/// u of every slot: one each (stratified), rng.uniform(chain, step, slot), a window at a time.
class OwnUniforms {
 public:
  static constexpr bool shared = false;
  KOKKOS_INLINE_FUNCTION OwnUniforms(const Rng& rng, std::uint64_t chain, std::uint32_t step)
      : rng_(rng), chain_(chain), step_(step) {}

  KOKKOS_INLINE_FUNCTION Real operator()(Index slot) {
    if (slot / width != window_) {
      window_ = slot / width;
#pragma omp simd
      for (int b = 0; b < width / 2; ++b) {
        const auto pair = static_cast<std::uint32_t>(window_ * (width / 2) + b);
        const Pair u = rng_.uniform_pair(chain_, step_, pair);
        u_[2 * b] = u.first;
        u_[2 * b + 1] = u.second;
      }
    }
    return u_[slot % width];
  }

 private:
  static constexpr Index width = on_host ? 32 : 2;
  Rng rng_;
  std::uint64_t chain_;
  std::uint32_t step_;
  Index window_ = -1;
  Real u_[width] = {};
};

/// One run: its weights and ancestors are rows begin … begin + particles − 1.
struct RunInOrder {
  static constexpr int width = on_host ? 64 : 1;   ///< particles counted at once
  static constexpr Index spill = on_host ? 8 : 1;  ///< ancestors written at once

  Vector weights;
  IndexVector ancestors;
  Index begin, particles;

  /// Fills the run's ancestors.   cost  two passes over N; stratified a random number per slot more
  template <class Uniforms>
  KOKKOS_FUNCTION void choose(Uniforms u) const {
    const Real total = sum_of_weights();
    Real sum = 0;
    Index given = 0;
    for (Index first = 0; first < particles; first += width) {
      const int count = particles - first < width ? static_cast<int>(particles - first) : width;
      Real sums[width];
      for (int w = 0; w < count; ++w) sums[w] = sum += weights(begin + first + w);
      for (int w = count; w < width; ++w) sums[w] = sum;
      int below[width];
      if (!count_slots(sums, total, u, below)) recount(sums, count, total, given, u, below);
      given = fill(begin + first, count, below, given);
    }
  }

 private:
  KOKKOS_FUNCTION Real sum_of_weights() const {
    Real total = 0;
    for (Index n = begin; n < begin + particles; ++n) total += weights(n);
    return total;
  }

  /// c_n of a block of prefix sums; −1 where rounding may decide, and then false.
  template <class Uniforms>
  KOKKOS_FUNCTION bool count_slots(const Real* sums, Real total, Uniforms& u, int* below) const {
    const Real slots = Real(particles);
    const bool relative = total > 0x1p-900 && total < 0x1p900;
    const Real scale = relative ? slots / total : Real(0);
    const Real margin = relative ? slots * 0x1p-50 : infinity;
    Real whole[width], part[width], own[width];
#pragma omp simd
    for (int w = 0; w < width; ++w) {
      const Real y = sums[w] * scale;
      whole[w] = y < slots ? Kokkos::floor(y) : slots - 1;
      part[w] = y - whole[w];
    }
    for (int w = 0; w < width; ++w)
      own[w] = Uniforms::shared ? u(0) : u(static_cast<Index>(whole[w]));
    int doubts = 0;
#pragma omp simd reduction(+ : doubts)
    for (int w = 0; w < width; ++w) {
      const Real gap = Kokkos::fabs(part[w] - own[w]);
      // the points of the neighbours: a whole slot from this one, or anywhere in theirs
      const bool far =
          Uniforms::shared ? gap < 1 - margin : part[w] > margin && part[w] < 1 - margin;
      const bool sure = gap > margin && far;
      below[w] = sure ? static_cast<int>(whole[w]) + (own[w] < part[w] ? 1 : 0) : -1;
      doubts += sure ? 0 : 1;
    }
    return doubts == 0;
  }

  /// What was left open, by the definition. `given` is c of the particle before.
  template <class Uniforms>
  KOKKOS_FUNCTION void recount(const Real* sums, int count, Real total, Index given, Uniforms& u,
                               int* below) const {
    for (int w = 0; w < count; ++w) {
      if (below[w] < 0) {
        Index c = sums[w] < total ? given : particles;
        while (c < particles && slot_point(c, u(c), particles, total) < sums[w]) ++c;
        below[w] = static_cast<int>(c);
      }
      given = below[w];
    }
  }

  /// Slots given … below[w] − 1 take the particle of row first + w. What is written beyond them is
  /// written over by those they belong to: the slots of the last particle end at N.
  KOKKOS_FUNCTION Index fill(Index first, int count, const int* below, Index given) const {
    int* const to = ancestors.data() + begin;
    for (int w = 0; w < count; ++w) {
      const int row = static_cast<int>(first + w);
      Index slot = given;
      if (slot + spill <= particles) {
        for (int q = 0; q < spill; ++q) to[slot + q] = row;
        slot += spill;
      }
      for (; slot < below[w]; ++slot) to[slot] = row;
      given = below[w];
    }
    return given;
  }
};

}  // namespace plumbline
