// samplers/conditional_score.cpp – the oracle of guidance: reverse steps with the exact conditional
// score ∇ log p_t(x | y), the posterior mixture pushed to t (MATH §5). No approximation of the
// conditioning, so all its error is discretisation.
//
// Runs in the d coordinates of a draw: for inpainting the observed block of p_t(z | y) is
// N(a_t y, s_t² I) whatever x is, and would only be carried along. T evaluations per draw, 2 T with
// ode-heun.
#include "samplers/detail/reverse_run.hpp"

namespace plumbline::conditional_score {

class ConditionalScore final : public Sampler {
 public:
  using Settings = ReverseSettings;
  explicit ConditionalScore(const Settings& settings) : settings_(settings) {}

  void check(const Problem& problem) const override {
    require_target(problem, "conditional-score");
    require_steps(settings_, problem.process());
  }

  Claim claim() const override {
    const bool exact = settings_.kernel == KernelKind::exact;
    return claim_from(settings_.initial, exact ? Claim::exact : Claim::steps);
  }

  Index declared_evaluations(const Problem& problem, Index n) const override {
    return n * reverse_evaluations(settings_, problem.posterior());
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    const FactoredMixture posterior = factored(exec, problem.posterior());
    const auto score = exact_score(exec, posterior, problem.process());
    const Matrix x = make_matrix("x", n, problem.dimension());

    // x_T ~ p_T(x | y), then for t = T … : x_s ~ kernel with ∇ log p_t(x | y)
    draw_initial(exec, settings_.initial, posterior, problem.process(), rng.stream("initial"), x);
    trace.score_evaluations = reverse_to_data(exec, settings_, problem.process(), posterior, *score,
                                              rng.stream("reverse"), x);
    return equally_weighted(x);
  }

 private:
  Settings settings_;
};

}  // namespace plumbline::conditional_score

namespace plumbline {

SamplerEntry conditional_score_sampler() {
  return sampler_entry<conditional_score::ConditionalScore>(
      {.name = "conditional-score",
       .summary = "reverse steps with the exact conditional score: discretisation error only",
       .reference = "Song et al. 2021, section 5; exact score: MATH §5",
       .targets = {"inpainting", "linear", "class"}});
}

}  // namespace plumbline
