// samplers/dps.cpp – diffusion posterior sampling: reverse steps with the likelihood of the
// denoised state, ∇log p_t(z) + ζ ∇_z log p(y | ẑ_0(z)). Chung et al. 2023, algorithm 1;
// samplers/guidance/README §3.
//
// rule = constant is that. rule = residual (the paper's ζ_t = ζ/‖y − A ẑ_0‖, as its code has it) is
// −ζ ∇_z ‖y − A ẑ_0‖, which does not know the noise of y. Either is a likelihood score that the
// integrator weighs; apply = step is the published form, which adds it to z_s after the step as it
// is: its effect then grows with the number of steps. jacobian = false takes the gradient in ẑ_0
// instead of z (no backpropagation). Point mass at E[z_0 | z_t], so biased for every prior:
// claims nothing. Per draw 2 T evaluations (the Jacobian is the second; without it T), twice that
// with ode-heun. The observation may be nonlinear: its residual is y − f(ẑ_0), and the gradient of
// f takes the place of Aᵀ.
#include "core/arrays/elementwise.hpp"
#include "core/arrays/gather.hpp"
#include "samplers/guidance/denoised_guidance.hpp"
#include "samplers/reverse/reverse_run.hpp"

namespace plumbline::dps {

enum class Rule { residual, constant };
constexpr auto names(Rule) {
  return std::array{"residual", "constant"};
}
enum class Apply { score, step };
constexpr auto names(Apply) {
  return std::array{"score", "step"};
}

struct Settings : DenoisedGuidanceSettings {
  Real zeta = 1;
  Rule rule = Rule::residual;
  Apply apply = Apply::score;
  bool jacobian = true;

  void visit(auto&& field) {
    DenoisedGuidanceSettings::visit(field);
    field("zeta", zeta, "step size ζ of the likelihood", at_least(0));
    field("rule", rule, "residual: −ζ ∇‖y − A ẑ_0‖; constant: ζ ∇log p(y | ẑ_0)");
    field("apply", apply,
          "score: added to the score; step: to z_s after the step, unscaled, as published");
    field("jacobian", jacobian, "through the denoiser; false: gradient in ẑ_0, no backpropagation");
  }
};

/// v ← ζ v/‖v‖, 0 at 0.   shapes  v [n, m]
void normalise(const Exec& exec, Real zeta, const Matrix& v) {
  const int m = v.extent_int(1);
  parallel_over(
      exec, "plumbline::samplers::dps_normalise", v.extent(0), KOKKOS_LAMBDA(Index n) {
        Real square = 0;
        for (int j = 0; j < m; ++j) square = Kokkos::fma(v(n, j), v(n, j), square);
        const Real scale = square == 0 ? Real(0) : zeta / Kokkos::sqrt(square);
        for (int j = 0; j < m; ++j) v(n, j) *= scale;
      });
}

class ResidualNorm final : public ResidualWeight {
 public:
  explicit ResidualNorm(Real zeta) : zeta_(zeta) {}
  void weigh(const Exec& exec, const NoiseLevel&, const Cube&, const Matrix& v) override {
    normalise(exec, zeta_, v);
  }

 private:
  Real zeta_;
};

/// v ← ζ ∇ log p(y | ẑ_0), or −ζ ∇‖y − f(ẑ_0)‖, from v = −ẑ_0.
class NonlinearPush final : public ResidualWeight {
 public:
  NonlinearPush(Rule rule, Real zeta, const Problem& problem)
      : residual_(rule == Rule::residual ? ForwardMap::Residual::length
                                         : ForwardMap::Residual::likelihood),
        zeta_(zeta),
        problem_(problem) {}
  void weigh(const Exec& exec, const NoiseLevel&, const Cube&, const Matrix& v) override {
    scale(exec, -1, v);
    problem_.observation().forward_map()->push(exec, residual_, zeta_, v, v);
  }

 private:
  ForwardMap::Residual residual_;
  Real zeta_;
  Problem problem_;  // keeps the map
};

/// The prior's field, which also notes the likelihood score where a step begins.
class NotingField final : public ScoreField {
 public:
  explicit NotingField(FormedGuidance guidance) : guidance_(std::move(guidance)) {}

