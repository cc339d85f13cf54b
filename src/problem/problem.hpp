// Prior + process + observation ⇒ the exact target: posterior, evidence, moments, draws.
#pragma once

#include <memory>
#include <optional>

#include "core/ensemble.hpp"
#include "core/rng.hpp"
#include "core/settings.hpp"
#include "diffusion/processes/noise_process.hpp"
#include "mixture/condition.hpp"
#include "mixture/draw.hpp"
#include "mixture/factored_mixture.hpp"
#include "problem/observation.hpp"

namespace plumbline {

/// Everything a sampler may know and everything a metric compares with. Immutable; cheap to copy.
///
/// Draws live in `dimension()` coordinates: the free ones for inpainting (D − m), all D otherwise.
/// The target is a mixture (`posterior()`) where the observation makes it one.
class Problem {
 public:
  /// Errors: SpecError with keys of the observation, where it does not fit the prior or its target
  /// cannot be had. `truth` [D] is the z* that y was drawn from, where it was.
  Problem(const Exec& exec, GaussianMixture prior, NoiseProcess process, ObservationPtr observation,
          std::optional<HostVector> truth = {});

  const GaussianMixture& prior() const { return state_->prior; }
  const FactoredMixture& prior_factored() const { return state_->prior_factored; }
  const NoiseProcess& process() const { return state_->process; }
  const Observation& observation() const { return *state_->observation; }

  int full_dimension() const { return prior().dimension(); }         ///< D
  int dimension() const { return static_cast<int>(free().size()); }  ///< d: what draws live in
  const std::vector<int>& free() const { return state_->free; }      ///< coordinates of a draw
  /// Coordinates that are seen without noise, and their values; else empty.
  const std::vector<int>& observed() const { return state_->observed; }
  const HostVector& observed_values() const { return state_->observed_values; }
  /// y = A z_0 + N(0, Γ), where it is that; Γ = 0 and A selects where coordinates are seen.
  std::optional<LinearForm> linear_form() const {
    return observation().linear_form(full_dimension());
  }

  bool is_mixture() const { return state_->posterior.has_value(); }
  /// The exact posterior over the d coordinates of a draw. Requires is_mixture().
  const GaussianMixture& posterior() const;
  /// The exact posterior over all D coordinates (observed ones constant, variance 0).
  const GaussianMixture& full_posterior() const;
  const FactoredMixture& full_posterior_factored() const;
  /// log p(y); NaN for a tilt, whose normalising constant is not known.
  Real log_evidence() const { return state_->log_evidence; }
  /// z* [D]: y was drawn from p(y | z*), so z* is itself a draw of the posterior. Absent when y was
  /// given, and for a tilt, whose target is another law.
  const std::optional<HostVector>& truth() const { return state_->truth; }

  /// Mean [d] and covariance [d, d] of the target: in closed form, by quadrature, or from
  /// 2^18 exact draws (fixed seed), computed once.
  const HostVector& target_mean() const;
  const HostMatrix& target_covariance() const;
  /// Components and weights under which component masses are judged: the posterior's; the prior's
  /// components with the target's expected responsibilities where it is no mixture.
  const GaussianMixture& target_components() const;

  /// n exact i.i.d. draws of the target. Row n uses chain n of `rng`.
  ///   shapes  x [n, d]
  Matrix draw_exact(const Exec& exec, Index n, Rng rng) const;

 private:
  struct State {
    GaussianMixture prior;
    FactoredMixture prior_factored;
    NoiseProcess process;
    ObservationPtr observation;
    std::vector<int> free, observed;
    HostVector observed_values;
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

/// An observation as a table of a sweep file gives it. `truth` [D] is the z* that its y was drawn
/// from: y = "draw" draws z* ~ prior and y ~ p(y | z*) from `rng`. Absent when y is given, and for
/// a tilt. Errors: SpecError naming the key.
struct Observed {
  ObservationPtr observation;
  std::optional<HostVector> truth;
};
Observed make_observation(const Table& table, const GaussianMixture& prior, Rng rng);
/// True when the table asks for a new y per replicate: some value is "draw".
bool draws_observation(const Table& table);
/// The table as written with every default filled in, for `plan` and the result file.
Table resolved_observation(const Table& table);

}  // namespace plumbline
