// samplers/doob.cpp – Doob's h-transform with the exact h(z_t) = p(y | z_t), under any kernel, its
// discretisation mended by weights. Subedi et al. 2026; samplers/filters/README §3.
//
//     z_s ~ N(m, v I), the kernel's step with score + ∇log h(z_t) = ∇log p(z_t | y),
//     w = p(z_s | z_t) h(z_s)/(proposal(z_s) h(z_t))
//
// With the exact kernel and a posterior that is a mixture z_s ~ p(z_s | z_t, y), every weight is
// p(y) or 1, and one particle is exact; given an event only p(event | z_T) weighs. With the others
// E[Ẑ] is the discretised model's p(y), however few the particles: what is left of its bias is the
// kernel's. Deterministic kernels (ode-euler, ddim at η = 0) move without h, which then only
// weighs.
// 3 N T evaluations per draw, N T more with the exact kernel (N (T + 3) in all given an event), and
// N at the end for p(c | z_0).
#include "samplers/filters/twisted_sampler.hpp"

namespace plumbline::doob {

struct Settings : ReverseSettings {
  Proposal proposal = Proposal::twisted;
  ParticleSettings smc;

  Settings() { smc.ess_threshold = 0.5; }
  void visit(auto&& field) {
    ReverseSettings::visit(field);
    field("proposal", proposal, "twisted: steps steered by ∇log h; prior: by nothing");
    smc.visit(field);
  }
  TwistedChoice choice_on(const Problem&) const { return {{TwistKind::exact, 1}, proposal, true}; }
};

class Doob final : public TwistedSampler<Settings> {
 public:
  explicit Doob(const Settings& settings) : TwistedSampler(settings, "doob") {}

  Claim claim() const override { return settings_.limit({without_order("particles")}); }
};

}  // namespace plumbline::doob

namespace plumbline {

SamplerEntry doob_sampler() {
  return sampler_entry<doob::Doob>(
      {.name = "doob",
       .summary = "reverse steps given y by the exact likelihood at every level, with weights",
       .reference = "Subedi et al. 2026; Doob 1957",
       .asks = {Capability::conditional_score},
       .row = {.per_coordinate = 4, .beside = 11},
       .retains_path = true});
}

}  // namespace plumbline
