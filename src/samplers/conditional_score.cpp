// samplers/conditional_score.cpp – the oracle of guidance: reverse steps with the exact conditional
// score ∇ log p_t(x | y), the posterior mixture pushed to t (problem/README §1). No approximation
// of the conditioning, so all its error is discretisation.
//
// Runs in the d coordinates of a draw: for inpainting the observed block of p_t(z | y) is
// N(a_t y, s_t² I) whatever x is, and would only be carried along. T evaluations per draw, 2 T with
// ode-heun. A posterior that is no mixture may have its score and exact reverse kernel in closed
// form too (ConditionalLaw).
#include "core/steps/stop.hpp"
#include "problem/conditional_field.hpp"
#include "samplers/reverse/reverse_run.hpp"

namespace plumbline::conditional_score_method {

class ConditionalScore final : public Sampler {
 public:
  using Settings = ReverseSettings;
  explicit ConditionalScore(const Settings& settings) : settings_(settings) {}

  void require(const Problem& problem) const override {
    require_steps(settings_, problem.process());
    const ConditionalLaw* law = problem.observation().conditional_law();
    if (law && !law->scored_at_data() && settings_.kernel_properties().reads_end)
      throw SpecError("kernel", name_of(settings_.kernel),
                      "another kernel: the score of this posterior ends before t = 0, which a Heun "
                      "step visits. ode-euler and ddim stop short of it");
  }

  Claim claim() const override { return settings_.limit(); }

  Index declared_evaluations(const Problem& problem, Index n) const override {
    return n * reverse_evaluations(settings_,
                                   problem.is_mixture() ? problem.posterior() : problem.prior());
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    if (const ConditionalLaw* law = problem.observation().conditional_law())
      return draw_given(exec, problem, *law, n, rng, trace);
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
  /// By the law of a posterior that is no mixture.
  Ensemble draw_given(const Exec& exec, const Problem& problem, const ConditionalLaw& law, Index n,
                      Rng rng, Trace& trace) const {
    const NoiseProcess& process = problem.process();
    const Matrix x = make_matrix("x", n, problem.dimension());
    // x_T ~ p_T(x | y)
    if (settings_.initial == InitialLaw::exact)
      draw_noised_target(exec, problem, rng.stream("initial"), x);
    else
      draw_gaussian(exec, process.practical_deviation(), rng.stream("initial"), x);
    if (settings_.kernel_properties().integrates_score()) {
      const auto score = law.field(exec, problem.prior_factored(), process);
      trace.score_evaluations = reverse_to_data(exec, settings_, process, problem.prior_factored(),
                                                *score, rng.stream("reverse"), x);
      return equally_weighted(x);
    }
    // for t = T … : x_s ~ p(x_s | x_t, y)
    const TimeGrid grid = settings_.times(process);
    const auto kernel = law.kernel(exec, problem.prior_factored(), process);
    const Rng noise = rng.stream("reverse");
    for (int step = 0; step < grid.steps(); ++step) {
      stop_if_asked();
      kernel->draw(exec, grid.times[step], grid.times[step + 1], noise, step, x, x, 0);
      trace.score_evaluations += n;
    }
    return equally_weighted(x);
  }

  Settings settings_;
};

}  // namespace plumbline::conditional_score_method

namespace plumbline {

SamplerEntry conditional_score_sampler() {
  return sampler_entry<conditional_score_method::ConditionalScore>(
      {.name = "conditional-score",
       .summary = "reverse steps with the exact conditional score: discretisation error only",
       .reference = "Song et al. 2021, section 5; exact score: closed form",
       .asks = {Capability::conditional_score},
       .row = {.per_coordinate = 1, .beside = 2}});
}

}  // namespace plumbline
