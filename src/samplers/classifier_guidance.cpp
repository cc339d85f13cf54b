// samplers/classifier_guidance.cpp – reverse steps with ∇log p_t(z) + γ ∇log p(y | z_t).
// Dhariwal & Nichol 2021; samplers/guidance/README §2. In a limited interval of times on request
// (Kynkäänniemi et al. 2024).
//
// classifier = noisy is exact at every noise level, ∇log p(y | z_t) = ∇log p_t(z | y) − ∇log
// p_t(z): then this is cfg with the same γ, term by term (γ = 1 is unscaled in both; a test holds
// them together). classifier = clean was trained on clean data only and is asked at z_0 = z_t: what
// Malkin, slides, warns of, measured; it claims nothing. Per draw 2 T evaluations (clean: 3 T),
// twice that with ode-heun.
#include "core/arrays/elementwise.hpp"
#include "mixture/score_difference.hpp"
#include "samplers/guidance/guidance.hpp"

namespace plumbline::classifier_guidance {

enum class Classifier { noisy, clean };
constexpr auto names(Classifier) {
  return std::array{"noisy", "clean"};
}

struct Settings : ReverseSettings {
  Real gamma = 1;
  Classifier classifier = Classifier::noisy;
  std::vector<Real> interval = {};

  Settings() { kernel = KernelKind::ddpm; }
  void visit(auto&& field) {
    ReverseSettings::visit(field);
    field("gamma", gamma, "guidance strength: 1 is Bayes' rule, unscaled");
    field("classifier", classifier,
          "noisy: p(y | z_t), exact at every noise level; clean: p(y | z_0 = z_t)");
    field("interval", interval, interval_doc);
  }
  void validate() const { require_interval(interval); }
};

/// ∇ log p(y | z_t).
class NoisyClassifier final : public LikelihoodScore {
 public:
  explicit NoisyClassifier(std::unique_ptr<ScoreField> conditional)
      : conditional_(std::move(conditional)) {}

  void evaluate(const Exec& exec, Real t, const Matrix& z, Prediction prediction,
                const Matrix& prior, const Matrix& out) override {
    // ẑ_0(z, y) − ẑ_0(z) = (s²/a) ∇log p(y | z_t): finite at a = 0 in this form
    conditional_->evaluate(exec, t, z, prediction, out);
    subtract(exec, out, prior, out);
  }
  int cost() const override { return conditional_->cost(); }

 private:
  std::unique_ptr<ScoreField> conditional_;
};

/// ∇ log p(y | z_0) at z_0 = z_t.
class CleanClassifier final : public LikelihoodScore {
 public:
  CleanClassifier(const Exec& exec, const FactoredMixture& conditional,
                  const FactoredMixture& prior, const NoiseProcess& process)
      : process_(process), given_y_over_prior_(exec, conditional, prior) {}

  void evaluate(const Exec& exec, Real t, const Matrix& z, Prediction prediction, const Matrix&,
                const Matrix& out) override {
    given_y_over_prior_.evaluate(exec, z, out);
    scale(exec, prediction_per_score(process_.at(t), prediction), out);
  }
  int cost() const override { return 2; }

 private:
  NoiseProcess process_;
  ScoreDifference given_y_over_prior_;
};

class ClassifierGuidance final : public Sampler {
 public:
  using Settings = classifier_guidance::Settings;
  explicit ClassifierGuidance(const Settings& settings) : settings_(settings) {}

  void require(const Problem& problem) const override {
    require_score_kernel(settings_, "classifier-guidance");
    require_steps(settings_, problem.process());
    if (settings_.classifier == Classifier::clean) require_clean_classifier(problem);
  }

  Claim claim() const override {
    const bool bayes = settings_.gamma == 1 && settings_.classifier == Classifier::noisy;
    return bayes ? settings_.limit() : Claim::nothing();
  }
  Claim claim_on(const Problem& problem) const override {
    return problem.is_mixture() ? claim() : Claim::nothing();
  }

  Index declared_evaluations(const Problem& problem, Index n) const override {
    const int cost = settings_.classifier == Classifier::noisy ? 2 : 3;
    return n * guided_evaluations(problem, settings_, cost);
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    const NoiseProcess& process = problem.process();
    const FactoredMixture conditional = factored(exec, conditional_mixture(problem));
    std::unique_ptr<LikelihoodScore> classifier;
    if (settings_.classifier == Classifier::noisy)
      classifier = std::make_unique<NoisyClassifier>(exact_score(exec, conditional, process));
    else
      classifier =
          std::make_unique<CleanClassifier>(exec, conditional, problem.prior_factored(), process);

    const Strength strength = {settings_.gamma, settings_.interval};
    const auto field = guided(exact_score(exec, problem.prior_factored(), process),
                              std::move(classifier), strength);
    return draw_guided(exec, problem, {settings_, strength.at(process.horizon())}, *field, n, rng,
                       trace);
  }

 private:
  /// p(y | z_0) needs a density of z_0, before and after conditioning, and a_T > 0.
  static void require_clean_classifier(const Problem& problem) {
    if (problem.prior().singular() || conditional_mixture(problem).singular())
      throw SpecError(
          "classifier", "clean",
          "noisy, because p(y | z_0) has no gradient here: the observation is noise-free "
          "or the prior has a direction of variance 0");
    if (problem.process().degenerate_at_horizon())
      throw SpecError("classifier", "clean",
                      fmt::format("noisy, or a process.horizon below {}: at a_T = 0 its effect on "
                                  "the denoised state is infinite",
                                  problem.process().horizon()));
  }

  Settings settings_;
};

}  // namespace plumbline::classifier_guidance

namespace plumbline {

SamplerEntry classifier_guidance_sampler() {
  return sampler_entry<classifier_guidance::ClassifierGuidance>(
      {.name = "classifier-guidance",
       .summary = "prior score + γ ∇log p(y | z_t), from a classifier exact at t or at t = 0 only",
       .reference = "Dhariwal & Nichol 2021, algorithm 1",
       .asks = {Capability::conditional_mixture},
       .row = {.per_coordinate = 3, .beside = 2}});
}

}  // namespace plumbline
