// Weights of R independent runs of N particles: reweigh, resample, choose; and what they
// tell about the evidence. The bookkeeping of every particle method, none of its model.
#pragma once

#include "samplers/smc/conditional_resampling.hpp"

namespace plumbline {

/// When a run resamples.
struct ResamplingRule {
  Resampling scheme = Resampling::systematic;
  Real ess_threshold = 0.5;  ///< below this fraction of N; 1 always, 0 never
};

/// Run r owns rows rN … rN + N − 1. Its log weights stay normalised, so that the evidence factor of
/// a step is log Σ_n W_n g_n with the weights *carried over* from steps that did not resample, not
/// a plain mean.
///
/// A run whose weights all vanish keeps equal weights and evidence 0 (log Ẑ = −∞). One with a NaN
/// or infinite weight has no law left: its log weights and log Ẑ are NaN.
class RunWeights {
 public:
  RunWeights(const Exec& exec, Index runs, Index particles, const ResamplingRule& rule);

  /// W_n ← W_n g_n / Σ W g, log Ẑ ← log Ẑ + log Σ W g.   shapes  log_g [R N]
  void reweigh(const Exec& exec, const Vector& log_g, std::uint32_t step);

  /// Runs below the threshold choose ancestors and get equal weights; rows of the others are
  /// their own ancestors. `first` numbers the first run.   returns  ancestors [R N]
  const IndexVector& resample(const Exec& exec, Rng rng, std::uint32_t step, std::uint64_t first);

  /// The same, given that kept(r) survives: where r resamples, kept(r) becomes a row that has it as
  /// its ancestor.   shapes  kept [R] (in, out)
  const IndexVector& resample_keeping(const Exec& exec, Rng rng, std::uint32_t step,
                                      std::uint64_t first, const IndexVector& kept);

  /// One row of every run, chosen by weight (never by slot: after systematic resampling
  /// slots are not exchangeable, samplers/smc/README §2).   shapes  rows [R]; −1 where the weights
  /// are NaN
  void choose_one(const Exec& exec, Rng rng, std::uint64_t first, const IndexVector& rows) const;
  /// Independent rows of the last run, chosen by weight.   shapes  rows [any]
  void choose_from_last(const Exec& exec, Rng rng, std::uint64_t first,
                        const IndexVector& rows) const;

  const Vector& log_weights() const { return log_w_; }     ///< normalised per run [R N]
  const Vector& log_evidence() const { return log_z_; }    ///< log Ẑ [R]
  const Vector& ess() const { return ess_; }               ///< ESS/N of the last reweighing [R]
  const Vector& ess_min() const { return ess_min_; }       ///< smallest ESS/N so far [R]
  const IndexVector& lost_at() const { return lost_at_; }  ///< step where weights vanished, or −1

 private:
  Index particles_;
  ResamplingRule rule_;
  Resampler resampler_;
  Vector log_w_, weights_, log_z_, ess_, ess_min_;
  IndexVector lost_at_, wanted_;
};

}  // namespace plumbline
