// samplers/pigdm.cpp – pseudoinverse-guided diffusion: p(z_0 | z_t) taken for N(ẑ_0, r² I), so that
// ∇log p(y | z_t) ≈ Jᵀ Aᵀ (r² A Aᵀ + Γ)⁻¹ (y − A ẑ_0), J = ∂ẑ_0/∂z. Song et al. 2023, algorithm 1.
//
// For a prior of variance c the posterior variance of a coordinate is r² = s² c/(s² + a² c): with
// it the method is exact for the prior N(m, c I). Boys et al. 2024 correct it so; the paper's
// literal s² c/(s² + c), its rule for a = 1, is the switch. Claims nothing elsewhere. Two
// evaluations per step (the Jacobian is the second), twice that with ode-heun.
#include "samplers/guidance/denoised_guidance.hpp"

namespace plumbline::pigdm {

enum class Spread { corrected, literal };
constexpr auto names(Spread) {
  return std::array{"corrected", "literal"};
}

struct Settings : DenoisedGuidanceSettings {
  Spread spread = Spread::corrected;
  std::optional<Real> prior_variance;

  Settings() {
    kernel = KernelKind::ddim;  // the paper's sampler, with its η = 1
    eta = 1;
  }
  void visit(auto&& field) {
    DenoisedGuidanceSettings::visit(field);
    field("spread", spread, "r²: corrected s² c/(s² + a² c), literal s² c/(s² + c)");
    field("prior_variance", prior_variance,
          "c; trace of the prior's covariance over D when not set (the papers: 1)", above(0));
  }
};

class PiGdm final : public Sampler {
 public:
  using Settings = pigdm::Settings;
  explicit PiGdm(const Settings& settings) : settings_(settings) {}

  void require(const Problem& problem) const override {
    require_denoised_guidance(problem, settings_, "pigdm");
  }

  Claim claim() const override { return Claim::nothing(); }
  Claim claim_on(const Problem& problem) const override {
    const GaussianMixture& prior = problem.prior();
    const bool exact = prior.components() == 1 && prior.kind() == CovarianceKind::isotropic &&
                       variance(problem) == prior.eigenvalues()(0, 0) &&
                       settings_.spread == Spread::corrected && !settings_.clip;
    return exact ? settings_.limit() : Claim::nothing();
  }

  Index declared_evaluations(const Problem& problem, Index n) const override {
    return n * guided_evaluations(problem, settings_, through_jacobian_cost);
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    const LinearForm o = problem.linear_form().value();
    const HostMatrix gram = o.a * o.a.transpose(), noise = o.noise;
    const Real c = variance(problem);
    const bool literal = settings_.spread == Spread::literal;

    // (r² A Aᵀ + Γ)⁻¹
    LevelWeights at;
    for (const Real t : guided_times(problem, settings_)) {
      const NoiseLevel level = problem.process().at(t);
      const Real signal = literal ? 1 : level.alpha * level.alpha;
      const Real r2 = level.variance * c / (level.variance + signal * c);
      at.levels.push_back(level);
      at.weights.push_back(HostMatrix(r2 * gram + noise).inverse());
    }
    const auto field = through_jacobian(exec, problem, settings_, matrix_weight(at));
    return draw_guided(exec, problem, {settings_, 1}, *field, n, rng, trace);
  }

 private:
  Real variance(const Problem& problem) const {
    const GaussianMixture& prior = problem.prior();
    if (settings_.prior_variance) return *settings_.prior_variance;
    if (prior.components() == 1 && prior.kind() == CovarianceKind::isotropic)
      return prior.eigenvalues()(0, 0);
    return prior.total_covariance().trace() / prior.dimension();
  }

  Settings settings_;
};

}  // namespace plumbline::pigdm

namespace plumbline {

SamplerEntry pigdm_sampler() {
  return sampler_entry<pigdm::PiGdm>(
      {.name = "pigdm",
       .summary =
           "prior score + Jᵀ Aᵀ (r² A Aᵀ + Γ)⁻¹ (y − A ẑ_0): exact for an isotropic Gaussian",
       .reference = "Song, Vahdat, Mardani & Kautz 2023, algorithm 1",
       .asks = {Capability::linear_form},
       .row = {.per_coordinate = 4, .beside = 6, .jacobian = true, .level_weight = true}});
}

}  // namespace plumbline
