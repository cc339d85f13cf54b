#include "samplers/detail/resampling.hpp"

namespace plumbline {
namespace {

/// Prefix sums of the weights of one population.
void accumulate(const Exec& exec, Index particles, const Vector& weights, const IndexVector& wanted,
                const Vector& cumulative) {
  parallel_over(
      exec, "plumbline::samplers::resample_accumulate", wanted.extent(0), KOKKOS_LAMBDA(Index r) {
        if (wanted(r) == 0) return;
        Real sum = 0;
        for (Index n = r * particles; n < (r + 1) * particles; ++n)
          cumulative(n) = sum += weights(n);
      });
}

/// Residual: split N W_n into ⌊N W_n⌋ and the rest, and prefix-sum both.
void accumulate_residual(const Exec& exec, Index particles, const Vector& weights,
                         const IndexVector& wanted, const Vector& rest, const IndexVector& copies) {
  parallel_over(
      exec, "plumbline::samplers::resample_residual", wanted.extent(0), KOKKOS_LAMBDA(Index r) {
        if (wanted(r) == 0) return;
        const Index begin = r * particles, end = begin + particles;
        Real total = 0;
        for (Index n = begin; n < end; ++n) total += weights(n);
        Real left = 0;
        int copied = 0;
        for (Index n = begin; n < end; ++n) {
          const Real expected = Real(particles) * weights(n) / total;
          const Real whole = Kokkos::floor(expected);
          copies(n) = copied += static_cast<int>(whole);
          rest(n) = left += expected - whole;
        }
      });
}

/// The ancestor of every row.
struct Choose {
  Resampling scheme;
  Index particles;
  Rng rng;
  std::uint32_t step;
  std::uint64_t first;
  Vector cumulative;
  IndexVector wanted, copies, ancestors;

  KOKKOS_FUNCTION void operator()(Index row) const {
    const Index r = row / particles, begin = r * particles;
    ancestors(row) = static_cast<int>(wanted(r) == 0 ? row : begin + chosen(r, begin, row - begin));
  }

  KOKKOS_FUNCTION int chosen(Index r, Index begin, Index slot) const {
    const int count = static_cast<int>(particles);
    if (scheme == Resampling::residual && slot < copies(begin + count - 1))
      return first_above(copies, begin, count, Real(slot));
    const Real target = below_total(position(r, slot), cumulative(begin + count - 1));
    return first_above(cumulative, begin, count, target);
  }

  /// Where in (0, 1) the slot points.
  KOKKOS_FUNCTION Real position(Index r, Index slot) const {
    const std::uint64_t population = first + r;
    switch (scheme) {
      case Resampling::systematic:
        return (slot + rng.uniform(population, step, 0)) / particles;
      case Resampling::stratified:
        return (slot + own_uniform(population, slot)) / particles;
      default:
        return own_uniform(population, slot);
    }
  }
  KOKKOS_FUNCTION Real own_uniform(std::uint64_t population, Index slot) const {
    return rng.uniform(population, step, static_cast<std::uint32_t>(slot));
  }
};

}  // namespace

Resampler::Resampler(Resampling scheme, Index populations, Index particles)
    : scheme_(scheme),
      particles_(particles),
      cumulative_(make_vector("cumulative", populations * particles)),
      ancestors_(make_index_vector("ancestors", populations * particles)) {
  if (scheme == Resampling::residual)
    copies_ = make_index_vector("copies", populations * particles);
}

const IndexVector& Resampler::choose(const Exec& exec, const Vector& weights,
                                     const IndexVector& wanted, Rng rng, std::uint32_t step,
                                     std::uint64_t first) {
  if (scheme_ == Resampling::residual)
    accumulate_residual(exec, particles_, weights, wanted, cumulative_, copies_);
  else
    accumulate(exec, particles_, weights, wanted, cumulative_);
  const Choose chooser{scheme_,     particles_, rng,     step,      first,
                       cumulative_, wanted,     copies_, ancestors_};
  parallel_over(exec, "plumbline::samplers::resample_choose", ancestors_.extent(0), chooser);
  return ancestors_;
}

}  // namespace plumbline
