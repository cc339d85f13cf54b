#include "samplers/smc/run_weights.hpp"

#include <cmath>

#include "core/arrays/normal_block.hpp"
#include "diffusion/readout.hpp"

namespace plumbline {
namespace {

/// One run takes new weights: a pass for the maximum, one for exp, one for the sums in the
/// order of the rows.
struct Reweigh {
  Index particles;
  std::uint32_t step;
  Vector log_g, log_w, weights, log_z, ess, ess_min;
  IndexVector lost_at;

  KOKKOS_FUNCTION void operator()(Index r) const {
    const Index begin = r * particles, end = begin + particles;
    Real largest = -infinity;
    for (Index n = begin; n < end; ++n) {
      const Real value = log_w(n) + log_g(n);
      log_w(n) = value;
      largest = value > largest || value != value ? value : largest;
    }
    if (!(largest > -infinity && largest < infinity)) return lose(r, largest);

#pragma omp simd
    for (Index n = begin; n < end; ++n) weights(n) = exp(log_w(n) - largest);
    Real sum = 0, squares = 0;
    for (Index n = begin; n < end; ++n) {
      sum += weights(n);
      squares = Kokkos::fma(weights(n), weights(n), squares);
    }
    const Real log_sum = largest + log(sum);
    for (Index n = begin; n < end; ++n) log_w(n) -= log_sum;
    log_z(r) += log_sum;
    note_ess(r, sum * sum / squares);
  }

  KOKKOS_FUNCTION void lose(Index r, Real largest) const {
    const bool vanished = largest == -infinity;
    const Real equal = vanished ? -log(Real(particles)) : nan;
    for (Index n = r * particles; n < (r + 1) * particles; ++n) log_w(n) = equal;
    log_z(r) += vanished ? -infinity : nan;
    if (vanished && lost_at(r) < 0) lost_at(r) = static_cast<int>(step);
    note_ess(r, vanished ? 0 : nan);
  }

  KOKKOS_FUNCTION void note_ess(Index r, Real value) const {
    const Real fraction = value / particles;
    ess(r) = fraction;
    ess_min(r) = fraction < ess_min(r) || fraction != fraction ? fraction : ess_min(r);
  }
};

/// wanted(r): does run r resample? A lost one (ESS 0 or NaN) has nothing to choose by.
void decide(const Exec& exec, Real threshold, const Vector& ess, const IndexVector& wanted) {
  parallel_over(
      exec, "plumbline::samplers::resample_decide", wanted.extent(0),
      KOKKOS_LAMBDA(Index r) { wanted(r) = ess(r) > 0 && (threshold >= 1 || ess(r) < threshold); });
}

void equalise(const Exec& exec, Index particles, const IndexVector& wanted, const Vector& log_w) {
  const Real equal = -std::log(Real(particles));
  parallel_over(
      exec, "plumbline::samplers::equalise", row_blocks(log_w.extent(0)),
      KOKKOS_LAMBDA(Index block) {
        const RowBlock own = row_block(block, log_w.extent(0));
        RunCursor run(own.begin, particles);
        for (Index n = own.begin; n < own.begin + own.width; ++n)
          if (wanted(run.of(n)) != 0) log_w(n) = equal;
      });
}

/// The row of [begin, end) where the prefix sums of the weights pass u; −1 if the weights are NaN.
KOKKOS_INLINE_FUNCTION int row_by_weight(const Vector& log_w, Index begin, Index end, Real u) {
  Real total = 0;
  for (Index n = begin; n < end; ++n) total += exp(log_w(n));
  const Real target = below_total(u, total);
  Real sum = 0;
  for (Index n = begin; n < end; ++n) {
    sum += exp(log_w(n));
    if (sum > target) return static_cast<int>(n);
  }
  return -1;
}

/// rows(j): a row of run j (stride 1), or row after row of one run (stride 0).
struct ChooseRows {
  Index particles;
  Index run, stride;
  Rng rng;
  std::uint64_t first;
  Vector log_w;
  IndexVector rows;

  KOKKOS_FUNCTION void operator()(Index j) const {
    const Index r = run + j * stride, begin = r * particles;
    const auto slot = static_cast<std::uint32_t>(j * (1 - stride));
    rows(j) = row_by_weight(log_w, begin, begin + particles, rng.uniform(first + r, 0, slot));
  }
};

}  // namespace

RunWeights::RunWeights(const Exec& exec, Index runs, Index particles, const ResamplingRule& rule)
    : particles_(particles),
      rule_(rule),
      resampler_(rule.scheme, runs, particles),
      log_w_(make_vector("log_w", runs * particles)),
      weights_(make_vector("weights", runs * particles)),
      log_z_("log_z", runs),
      ess_(make_vector("ess", runs)),
      ess_min_(make_vector("ess_min", runs)),
      lost_at_(make_index_vector("lost_at", runs)),
      wanted_(make_index_vector("wanted", runs)) {
  Kokkos::deep_copy(exec, log_w_, -std::log(Real(particles)));
  Kokkos::deep_copy(exec, ess_min_, 1);
  Kokkos::deep_copy(exec, lost_at_, -1);
}

void RunWeights::reweigh(const Exec& exec, const Vector& log_g, std::uint32_t step) {
  const Reweigh kernel{particles_, step, log_g, log_w_, weights_, log_z_, ess_, ess_min_, lost_at_};
  parallel_over(exec, "plumbline::samplers::reweigh", log_z_.extent(0), kernel);
}

const IndexVector& RunWeights::resample(const Exec& exec, Rng rng, std::uint32_t step,
                                        std::uint64_t first) {
  decide(exec, rule_.ess_threshold, ess_, wanted_);
  equalise(exec, particles_, wanted_, log_w_);
  return resampler_.choose(exec, weights_, wanted_, rng, step, first);
}

const IndexVector& RunWeights::resample_keeping(const Exec& exec, Rng rng, std::uint32_t step,
                                                std::uint64_t first, const IndexVector& kept) {
  const IndexVector& ancestors = resample(exec, rng, step, first);
  keep_alive(exec, rule_.scheme, particles_, weights_, wanted_, rng.stream("keep"), step, first,
             kept, ancestors);
  return ancestors;
}

void RunWeights::choose_one(const Exec& exec, Rng rng, std::uint64_t first,
                            const IndexVector& rows) const {
  const ChooseRows kernel{particles_, 0, 1, rng, first, log_w_, rows};
  parallel_over(exec, "plumbline::samplers::choose_one", rows.extent(0), kernel);
}

void RunWeights::choose_from_last(const Exec& exec, Rng rng, std::uint64_t first,
                                  const IndexVector& rows) const {
  const ChooseRows kernel{particles_, Index(log_z_.extent(0)) - 1, 0, rng, first, log_w_, rows};
  parallel_over(exec, "plumbline::samplers::choose_from_last", rows.extent(0), kernel);
}

}  // namespace plumbline
