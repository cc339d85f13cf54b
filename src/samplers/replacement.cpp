// samplers/replacement.cpp – the replacement method: reverse steps of the joint in which y is
// overwritten by a context path. Papp, slides, algorithm 1; Ho et al. 2020; Song et al. 2021.
//
// Claims nothing: x_s is drawn given y_t only, never given what is still to come (y_s … y_0), so
// the bias stays as T → ∞, with exact kernels too (unit/samplers/replacement/replacement_test.cpp
// has it in closed form for a Gaussian). T evaluations per draw, 2 T with ode-heun.
#include "samplers/replacement/replacement_run.hpp"

namespace plumbline::replacement {

class Replacement final : public Sampler {
 public:
  using Settings = ReplacementSettings;
  explicit Replacement(const Settings& settings) : settings_(settings) {}

  void require(const Problem& problem) const override {
    require_steps(settings_, problem.process());
  }

  Claim claim() const override { return Claim::nothing(); }

  Index declared_evaluations(const Problem& problem, Index n) const override {
    return n * reverse_evaluations(settings_, problem.prior());
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    // 1. draw a path y_T …   2. x_T ~ p_T(x_T | y_T)
    ReplacementRun run(exec, problem, settings_, n, rng);

    // 3. for t = T … : x_s ~ p(x_s | x_t, y_t)
    for (int step = 0; step < run.grid().steps(); ++step) run.reverse(exec, step);

    // 4. retain x_0
    trace.score_evaluations = run.evaluations();
    return equally_weighted(run.x(exec));
  }

 private:
  Settings settings_;
};

}  // namespace plumbline::replacement

namespace plumbline {

SamplerEntry replacement_sampler() {
  return sampler_entry<replacement::Replacement>(
      {.name = "replacement",
       .summary = "reverse steps of the joint with y overwritten by a context path",
       .reference = "Papp, slides, algorithm 1; Ho et al. 2020; Song et al. "
                    "2021, appendix I.2",
       .asks = {Capability::fixed_coordinates},
       .row = {.per_coordinate = 2, .beside = 3}});
}

}  // namespace plumbline
