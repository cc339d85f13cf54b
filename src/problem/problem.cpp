// The exact target of a problem: what its observation makes of the prior.
#include "problem/problem.hpp"

#include "core/steps/phase.hpp"

namespace plumbline {
namespace {

/// What the observation makes of the prior. A posterior that is no mixture of finite numbers has
/// overflowed: no key of the prior is to blame.
Conditioning conditioned(const Exec& exec, const Observation& observation,
                         const GaussianMixture& prior, const FactoredMixture& factored) try {
  return observation.condition(exec, prior, factored);
} catch (const SpecError& error) {
  for (const char* of_mixture : {"means", "variances", "covariances", "weights"})
    if (error.key().starts_with(of_mixture))
      throw SpecError("y", "",
                      "numbers, with those of the prior, so large or so far apart that "
                      "the exact posterior overflows");
  throw;
}

}  // namespace

Problem::Problem(const Exec& exec, GaussianMixture prior, NoiseProcess process,
                 ObservationPtr observation, std::optional<HostVector> truth) {
  const Phase phase("problem");
  observation->require_valid(prior);
  const FactoredMixture prior_factored = factored(exec, prior);
  Conditioning c = conditioned(exec, *observation, prior, prior_factored);
  FactoredMixture posterior_factored, full_posterior_factored;
  if (c.posterior) {
    posterior_factored = factored(exec, *c.posterior);
    full_posterior_factored = factored(exec, *c.full_posterior);
  }
  std::vector<int> free = complement(c.observed, prior.dimension());
  state_ = std::make_shared<State>(State{std::move(prior),
                                         prior_factored,
                                         std::move(process),
                                         std::move(observation),
                                         std::move(free),
                                         std::move(c.observed),
                                         std::move(c.observed_values),
                                         std::move(c.posterior),
                                         std::move(c.full_posterior),
                                         posterior_factored,
                                         full_posterior_factored,
                                         c.log_evidence,
                                         std::move(truth),
                                         {},
                                         {},
                                         {}});
  if (c.moments) keep(*c.moments);
}

const GaussianMixture& Problem::posterior() const {
  PLUMBLINE_REQUIRE(is_mixture(), "this target is no mixture");
  return *state_->posterior;
}
const GaussianMixture& Problem::full_posterior() const {
  PLUMBLINE_REQUIRE(is_mixture(), "this target is no mixture");
  return *state_->full_posterior;
}
const FactoredMixture& Problem::full_posterior_factored() const {
  PLUMBLINE_REQUIRE(is_mixture(), "this target is no mixture");
  return state_->full_posterior_factored;
}

void Problem::keep(const TargetMoments& moments) const {
  state_->mean = moments.mean;
  state_->covariance = moments.covariance;
  state_->components = prior().with_log_weights(moments.log_responsibilities);
}

/// Fills the moments and components of the target, once.
void Problem::measure_target() const {
  const State& state = *state_;
  if (state.mean) return;
  if (is_mixture()) {
    state.mean = posterior().mean();
    state.covariance = posterior().total_covariance();
    state.components = posterior();
    return;
  }
  keep(observation().target_moments(state.prior, state.prior_factored));
}

const HostVector& Problem::target_mean() const {
  measure_target();
  return *state_->mean;
}
const HostMatrix& Problem::target_covariance() const {
  measure_target();
  return *state_->covariance;
}
const GaussianMixture& Problem::target_components() const {
  measure_target();
  return *state_->components;
}

Matrix Problem::draw_exact(const Exec& exec, Index n, Rng rng) const {
  Matrix x = make_matrix("plumbline::problem::exact_draws", n, dimension());
  if (is_mixture())
    draw(exec, tables_at(exec, state_->posterior_factored, NoiseLevel{}), rng, 0, x);
  else
    observation().draw_target(exec, state_->prior_factored, rng, x);
  return x;
}

}  // namespace plumbline
