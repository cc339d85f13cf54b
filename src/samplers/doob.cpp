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
#include "samplers/filters/twisted_filter.hpp"

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
  TwistedChoice choice() const { return {{TwistKind::exact, 1}, proposal, true}; }
};

class Doob final : public Sampler {
 public:
  using Settings = doob::Settings;
  explicit Doob(const Settings& settings) : settings_(settings) {}

  void require(const Problem& problem) const override {
    require_twisted(problem, settings_, settings_.choice(), "doob");
  }

  Claim claim() const override { return settings_.limit({"particles"}); }
  Claim claim_on(const Problem& problem) const override {
    const bool constant = twists_exactly(problem, settings_, settings_.choice());
    return constant ? settings_.limit() : claim();
  }

  Index declared_evaluations(const Problem& problem, Index n) const override {
    const ParticleSettings& p = settings_.smc;
    return p.runs(n) * p.particles * twisted_evaluations(problem, settings_, settings_.choice());
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    const auto filter = [&](const SmcRuns& runs, Rng own) {
      return twisted_filter(exec, problem, settings_, settings_.choice(), runs, own);
    };
    return draw_by_smc(exec, problem, settings_.smc, settings_.times(problem.process()), filter, n,
                       rng, trace);
  }

 private:
  Settings settings_;
};

}  // namespace plumbline::doob

namespace plumbline {

SamplerEntry doob_sampler() {
  return sampler_entry<doob::Doob>(
      {.name = "doob",
       .summary = "reverse steps given y by the exact likelihood at every level, with weights",
       .reference = "Subedi et al. 2026; Doob 1957",
       .asks = {Capability::conditional_score}});
}

}  // namespace plumbline