  void evaluate(const Exec& exec, Real t, const Matrix& z, Prediction prediction,
                const Matrix& out) override {
    using Likelihood = FormedGuidance::Likelihood;
    const bool begins = t == begin_;  // Heun asks again at the end of the step
    guidance_.evaluate(exec, t, z, prediction, begins ? Likelihood::noted : Likelihood::absent,
                       out);
    if (begins) evaluations_ += guidance_.likelihood_cost() * Index(z.extent(0));
  }

  void begin_step(Real t) { begin_ = t; }
  void end_step(const Exec& exec, const Matrix& z) const {
    add_scaled(exec, guidance_.increment_scale(), guidance_.increment(), z);
  }
  Index evaluations() const { return evaluations_; }  ///< of the likelihood

 private:
  FormedGuidance guidance_;
  Real begin_ = -1;
  Index evaluations_ = 0;
};

class Dps final : public Sampler {
 public:
  using Settings = dps::Settings;
  explicit Dps(const Settings& settings) : settings_(settings) {}

  void require(const Problem& problem) const override {
    require_denoised_guidance(problem, settings_, "dps");
    if (settings_.rule == Rule::constant && !problem.observation().forward_map())
      require_noise(problem, "rule", "constant", "log p(y | ẑ_0) has no gradient");
    if (!settings_.jacobian && problem.process().degenerate_at_horizon())
      throw SpecError("jacobian", "false",
                      fmt::format("true, or a process.horizon below {}: at a_T = 0 its effect on "
                                  "the denoised state is infinite",
                                  problem.process().horizon()));
  }

  Claim claim() const override { return Claim::nothing(); }

  Index declared_evaluations(const Problem& problem, Index n) const override {
    const int extra = settings_.jacobian ? 1 : 0;
    if (settings_.apply == Apply::score)
      return n * guided_evaluations(problem, settings_, 1 + extra);
    return n * (guided_evaluations(problem, settings_, 1) + Index{settings_.steps} * extra);
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    const Gradient gradient = settings_.jacobian ? Gradient::jacobian : Gradient::identity;
    FormedGuidance guidance(
        exec, problem, settings_,
        denoised_likelihood(exec, problem, gradient, settings_.clip, weight(problem)));
    if (settings_.apply == Apply::step)
      return draw_shifted(exec, problem, std::move(guidance), n, rng, trace);
    const auto field = formed_field(std::move(guidance));
    return draw_guided(exec, problem, {settings_, settings_.zeta}, *field, n, rng, trace);
  }

 private:
  /// ζ Γ⁻¹ r, or ζ r/‖r‖
  std::unique_ptr<ResidualWeight> weight(const Problem& problem) const {
    if (problem.observation().forward_map())
      return std::make_unique<NonlinearPush>(settings_.rule, settings_.zeta, problem);
    if (settings_.rule == Rule::residual) return std::make_unique<ResidualNorm>(settings_.zeta);
    HostMatrix precision =
        settings_.zeta * HostMatrix(problem.linear_form().value().noise.inverse());
    return matrix_weight({.weights = {precision}});
  }

  /// For t = T … : z_s ~ kernel(· | z_t), then z_s ← z_s + the likelihood score at z_t.
  Ensemble draw_shifted(const Exec& exec, const Problem& problem, FormedGuidance guidance, Index n,
                        Rng rng, Trace& trace) const {
    const GuidedStart start = start_guided(exec, problem, {settings_, settings_.zeta}, n, rng);
    NotingField field(std::move(guidance));
    ReverseKernel kernel(exec, settings_.choice(), problem.process(), start.mixture, field);
    const Rng noise = rng.stream("reverse");
    const TimeGrid grid = settings_.times(problem.process());
    for (int step = 0; step < grid.steps(); ++step) {
      field.begin_step(grid.times[step]);
      kernel.step(exec, grid.times[step], grid.times[step + 1], noise, step, start.z);
      field.end_step(exec, start.z);
    }
    trace.score_evaluations = kernel.evaluations() + field.evaluations();
    return retain_free(exec, problem, start.z);
  }

  Settings settings_;
};

}  // namespace plumbline::dps

namespace plumbline {

SamplerEntry dps_sampler() {
  return sampler_entry<dps::Dps>(
      {.name = "dps",
       .summary = "prior score + ζ ∇ of the likelihood of the denoised state",
       .reference = "Chung et al. 2023, algorithm 1",
       .asks = {Capability::linear_form, Capability::forward_map},
       .row = {.per_coordinate = 4, .beside = 4, .jacobian = true}});
}

}  // namespace plumbline
