// samplers/tds.cpp – twisted diffusion sampler: a particle filter whose steps are steered, and
// whose particles are weighed, by the likelihood of the denoised state. Wu et al. 2023;
// samplers/filters/README §2.
//
//     z_s ~ N(m, v I), the kernel's step with score + ∇log h(z_t) in place of the score,
//     w = p(z_s | z_t) h(z_s)/(proposal(z_s) h(z_t)),
//     h(z_t) = N(y; A ẑ_0(z_t), C_t), at the end h = p(y | z_0)
//
// twist chooses C_t, or h = p(y | z_t) itself. One draw per independent run converges as N → ∞ to
// the discretised model's posterior, with the exact kernel (whose steps an approximate twist weighs
// but cannot steer) to the posterior. final_weight = false leaves the last correction out, as some
// codes do: then it converges to neither.
//
// log_evidence: the product of mean weights is unbiased for the discretised model's p(y), with the
// exact kernel for p(y): twists carry their normalising constants.
// 2 N T evaluations per draw (the covariance is the second), 3 N T with the exact twist; N at the
// end for p(c | z_0), N T more with the exact kernel.
#include "samplers/filters/twisted_sampler.hpp"

namespace plumbline::tds {

struct Settings : ReverseSettings {
  std::optional<TwistKind> twist;
  Real prior_variance = 1;
  Proposal proposal = Proposal::twisted;
  bool final_weight = true;
  ParticleSettings smc;

  Settings() { kernel = KernelKind::ddpm; }
  void visit(auto&& field) {
    ReverseSettings::visit(field);
    field("twist", twist,
          "variance of A z_0 given z_t: noise s²/a², prior s²c/(s² + a²c), beta 2 s²_{t|s}, "
          "beta_scaled s²_{t|s}/a_t, point 0; exact: p(y | z_t) itself. When not set prior for a "
          "linear y, exact for an event, else point");
    field("prior_variance", prior_variance, "c of the twist `prior`", above(0));
    field("proposal", proposal,
          "twisted: steps steered by ∇log h; prior: by nothing, as the exact kernel's under an "
          "approximate twist are anyway");
    field("final_weight", final_weight, "the last weight, with p(y | z_0)");
    smc.visit(field);
  }
  TwistedChoice choice_on(const Problem& problem) const {
    return {{twist.value_or(default_twist(problem)), prior_variance}, proposal, final_weight};
  }
};

class Tds final : public TwistedSampler<Settings> {
 public:
  explicit Tds(const Settings& settings) : TwistedSampler(settings, "tds") {}

  Claim claim() const override {
    return settings_.final_weight ? settings_.limit({without_order("particles")})
                                  : Claim::nothing();
  }
};

}  // namespace plumbline::tds

namespace plumbline {

SamplerEntry tds_sampler() {
  return sampler_entry<tds::Tds>(
      {.name = "tds",
       .summary = "twisted particle filter: steps and weights see the likelihood of E[z_0 | z_t]",
       .reference = "Wu et al. 2023, algorithm 1",
       .asks = {Capability::linear_form, Capability::conditional_score, Capability::forward_map},
       .row = {.per_coordinate = 6,
               .beside = 14,
               .jacobian = true,
               .level_rows = 1,
               .level_weight = true,
               .level_map = true},
       .retains_path = true});
}

}  // namespace plumbline
