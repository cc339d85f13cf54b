// samplers/cfg_smc.cpp – classifier-free guidance made exact: guided proposals, weighed so that the
// law is the tilt p(z) p(c | z)^γ that guidance of strength γ is taken for (problem/README §4).
// Chidambaram et al. 2024 (cfg misses it); Wu et al. 2023 (twisted proposals and their weights).
//
//     p̂(z_{0:T}) ∝ p_T(z_T) Π p(z_s | z_t) · p(c | z_0)^γ,   potentials h_t(z) = p(c | z_t)^γ,
//     G(z_t, z_s) = p(z_s | z_t)/q(z_s | z_t) · h_s(z_s)/h_t(z_t)
//
// telescopes to it whatever q. With em and ddpm q is the kernel's step along the score of cfg,
// prior + w (conditional − prior), w = guidance. With the exact kernel q = p(z_s | z_t, c) at w =
// 1, where G = (p(c | z_s)/p(c | z_t))^{γ − 1}: constant at γ = 1; and q = p(z_s | z_t) at w = 0.
// z_T is drawn from p_T(z | c) for γ ≥ 1 and from p_T(z) below, so that its weight is bounded.
//
// log_evidence: log ∫ p(z) p(c | z)^γ dz, unbiased with the exact kernel, of the discretised chain
// with the others. N (2 T + 1) evaluations per draw with the exact kernel, N (3 T + 1) with the
// others, N (2 T + 1) at w = 0.
#include <cmath>

#include "core/arrays/gather.hpp"
#include "mixture/draw.hpp"
#include "problem/likelihood.hpp"
#include "samplers/filters/filter_step.hpp"
#include "samplers/filters/guided_proposal.hpp"
#include "samplers/filters/retained_path.hpp"
#include "samplers/filters/spectral_observation.hpp"
#include "samplers/reverse/reverse_run.hpp"

namespace plumbline::cfg_smc {

struct Settings : ReverseSettings {
  std::optional<Real> guidance;
  ParticleSettings smc;

  void visit(auto&& field) {
    ReverseSettings::visit(field);
    field("guidance", guidance,
          "strength of the proposals; not set: the target's gamma, with the exact kernel 1 (0 for "
          "gamma < 1)");
    smc.visit(field);
  }
  void validate() const {
    if (kernel_properties().exact && guidance && *guidance != 0 && *guidance != 1)
      throw SpecError("guidance", fmt::format("{}", *guidance),
                      "1 or 0 with the exact kernel, p(z_s | z_t, c) or p(z_s | z_t); any number "
                      "with em and ddpm");
  }
  Real strength(Real gamma) const {
    if (guidance) return *guidance;
    return kernel_properties().integrates_score() ? gamma : (gamma >= 1 ? 1 : 0);
  }
  /// Point evaluations of a step, per particle: the proposal's and p(c | z_s).
  int step_cost(Real gamma) const { return guided_proposal_cost(choice(), strength(gamma)) + 1; }
};

Real gamma_of(const Problem& problem) {
  return problem.observation().tempering()->power;
}

/// log_g ← constant + power (now − before).   shapes  [n]
void class_power(const Exec& exec, Real constant, Real power, const Vector& now,
                 const Vector& before, const Vector& log_g) {
  parallel_over(
      exec, "plumbline::samplers::cfg_smc_power", log_g.extent(0),
      KOKKOS_LAMBDA(Index n) { log_g(n) = Kokkos::fma(power, now(n) - before(n), constant); });
}

class GuidedFilter final : public FeynmanKac {
 public:
  GuidedFilter(const Exec& exec, const Problem& problem, const Settings& settings,
               const SmcRuns& runs, Rng rng)
      : problem_(problem),
        settings_(settings),
        runs_(runs),
        gamma_(gamma_of(problem)),
        initial_(rng.stream("initial")),
        noise_(rng.stream("reverse")),
        likelihood_(exec, problem),
        log_c_(make_vector("log_c", runs.rows())),
        before_("log_c_before", runs.rows()),
        ancestor_(make_matrix("ancestor", runs.rows(), problem.full_dimension())),
        proposal_(guided_proposal(exec, problem, settings.choice(), settings.strength(gamma_),
                                  runs.rows())) {}

