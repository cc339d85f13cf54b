// samplers/conditional_score.cpp – the oracle of guidance: reverse steps with the exact conditional
// score ∇ log p_t(x | y), the posterior mixture pushed to t (problem/README §1). No approximation
// of the conditioning, so all its error is discretisation.
//
// Runs in the d coordinates of a draw: for inpainting the observed block of p_t(z | y) is
// N(a_t y, s_t² I) whatever x is, and would only be carried along. T evaluations per draw, 2 T with
// ode-heun. The posterior of an event is no mixture, but its score and its exact reverse kernel
// have closed forms too (problem/event.hpp); of width 0 it has no score at t = 0.
#include "problem/event.hpp"
#include "samplers/reverse/reverse_run.hpp"

namespace plumbline::conditional_score {

class ConditionalScore final : public Sampler {
 public:
  using Settings = ReverseSettings;
  explicit ConditionalScore(const Settings& settings) : settings_(settings) {}

  void check(const Problem& problem) const override {
    require_target(problem, "conditional-score");
    require_steps(settings_, problem.process());
    const auto* event = std::get_if<Event>(&problem.observation());
    if (event && event->width == 0 && settings_.kernel == KernelKind::ode_heun)
      throw SpecError("kernel", "ode-heun",
                      "another kernel: the score of an event of width 0 ends before t = 0, which a "
                      "Heun step visits. ode-euler and ddim stop short of it");
  }

  Claim claim() const override {
    const bool exact = settings_.kernel == KernelKind::exact;
    return claim_from(settings_.initial, exact ? Claim::exact : Claim::steps);
  }

  Index declared_evaluations(const Problem& problem, Index n) const override {
    return n * reverse_evaluations(settings_,
                                   problem.is_mixture() ? problem.posterior() : problem.prior());
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    if (const auto* event = std::get_if<Event>(&problem.observation()))
      return draw_given(exec, problem, *event, n, rng, trace);
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
  Ensemble draw_given(const Exec& exec, const Problem& problem, const Event& event, Index n,
                      Rng rng, Trace& trace) const {
    const NoiseProcess& process = problem.process();
    const Matrix x = make_matrix("x", n, problem.dimension());
    // x_T ~ p_T(x | event)
    if (settings_.initial == InitialLaw::exact)
      draw_noised_target(exec, problem, rng.stream("initial"), x);
    else
      draw_gaussian(exec, practical_initial_deviation(process), rng.stream("initial"), x);
    if (settings_.kernel != KernelKind::exact) {
      const auto score = event_score_field(exec, problem.prior_factored(), process, event);
      trace.score_evaluations = reverse_to_data(exec, settings_, process, problem.prior_factored(),
                                                *score, rng.stream("reverse"), x);
      return equally_weighted(x);
    }
    // for t = T … : x_s ~ p(x_s | x_t, event)
    const TimeGrid grid = settings_.times(process);
    DiffusedMixture at_t(exec, problem.prior_factored(), process, process.horizon());
    for (int step = 0; step < grid.steps(); ++step) {
      at_t.move_to(exec, grid.times[step]);
      exact_event_reverse_draw(exec, at_t, event, grid.times[step + 1], rng.stream("reverse"), step,
                               x, x);
      trace.score_evaluations += n;
    }
    return equally_weighted(x);
  }

  Settings settings_;
};

}  // namespace plumbline::conditional_score

namespace plumbline {

SamplerEntry conditional_score_sampler() {
  return sampler_entry<conditional_score::ConditionalScore>(
      {.name = "conditional-score",
       .summary = "reverse steps with the exact conditional score: discretisation error only",
       .reference = "Song et al. 2021, section 5; exact score: problem/README §1",
       .targets = {"inpainting", "linear", "class", "event"}});
}

}  // namespace plumbline
