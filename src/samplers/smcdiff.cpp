// samplers/smcdiff.cpp – a bootstrap particle filter on the context path: weigh particles by where
// y is to land, resample, propagate x. Papp, slides, algorithm 3; Trippe et al. 2023.
//
// With separable kernels (em, ddpm) the weight is N(y_s; mean^y(x_t, y_t), v I); with the exact
// kernel, which does not separate, weight and proposal are its own marginal and conditional. One
// draw per independent run, chosen by weight among N, converges as N → ∞. With the exact kernel it
// does so to the posterior itself and on any path, because given y_0 the noised y_{1:T} say nothing
// more about x_0; with the others to the discretised model's, so steps → ∞ too, and there only on a
// path that moves as the noising does (context = forward).
//
// log_evidence: mean over runs of p_T(y_T) Π_t (Σ_n W_n w_n) / q(y_{1:T} | y_0)
// (samplers/smc/README §3), for context = forward; NaN for the others, whose path has no q. N T
// evaluations per draw, 2 N T with the exact kernel.
#include "samplers/filters/context_filter.hpp"
#include "samplers/filters/retained_path.hpp"

namespace plumbline::smcdiff {

struct Settings : ReplacementSettings {
  ParticleSettings smc;

  void visit(auto&& field) {
    ReplacementSettings::visit(field);
    smc.visit(field);
  }
};

class SmcDiff final : public EvidenceSampler<Settings> {
 public:
  using EvidenceSampler::EvidenceSampler;

  void require(const Problem& problem) const override {
    require_filter_kernel(settings_.choice(), "smcdiff");
    require_steps(settings_, problem.process());
  }

  Claim claim() const override {
    const bool any_path = settings_.kernel_properties().exact;
    return any_path || settings_.context == Context::forward
               ? settings_.limit({without_order("particles")})
               : Claim::nothing();
  }

  /// Other paths have no q.
  Claim evidence_claim_on(const Problem& problem) const override {
    return settings_.context == Context::forward ? EvidenceSampler::evidence_claim_on(problem)
                                                 : Claim::nothing();
  }

  Index particle_cost(const Problem&) const override { return context_filter_cost(settings_, 1); }

  /// A path y_T … y_0 and x_T per run, then at every step: weigh by p(y_s | x_t, y_t), resample,
  /// x_s ~ p(x_s | x_t, y_t).
  MakeModel model(const Exec& exec, const Problem& problem) const override {
    return context_filters(exec, problem, settings_, settings_.context);
  }
};

}  // namespace plumbline::smcdiff

namespace plumbline {

SamplerEntry smcdiff_sampler() {
  return sampler_entry<smcdiff::SmcDiff>(
      {.name = "smcdiff",
       .summary = "bootstrap particle filter on the context path, one draw per independent run",
       .reference = "Papp, slides, algorithm 3; Trippe et al. 2023",
       .asks = {Capability::fixed_coordinates},
       .row = {.per_coordinate = 3, .beside = 3, .shares = true},
       .retains_path = true});
}

}  // namespace plumbline