  void start(const Exec& exec, const Matrix& z, const Vector& log_g) override {
    const Real horizon = problem_.process().horizon();
    const bool from_class = gamma_ >= 1 && settings_.initial == InitialLaw::exact;
    if (settings_.initial == InitialLaw::gaussian) {
      draw_gaussian(exec, problem_.process().practical_deviation(), initial_, z,
                    runs_.first_chain());
    } else {
      const FactoredMixture law =
          from_class ? factored(exec, conditional_mixture(problem_)) : problem_.prior_factored();
      plumbline::draw(exec, tables_at(exec, law, problem_.process().at(horizon)), initial_, 0, z,
                      runs_.first_chain());
    }
    put_reference(exec, 0, z);
    // p_T(z) p(c | z)^γ = p_T(z | c) p(c) p(c | z)^{γ − 1};   `before_` is 0 here
    likelihood_.evaluate(exec, horizon, z, log_c_);
    class_power(exec, from_class ? log_class_mass() : 0, from_class ? gamma_ - 1 : gamma_, log_c_,
                before_, log_g);
  }

  void propose(const Exec& exec, const SmcStep& step, const IndexVector& ancestors,
               const Matrix& z) override {
    gather_rows(exec, z, ancestors, ancestor_);
    gather_entries(exec, log_c_, ancestors, before_);
    proposal_->draw(exec, step, noise_, runs_.first_chain(), ancestor_, z);
    put_reference(exec, Index(step.index) + 1, z);
  }

  void weigh(const Exec& exec, const SmcStep& step, const Matrix& z, const Vector& log_g) override {
    likelihood_.evaluate(exec, step.s, z, log_c_);
    class_power(exec, 0, gamma_ - proposal_->power(), log_c_, before_, log_g);
    proposal_->add_ratio(exec, z, log_g);
    ++steps_;
  }

  Index evaluations() const override {
    return runs_.rows() * (1 + steps_ * settings_.step_cost(gamma_));
  }

 private:
  Real log_class_mass() const {
    Real mass = 0;
    for (const int k : problem_.observation().tempering()->members)
      mass += problem_.prior().weights()[k];
    return std::log(mass);
  }

  Problem problem_;
  Settings settings_;
  SmcRuns runs_;
  Real gamma_;
  Rng initial_, noise_;
  LevelLikelihood likelihood_;
  Vector log_c_, before_;  // log p(c | z) here and at the ancestors [n]
  Matrix ancestor_;        // [n, D]
  std::unique_ptr<GuidedProposal> proposal_;
  Index steps_ = 0;
};

class CfgSmc final : public EvidenceSampler<Settings> {
 public:
  using EvidenceSampler::EvidenceSampler;

  void require(const Problem& problem) const override {
    require_filter_kernel(settings_.choice(), "cfg-smc");
    require_steps(settings_, problem.process());
    if (problem.prior().singular())
      throw SpecError("kind", "cfg-smc",
                      "a prior with a density: p(c | z_0) of this one is 0 or 1. conditional-score "
                      "needs none");
  }

  Claim claim() const override { return settings_.limit({without_order("particles")}); }

  Index particle_cost(const Problem& problem) const override {
    return 1 + Index{settings_.steps} * settings_.step_cost(gamma_of(problem));
  }

  MakeModel model(const Exec& exec, const Problem& problem) const override {
    return [&](const SmcRuns& runs, Rng rng) {
      return std::make_unique<GuidedFilter>(exec, problem, settings_, runs, rng);
    };
  }
};

}  // namespace plumbline::cfg_smc

namespace plumbline {

SamplerEntry cfg_smc_sampler() {
  return sampler_entry<cfg_smc::CfgSmc>(
      {.name = "cfg-smc",
       .summary = "particle filter with guided proposals whose law is the tilt p(z) p(c | z)^gamma",
       .reference = "Chidambaram et al. 2024; weights as in Wu et al. 2023, algorithm 1",
       .asks = {Capability::tempering},
       .row = {.per_coordinate = 3, .beside = 4},
       .retains_path = true});
}

}  // namespace plumbline
