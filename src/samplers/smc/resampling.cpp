#include "samplers/smc/resampling.hpp"

namespace plumbline {
namespace {

/// Systematic and stratified: slots point upwards.
struct ChooseInOrder {
  Resampling scheme;
  Index particles;
  Rng rng;
  std::uint32_t step;
  std::uint64_t first;
  Vector weights;
  IndexVector wanted, ancestors;

  KOKKOS_FUNCTION void operator()(Index r) const {
    const RunInOrder run = {weights, ancestors, r * particles, particles};
    if (wanted(r) == 0)
      for (Index n = run.begin; n < run.begin + particles; ++n) ancestors(n) = static_cast<int>(n);
    else if (scheme == Resampling::systematic)
      run.choose(SharedUniform{rng.uniform(first + r, step, 0)});
    else
      run.choose(OwnUniforms(rng, first + r, step));
  }
};

/// Multinomial: prefix sums of the weights of every run.
void accumulate(const Exec& exec, Index particles, const Vector& weights, const IndexVector& wanted,
                const Vector& cumulative) {
  parallel_over(
      exec, "plumbline::samplers::resample_accumulate", wanted.extent(0), KOKKOS_LAMBDA(Index r) {
        if (wanted(r) == 0) return;
        Real sum = 0;
        for (Index n = r * particles; n < (r + 1) * particles; ++n) {
          sum += weights(n);
          cumulative(n) = sum;
        }
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

/// Multinomial and residual: every slot searches the prefix sums for itself.
struct ChooseBySearch {
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
    const Real u = rng.uniform(first + r, step, static_cast<std::uint32_t>(slot));
    return first_above(cumulative, begin, count, below_total(u, cumulative(begin + count - 1)));
  }
};

}  // namespace

Resampler::Resampler(Resampling scheme, Index runs, Index particles)
    : scheme_(scheme),
      particles_(particles),
      ancestors_(make_index_vector("ancestors", runs * particles)) {
  const bool searches = scheme == Resampling::multinomial || scheme == Resampling::residual;
  if (searches) cumulative_ = make_vector("cumulative", runs * particles);
  if (scheme == Resampling::residual) copies_ = make_index_vector("copies", runs * particles);
}

const IndexVector& Resampler::choose(const Exec& exec, const Vector& weights,
                                     const IndexVector& wanted, Rng rng, std::uint32_t step,
                                     std::uint64_t first) {
  if (scheme_ == Resampling::systematic || scheme_ == Resampling::stratified) {
    const ChooseInOrder chooser{scheme_, particles_, rng, step, first, weights, wanted, ancestors_};
    parallel_over(exec, "plumbline::samplers::resample_in_order", wanted.extent(0), chooser);
    return ancestors_;
  }
  if (scheme_ == Resampling::residual)
    accumulate_residual(exec, particles_, weights, wanted, cumulative_, copies_);
  else
    accumulate(exec, particles_, weights, wanted, cumulative_);
  const ChooseBySearch chooser{scheme_,     particles_, rng,     step,      first,
                               cumulative_, wanted,     copies_, ancestors_};
  parallel_over(exec, "plumbline::samplers::resample_by_search", ancestors_.extent(0), chooser);
  return ancestors_;
}

}  // namespace plumbline
