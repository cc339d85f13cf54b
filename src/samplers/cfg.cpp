// samplers/cfg.cpp – classifier-free guidance: reverse steps with (1 − γ) ∇log p_t(z) +
// γ ∇log p_t(z | y). Ho & Salimans 2021 (their w = γ − 1).
//
// γ = 1 is the conditional score, γ = 0 the prior. γ ≠ 1 samples neither the posterior nor the
// tilted law p(z) p(y | z)^γ, whose diffusion has another score (Chidambaram et al. 2024): claims
// nothing there. In a limited interval of times on request: elsewhere the conditional score alone
// (Kynkäänniemi et al. 2024). 2 T evaluations per draw, 4 T with ode-heun, half of that outside the
// interval.
#include "samplers/guidance/guidance.hpp"

namespace plumbline::cfg {

struct Settings : ReverseSettings {
  Real gamma = 1;
  std::vector<Real> interval = {};

  Settings() { kernel = KernelKind::ddpm; }
  void visit(auto&& field) {
    ReverseSettings::visit(field);
    field("gamma", gamma, "guidance strength: 1 is the conditional score (w = gamma − 1)");
    field("interval", interval, interval_doc);
  }
  void validate() const { require_interval(interval); }
};

/// The combination inside the interval, the conditional score alone outside.
class Interval final : public ScoreField {
 public:
  Interval(Strength strength, std::unique_ptr<ScoreField> inside,
           std::unique_ptr<ScoreField> outside)
      : strength_(std::move(strength)), inside_(std::move(inside)), outside_(std::move(outside)) {}

  void evaluate(const Exec& exec, Real t, const Matrix& z, Prediction prediction,
                const Matrix& out) override {
    latest_ = strength_.holds(t) ? inside_.get() : outside_.get();
    latest_->evaluate(exec, t, z, prediction, out);
  }
  int cost() const override { return latest_ ? latest_->cost() : 0; }

 private:
  Strength strength_;
  std::unique_ptr<ScoreField> inside_, outside_;
  ScoreField* latest_ = nullptr;
};

class ClassifierFree final : public Sampler {
 public:
  using Settings = cfg::Settings;
  explicit ClassifierFree(const Settings& settings) : settings_(settings) {}

  void require(const Problem& problem) const override {
    require_score_kernel(settings_, "cfg");
    require_steps(settings_, problem.process());
  }

  Claim claim() const override {
    return settings_.gamma == 1 ? settings_.limit() : Claim::nothing();
  }
  Claim claim_on(const Problem& problem) const override {
    return problem.is_mixture() ? claim() : Claim::nothing();
  }

  Index declared_evaluations(const Problem& problem, Index n) const override {
    Index sum = 0;
    for (const Real t : guided_times(problem, settings_)) sum += strength().holds(t) ? 2 : 1;
    return n * sum;
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    const NoiseProcess& process = problem.process();
    const FactoredMixture conditional = factored(exec, conditional_mixture(problem));
    std::vector<WeightedField> terms;
    terms.push_back({1 - settings_.gamma, exact_score(exec, problem.prior_factored(), process)});
    terms.push_back({settings_.gamma, exact_score(exec, conditional, process)});

    Interval field(strength(), combination(std::move(terms)),
                   exact_score(exec, conditional, process));
    return draw_guided(exec, problem, {settings_, strength().at(process.horizon())}, field, n, rng,
                       trace);
  }

 private:
  Strength strength() const { return {settings_.gamma, settings_.interval}; }

  Settings settings_;
};

}  // namespace plumbline::cfg

namespace plumbline {

SamplerEntry cfg_sampler() {
  return sampler_entry<cfg::ClassifierFree>(
      {.name = "cfg",
       .summary = "classifier-free guidance: (1 − γ) prior score + γ conditional score",
       .reference = "Ho & Salimans 2021; Chidambaram et al. 2024",
       .asks = {Capability::conditional_mixture},
       .row = {.per_coordinate = 3, .beside = 2}});
}

}  // namespace plumbline
