#include "samplers/guidance/denoised_guidance.hpp"

namespace plumbline {
namespace {

/// out ← clip(prediction) + increment, or as a score. An empty increment is 0.
struct Finish {
  Real bound;
  bool to_score;
  NoiseLevel level;
  Matrix z, prediction, increment, out;

  KOKKOS_FUNCTION void operator()(Index n) const {
    for (int i = 0; i < out.extent_int(1); ++i) {
      Real value = clipped(prediction(n, i), bound);
      if (increment.data()) value += increment(n, i);
      out(n, i) = to_score ? score_of_denoised(level, value, z(n, i)) : value;
    }
  }
};

class FormedField final : public ScoreField {
 public:
  explicit FormedField(FormedGuidance guidance) : guidance_(std::move(guidance)) {}

  void evaluate(const Exec& exec, Real t, const Matrix& z, Prediction prediction,
                const Matrix& out) override {
    guidance_.evaluate(exec, t, z, prediction, FormedGuidance::Likelihood::added, out);
  }
  int cost() const override { return 1 + guidance_.likelihood_cost(); }

 private:
  FormedGuidance guidance_;
};

}  // namespace

FormedGuidance::FormedGuidance(const Exec& exec, const Problem& problem,
                               const DenoisedGuidanceSettings& settings,
                               std::unique_ptr<LikelihoodScore> likelihood)
    : form_(settings.form),
      bound_(form_ == Form::denoised ? settings.clip.value_or(infinity) : infinity),
      process_(problem.process()),
      prior_(exact_score(exec, problem.prior_factored(), problem.process())),
      likelihood_(std::move(likelihood)) {}

void FormedGuidance::evaluate(const Exec& exec, Real t, const Matrix& z, Prediction prediction,
                              Likelihood likelihood, const Matrix& out) {
  if (prediction_.extent(0) != z.extent(0)) {
    prediction_ = make_matrix("prediction", z.extent(0), z.extent(1));
    increment_ = make_matrix("increment", z.extent(0), z.extent(1));
  }
  const NoiseLevel level = process_.at(t);
  // the x̂_0 form asks for ẑ_0 whatever the step wants; at s = 0 there is only the score
  const bool by_denoised = form_ == Form::denoised && level.variance > 0;
  const Prediction asked = by_denoised ? Prediction::denoised : prediction;

  prior_->evaluate(exec, t, z, asked, prediction_);
  if (likelihood != Likelihood::absent) {
    likelihood_->evaluate(exec, t, z, asked, prediction_, increment_);
    increment_scale_ = asked == Prediction::score ? 1 : score_per_denoised(level);
  }
  parallel_over(exec, "plumbline::samplers::formed_guidance", z.extent(0),
                Finish{by_denoised ? bound_ : infinity, asked != prediction, level, z, prediction_,
                       likelihood == Likelihood::added ? increment_ : Matrix(), out});
}

std::unique_ptr<ScoreField> formed_field(FormedGuidance guidance) {
  return std::make_unique<FormedField>(std::move(guidance));
}

std::unique_ptr<ScoreField> through_jacobian(const Exec& exec, const Problem& problem,
                                             const DenoisedGuidanceSettings& settings,
                                             std::unique_ptr<ResidualWeight> weight) {
  return formed_field(
      {exec, problem, settings,
       denoised_likelihood(exec, problem, Gradient::jacobian, settings.clip, std::move(weight))});
}

void require_noise(const Problem& problem, std::string key, std::string value, const char* reason) {
  const HostMatrix noise = problem.linear_form().value().noise;
  if (symmetric_eigen(noise).values.minCoeff() > 0) return;
  throw SpecError(std::move(key), std::move(value),
                  fmt::format("an observation with noise: {} without. pigdm, tmpd, mmps and dps "
                              "with rule = residual need none",
                              reason));
}

void require_denoised_guidance(const Problem& problem, const DenoisedGuidanceSettings& settings,
                               std::string_view sampler) {
  require_score_kernel(settings, sampler);
  require_steps(settings, problem.process());
}

}  // namespace plumbline
