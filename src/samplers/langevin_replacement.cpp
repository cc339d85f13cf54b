// samplers/langevin_replacement.cpp – replacement, then L Langevin steps on x at every level with
// the joint score ∇_x log p_s(x, y_s), which is the conditional one. Papp, slides, algorithm 2;
// Mathieu et al. 2024, appendix E; Song & Ermon 2019, appendix B.3.
//
// Exact as L → ∞ whatever the context path, up to the bias of order ε of an unadjusted step: at the
// last level, s = 0, the Langevin dynamics of p(x | y_0) has forgotten how it started. With
// langevin_scaling = noise the step ε s_s² is 0 there and the last level corrects nothing.
// T (1 + L) evaluations per draw.
#include "core/steps/stop.hpp"
#include "samplers/replacement/replacement_run.hpp"
#include "samplers/reverse/langevin.hpp"

namespace plumbline::langevin_replacement {

enum class Scaling { none, noise };
constexpr auto names(Scaling) {
  return std::array{"none", "noise"};
}

struct Settings : ReplacementSettings {
  int langevin_steps = 10;
  Real langevin_step = 0.01;
  Scaling langevin_scaling = Scaling::none;

  void visit(auto&& field) {
    ReplacementSettings::visit(field);
    field("langevin_steps", langevin_steps, "Langevin steps L at every level", at_least(0),
          Budget::grows);
    field("langevin_step", langevin_step,
          "ε of x + ε ∇log p + √(2ε) ξ; stable below twice the smallest variance of a component",
          above(0), Budget::shrinks);
    field("langevin_scaling", langevin_scaling, "none: ε at every level; noise: ε s_s² at level s");
  }
};

class LangevinReplacement final : public Sampler {
 public:
  using Settings = langevin_replacement::Settings;
  explicit LangevinReplacement(const Settings& settings) : settings_(settings) {}

  void require(const Problem& problem) const override {
    require_steps(settings_, problem.process());
    if (problem.prior().singular() && corrects_at_zero())
      throw SpecError("langevin_scaling", "none",
                      "noise, because this prior has a direction of variance 0: no score at t = 0");
  }

  Claim claim() const override {
    return corrects_at_zero()
               ? Claim::limit({without_order("langevin_steps"), shrinking("langevin_step")})
               : Claim::nothing();
  }

  Index declared_evaluations(const Problem& problem, Index n) const override {
    const Index levels = settings_.steps - (corrects_at_zero() ? 0 : 1);
    return n *
           (reverse_evaluations(settings_, problem.prior()) + levels * settings_.langevin_steps);
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    // 1. draw a path y_T …   2. x_T ~ p_T(x_T | y_T)
    ReplacementRun run(exec, problem, settings_, n, rng);
    const Matrix score = make_matrix("score", n, problem.full_dimension());
    const Rng noise = rng.stream("langevin");
    Index corrections = 0;

    // 3. for t = T … :
    for (int step = 0; step < run.grid().steps(); ++step) {
      //    x_s ~ p(x_s | x_t, y_t)
      run.reverse(exec, step);

      //    L times: x_s ← x_s + ε ∇_x log p_s(x_s, y_s) + √(2ε) ξ
      const Real s = run.grid().times[step + 1];
      const Real epsilon = step_size(problem.process().at(s));
      for (int l = 0; l < settings_.langevin_steps && epsilon > 0; ++l) {
        stop_if_asked();
        run.prior_score().evaluate(exec, s, run.z(), Prediction::score, score);
        langevin_sweep(exec, epsilon, noise, step * settings_.langevin_steps + l, run.free(), score,
                       run.z());
        corrections += n;
      }
    }

    // 4. retain x_0
    trace.score_evaluations = run.evaluations() + corrections;
    return equally_weighted(run.x(exec));
  }

 private:
  bool corrects_at_zero() const {
    return settings_.langevin_scaling == Scaling::none && settings_.langevin_steps > 0;
  }
  Real step_size(const NoiseLevel& level) const {
    return settings_.langevin_scaling == Scaling::none ? settings_.langevin_step
                                                       : settings_.langevin_step * level.variance;
  }

  Settings settings_;
};

}  // namespace plumbline::langevin_replacement

namespace plumbline {

SamplerEntry langevin_replacement_sampler() {
  return sampler_entry<langevin_replacement::LangevinReplacement>(
      {.name = "langevin-replacement",
       .summary = "replacement with L Langevin steps on x at every level",
       .reference = "Papp, slides, algorithm 2; Mathieu et al. 2024, "
                    "appendix E",
       .asks = {Capability::fixed_coordinates},
       .row = {.per_coordinate = 3, .beside = 3}});
}

}  // namespace plumbline
