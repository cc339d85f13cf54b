// Sequential Monte Carlo on the reverse grid: one loop for every particle method. A method is a
// FeynmanKac model – an initial law, a proposal and a log-potential (Chopin & Papaspiliopoulos
// 2020, chapter 5; Del Moral 2004); resampling, evidence, chunks and draws are the loop's.
#pragma once

#include <functional>

#include "samplers/reverse/reverse_settings.hpp"
#include "samplers/smc/evidence.hpp"
#include "samplers/smc/run_weights.hpp"

namespace plumbline {

/// The knobs of every particle method.
struct ParticleSettings {
  int particles = 64;
  Resampling resampling = Resampling::systematic;
  Real ess_threshold = 1;
  bool pooled = false;

  void visit(auto&& field) {
    field("particles", particles, "particles N of each run", at_least(1), Budget::grows);
    field("resampling", resampling, "how ancestors are chosen");
    field("ess_threshold", ess_threshold,
          "resample below this fraction of N in effective sample size: 1 always, 0 never",
          between(0, 1));
    field("pooled", pooled, "keep all particles of a run instead of one: they are correlated");
  }

  ResamplingRule rule() const { return {resampling, ess_threshold}; }
  /// Independent runs behind n draws: one draw of each, or all N when pooled.
  Index runs(Index n) const { return pooled ? (n + particles - 1) / particles : n; }
};

/// Runs first … first + count − 1 of N particles each: row n of their states is particle n mod N of
/// run first + n/N, and draws from chain first_chain() + n.
struct SmcRuns {
  Index first, count, particles;
  Index rows() const { return count * particles; }
  std::uint64_t first_chain() const { return first * particles; }
};

/// One move of all particles, from times[index] = t to s < t.
struct SmcStep {
  std::uint32_t index;
  Real t, s;
  bool last;  ///< s = 0: what remains are the draws
};

/// A trajectory per run that a conditional filter keeps alive (Andrieu, Doucet & Holenstein 2010).
/// A model that takes one puts it into its row at every level, before it weighs.
struct Reference {
  Cube z;            ///< z(i) at times[i] [T + 1, R, D]; without one there is no reference
  IndexVector kept;  ///< the row that holds it, of every run [R]; moves when the run resamples
};

/// The law that a filter targets, as initial law M_T, proposals M and potentials G:
///
///     p̂(z_{0:T}) ∝ M_T(z_T) G_T(z_T) Π_{t → s} M(z_s | z_t) G(z_t, z_s).
///
/// A weight that is known before the move (p(y_s | z_t), fully adapted filters) is the potential of
/// the move before: G_T and G look one step ahead, and the last G is 1. One object serves one chunk
/// of runs; `propose` and `weigh` are called in turn, and may leave each other notes.
class FeynmanKac {
 public:
  virtual ~FeynmanKac() = default;

  /// z_T ~ M_T and log G_T(z_T).   shapes  z [n, D], overwritten; log_g [n]
  virtual void start(const Exec& exec, const Matrix& z, const Vector& log_g) = 0;
  /// z_s(n) ~ M(· | z_t(ancestors(n))).   shapes  ancestors [n], z [n, D]: z_t in, z_s out
  virtual void propose(const Exec& exec, const SmcStep& step, const IndexVector& ancestors,
                       const Matrix& z) = 0;
  /// log G(z_t, z_s) where z_s is what z holds: what `propose` left there, or what a conditional
  /// filter put in its place.   shapes  z [n, D], log_g [n]
  virtual void weigh(const Exec& exec, const SmcStep& step, const Matrix& z,
                     const Vector& log_g) = 0;
  /// log Ẑ of every run += what no particle changes.   shapes  log_z [R]
  virtual void complete_evidence(const Exec&, const Vector& /*log_z*/) {}
  /// Point evaluations so far, all rows together.
  virtual Index evaluations() const = 0;

  /// Before `start`: this trajectory goes into its row at every level, before that is weighed.
  virtual void keep(const Exec&, const Reference& reference) { reference_ = reference; }

 protected:
  /// What `start` and `propose` of a model that takes a reference end with, or weigh after.
  void put_reference(const Exec& exec, Index level, const Matrix& z) const;

 private:
  Reference reference_;
};

/// Makes the model of a chunk of runs, drawing from streams of `rng` by run and row numbers, so
/// that no bit depends on how runs are cut into chunks.
using MakeModel = std::function<std::unique_ptr<FeynmanKac>(const SmcRuns& runs, Rng rng)>;

/// z_0 and weights of a chunk of runs.
struct SmcOutcome {
  Matrix z;  ///< [R N, D]
  RunWeights run_weights;
};

/// The loop: start, then for each step resample, propose, weigh. Streams "resample".
/// `diary` takes ESS and evidence. With a `reference`, which the model has too, runs resample given
/// that it survives, and reference->kept says where it ends.
SmcOutcome run_smc(const Exec& exec, FeynmanKac& model, const TimeGrid& grid, const SmcRuns& runs,
                   const ParticleSettings& settings, int dimension, Rng rng, FilterDiary& diary,
                   const Reference* reference = nullptr);

/// How many runs go through `run_smc` together: what their rows hold fits the caches of a host's
/// cores, or keeps a GPU busy. Bits do not depend on it.
Index runs_per_chunk(Index particles, const Problem& problem);

/// n draws by `settings.runs(n)` filters, chunk by chunk: one particle of each, chosen by weight
/// (stream "retain"), or all with their weights. Fills `trace`: evidence, ESS, evaluations.
Ensemble draw_by_smc(const Exec& exec, const Problem& problem, const ParticleSettings& settings,
                     const TimeGrid& grid, const MakeModel& make, Index n, Rng rng, Trace& trace);

}  // namespace plumbline
