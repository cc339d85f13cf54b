// Prior + process + observation ⇒ the exact target: posterior, evidence, moments, draws.
#pragma once

#include <memory>
#include <optional>

#include "core/ensemble.hpp"
#include "core/rng.hpp"
#include "diffusion/processes/noise_process.hpp"
#include "mixture/condition.hpp"
#include "mixture/draw.hpp"
#include "mixture/factored_mixture.hpp"
#include "problem/observation.hpp"

namespace plumbline {

struct TargetMoments;

/// Everything a sampler may know and everything a metric compares with. Immutable; cheap to copy.
///
/// Draws live in `dimension()` coordinates: the free ones for inpainting (D − m), all D otherwise.
/// The target is a mixture (`posterior()`), except for a tilted class label (gamma ≠ 1), an event
/// and the crescent.
class Problem {
 public:
  /// Errors: SpecError with keys of the observation ("observed", "y", "A", "noise", "classes",
  /// "gamma", "y" when a tilt or a crescent is too unlikely to be drawn by rejection, "threshold"
  /// when no component reaches an event). `truth` [D] is the z* that y was drawn from, where it
  /// was.
  Problem(const Exec& exec, GaussianMixture prior, NoiseProcess process, Observation observation,
          std::optional<HostVector> truth = {});

  const GaussianMixture& prior() const { return state_->prior; }
  const FactoredMixture& prior_factored() const { return state_->prior_factored; }
  const NoiseProcess& process() const { return state_->process; }
  const Observation& observation() const { return state_->observation; }

  int full_dimension() const { return prior().dimension(); }             ///< D
  int dimension() const { return static_cast<int>(free().size()); }      ///< d: what draws live in
  const std::vector<int>& free() const { return state_->free; }          ///< coordinates of a draw
  const std::vector<int>& observed() const { return state_->observed; }  ///< inpainting; else empty

  bool is_mixture() const { return state_->posterior.has_value(); }
  /// The exact posterior over the d coordinates of a draw. Requires is_mixture().
  const GaussianMixture& posterior() const;
  /// The exact posterior over all D coordinates (observed ones constant, variance 0).
  const GaussianMixture& full_posterior() const;
  const FactoredMixture& full_posterior_factored() const;
  /// log p(y), P(event); for a tilted class, NaN.
  Real log_evidence() const { return state_->log_evidence; }
  /// z* [D]: y was drawn from p(y | z*), so z* is itself a draw of the posterior. Absent when y was
  /// given, for an event, and for a tilt, whose target is another law.
  const std::optional<HostVector>& truth() const { return state_->truth; }

  /// Mean [d] and covariance [d, d] of the target: closed form for a mixture and an event, else
  /// from 2^18 exact draws (fixed seed), computed once.
  const HostVector& target_mean() const;
  const HostMatrix& target_covariance() const;
  /// Components and weights under which component masses are judged: the posterior's; the prior's
  /// components with the target's expected responsibilities where it is no mixture.
  const GaussianMixture& target_components() const;

  /// n exact i.i.d. draws of the target. Row n uses chain n of `rng`. The tilt (problem/README §4)
  /// and the crescent by rejection, an event by truncation along its direction.
  ///   shapes  x [n, d]
  Matrix draw_exact(const Exec& exec, Index n, Rng rng) const;

 private:
  struct State {
    GaussianMixture prior;
    FactoredMixture prior_factored;
    NoiseProcess process;
    Observation observation;
    std::vector<int> free, observed;
    std::optional<GaussianMixture> posterior, full_posterior;
    FactoredMixture posterior_factored, full_posterior_factored;
    Real log_evidence = 0;
    std::optional<HostVector> truth;
    // Filled on first use, by measure_target (host, single-threaded harness).
    mutable std::optional<HostVector> mean;
    mutable std::optional<HostMatrix> covariance;
    mutable std::optional<GaussianMixture> components;
  };
  void measure_target() const;
  void keep(const TargetMoments& moments) const;

  std::shared_ptr<const State> state_;
};

/// An observation table of a sweep file → Observation for this prior; y = "draw" draws z* ~ prior
/// and y ~ p(y | z*) from `rng`. Errors: SpecError naming the key.
Observation make_observation(const Table& table, const GaussianMixture& prior, Rng rng);
/// The z* [D] of the y that make_observation draws from the same `rng`; nothing when y is given, or
/// the target is a tilt.
std::optional<HostVector> drawn_truth(const Table& table, const GaussianMixture& prior, Rng rng);
/// True when the table asks for a new y per replicate (y = "draw" or label = "draw").
bool draws_observation(const Table& table);
/// The table with every default filled in, for `plan` and the result file.
Table resolved_observation(const Table& table);

}  // namespace plumbline
