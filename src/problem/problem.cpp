// The exact target of a problem: the posterior mixture of problem/README §2, §3; the tilt of §4 by
// rejection; the event of §5 in closed form.
#include "problem/problem.hpp"

#include <cmath>
#include <limits>

#include "problem/crescent.hpp"
#include "problem/event.hpp"
#include "problem/tilt.hpp"

namespace plumbline {
namespace {

/// What an observation makes of a prior.
struct Conditioning {
  std::vector<int> free, observed;
  std::optional<GaussianMixture> posterior, full_posterior;
  Real log_evidence = std::numeric_limits<Real>::quiet_NaN();
  std::optional<TargetMoments> moments = {};  // where evidence and moments are one computation
};

Conditioning condition(const GaussianMixture& prior, const Inpainting& o) {
  Conditioned conditioned = condition_coordinates(prior, o.observed, o.y);
  const std::vector<int> free = complement(o.observed, prior.dimension());
  GaussianMixture full = embed(conditioned.posterior, free, o.observed, o.y);
  return {free, o.observed, std::move(conditioned.posterior), std::move(full),
          conditioned.log_evidence};
}

Conditioning condition(const GaussianMixture& prior, const LinearGaussian& o) {
  const Conditioned conditioned = condition_linear(prior, o.a, o.noise, o.y);
  return {complement({}, prior.dimension()),
          {},
          conditioned.posterior,
          conditioned.posterior,
          conditioned.log_evidence};
}

Conditioning condition(const GaussianMixture& prior, const ClassLabel& o) {
  Conditioning out;
  out.free = complement({}, prior.dimension());
  if (o.gamma != 1) return out;
  const std::vector<int>& members = o.classes[o.label];
  out.posterior = out.full_posterior = prior.components_of(members);
  HostVector log_weights(members.size());
  for (std::size_t j = 0; j < members.size(); ++j) log_weights[j] = prior.log_weights()[members[j]];
  out.log_evidence = log_sum_exp(log_weights);
  return out;
}

Conditioning condition(const GaussianMixture& prior, const Event& o) {
  Conditioning out;
  out.free = complement({}, prior.dimension());
  out.log_evidence = event_log_evidence(prior, o);
  if (!(out.log_evidence > -std::numeric_limits<Real>::infinity()))
    throw SpecError("threshold", fmt::format("{}", o.threshold),
                    "what the prior can reach: no component has a positive probability of it");
  return out;
}

Conditioning condition(const GaussianMixture& prior, const Crescent& o) {
  CrescentReference reference = crescent_reference(Exec(), factored(Exec(), prior), o);
  Conditioning out;
  out.free = complement({}, prior.dimension());
  out.log_evidence = reference.log_evidence;
  out.moments = std::move(reference.moments);
  return out;
}

/// The three things a target that is no mixture owes, by the kind of its observation.
struct RequireDrawable {
  const Exec& exec;
  const FactoredMixture& prior;
  void operator()(const ClassLabel& o) const { require_tilt_acceptance(exec, prior, o); }
  void operator()(const auto&) const {}
};

struct DrawTarget {
  const Exec& exec;
  const FactoredMixture& prior;
  Rng rng;
  const Matrix& x;
  void operator()(const ClassLabel& o) const { draw_tilt(exec, prior, o, rng, x); }
  void operator()(const Event& o) const { draw_event(exec, prior, o, rng, x); }
  void operator()(const Crescent& o) const { draw_crescent(exec, prior, o, rng, x); }
  void operator()(const auto&) const { PLUMBLINE_REQUIRE(false, "this target is a mixture"); }
};

struct MeasureTarget {
  const GaussianMixture& prior;
  const FactoredMixture& factored;
  TargetMoments operator()(const ClassLabel& o) const { return tilt_moments(Exec(), factored, o); }
  TargetMoments operator()(const Event& o) const { return event_moments(prior, o); }
  TargetMoments operator()(const auto&) const {
    PLUMBLINE_REQUIRE(false, "this target is a mixture");
    return {};
  }
};

}  // namespace

Problem::Problem(const Exec& exec, GaussianMixture prior, NoiseProcess process,
                 Observation observation, std::optional<HostVector> truth) {
  require_valid(observation, prior);
  Conditioning c = std::visit([&](const auto& o) { return condition(prior, o); }, observation);
  const FactoredMixture prior_factored = factored(exec, prior);
  FactoredMixture posterior_factored, full_posterior_factored;
  if (c.posterior) {
    posterior_factored = factored(exec, *c.posterior);
    full_posterior_factored = factored(exec, *c.full_posterior);
  } else {
    std::visit(RequireDrawable{exec, prior_factored}, observation);
  }
  state_ = std::make_shared<State>(State{std::move(prior),
                                         prior_factored,
                                         std::move(process),
                                         std::move(observation),
                                         std::move(c.free),
                                         std::move(c.observed),
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
  keep(std::visit(MeasureTarget{state.prior, state.prior_factored}, state.observation));
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
  const Matrix x = make_matrix("plumbline::problem::exact_draws", n, dimension());
  if (is_mixture())
    draw(exec, tables_at(exec, state_->posterior_factored, NoiseLevel{}), rng, 0, x);
  else
    std::visit(DrawTarget{exec, state_->prior_factored, rng, x}, observation());
  return x;
}

}  // namespace plumbline
