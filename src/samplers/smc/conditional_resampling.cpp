#include "samplers/smc/conditional_resampling.hpp"

namespace plumbline {
namespace {

/// One run. Two uniforms: where in j's share the point falls, and which free slot.
struct KeepAlive {
  Resampling scheme;
  Index particles;
  Vector weights;
  IndexVector wanted;
  Rng rng;
  std::uint32_t step;
  std::uint64_t first;
  IndexVector kept, ancestors;

  KOKKOS_FUNCTION void operator()(Index r) const {
    if (wanted(r) == 0) return;
    const Index begin = r * particles, j = kept(r);
    Real below = 0, total = 0;
    for (Index n = begin; n < begin + particles; ++n) {
      if (n == j) below = total;
      total += weights(n);
    }
    const Pair u = rng.uniform_pair(first + r, step, 0);
    const Index slot = slot_of(begin, j, below, total, u);
    ancestors(begin + slot) = static_cast<int>(j);
    kept(r) = static_cast<int>(begin + slot);
  }

  KOKKOS_FUNCTION Index slot_of(Index begin, Index j, Real below, Real total, Pair u) const {
    if (scheme == Resampling::multinomial) return slot_at(u.first * Real(particles));
    if (scheme == Resampling::residual) return residual_slot(begin, j, total, u);
    const Real v = (below + u.first * weights(j)) / total * Real(particles);
    const Index slot = slot_at(v);
    if (scheme == Resampling::systematic)
      RunInOrder{weights, ancestors, begin, particles}.choose(SharedUniform{v - Real(slot)});
    return slot;
  }

  KOKKOS_FUNCTION Index slot_at(Real v) const {
    return Kokkos::min(static_cast<Index>(v), particles - 1);
  }

  KOKKOS_FUNCTION Index residual_slot(Index begin, Index j, Real total, Pair u) const {
    Index certain = 0, before = 0;
    for (Index n = begin; n < begin + particles; ++n) {
      if (n == j) before = certain;
      certain += static_cast<Index>(Real(particles) * weights(n) / total);
    }
    const Real expected = Real(particles) * weights(j) / total;
    const Index copies = static_cast<Index>(expected);
    const Real v = u.first * expected;
    if (v < Real(copies)) return before + static_cast<Index>(v);
    return Kokkos::min(certain + static_cast<Index>(u.second * Real(particles - certain)),
                       particles - 1);
  }
};

}  // namespace

void keep_alive(const Exec& exec, Resampling scheme, Index particles, const Vector& weights,
                const IndexVector& wanted, Rng rng, std::uint32_t step, std::uint64_t first,
                const IndexVector& kept, const IndexVector& ancestors) {
  const KeepAlive kernel{scheme, particles, weights, wanted, rng, step, first, kept, ancestors};
  parallel_over(exec, "plumbline::samplers::keep_alive", kept.extent(0), kernel);
}

}  // namespace plumbline
