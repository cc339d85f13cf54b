// samplers/smcdiff.cpp – a bootstrap particle filter on the context path: weigh particles by where
// y is to land, resample, propagate x. S4, algorithm 3; Trippe et al. 2023.
//
// With separable kernels (em, ddpm) the weight is N(y_s; mean^y(x_t, y_t), v I); with the exact
// kernel, which does not separate, weight and proposal are its own marginal and conditional. One
// draw per independent run, chosen by weight among N, converges as N → ∞. With the exact kernel it
// does so to the posterior itself and on any path, because given y_0 the noised y_{1:T} say nothing
// more about x_0; with the others to the discretised model's, so steps → ∞ too, and there only on a
// path that moves as the noising does (context = forward).
//
// log_evidence: mean over runs of p_T(y_T) Π_t (Σ_n W_n w_n) / q(y_{1:T} | y_0) (MATH §7, "Evidence
// estimates"), for context = forward; NaN for the others, whose path has no q.
// N T evaluations per draw, 2 N T with the exact kernel.
#include "samplers/detail/filter_step.hpp"
#include "samplers/detail/replacement_run.hpp"
#include "samplers/detail/smc.hpp"

namespace plumbline::smcdiff {

struct Settings : ReplacementSettings {
  ParticleSettings population;

  void visit(auto&& field) {
    ReplacementSettings::visit(field);
    population.visit(field);
  }
};

/// log_z += start − q.   shapes  [R]
void add_path_evidence(const Exec& exec, const Vector& start, const Vector& q,
                       const Vector& log_z) {
  parallel_over(
      exec, "plumbline::samplers::path_evidence", log_z.extent(0),
      KOKKOS_LAMBDA(Index r) { log_z(r) += start(r) - q(r); });
}

/// z = [x, y], y on the context path of its run; G(z_t) = p(y_s | x_t, y_t), M = p(x_s | x_t, y_t)
/// (exact kernel: given y_s too).
class ContextFilter final : public FeynmanKac {
 public:
  ContextFilter(const Exec& exec, const Problem& problem, const ReplacementSettings& settings,
                const SmcRuns& runs, Rng rng)
      : problem_(problem),
        settings_(settings),
        runs_(runs),
        grid_(settings.times(problem.process())),
        initial_(rng.stream("initial")),
        noise_(rng.stream("reverse")),
        path_(settings.context, problem.process(), std::get<Inpainting>(problem.observation()).y,
              runs.count, rng.stream("context"), runs.first),
        kernel_(filter_step(exec, problem, settings.choice(), runs.rows())) {}

  void start(const Exec& exec, const Matrix& z, const Vector& log_g) override {
    // draw a path y_T …, x_T ~ p_T(x_T | y_T)
    path_.start(exec);
    draw_initial_given_context(exec, settings_.initial, problem_, path_.y(), runs_.particles,
                               initial_, z, runs_.first_chain());
    log_start_ = initial_log_evidence(exec, settings_.initial, problem_, path_.y());
    look_ahead(exec, 0, z, log_g);
  }

  void propose(const Exec& exec, const SmcStep& step, const IndexVector& ancestors,
               const Matrix& z) override {
    kernel_->propagate(exec, ancestors, {path_.y(), runs_.particles}, noise_, step.index, z,
                       runs_.first_chain());
  }

  void weigh(const Exec& exec, const SmcStep& step, const Matrix& z, const Vector& log_g) override {
    if (step.last)
      Kokkos::deep_copy(exec, log_g, 0);
    else
      look_ahead(exec, static_cast<int>(step.index) + 1, z, log_g);
  }

  void complete_evidence(const Exec& exec, const Vector& log_z) override {
    add_path_evidence(exec, log_start_, path_.log_q(), log_z);
  }
  Index evaluations() const override { return runs_.rows() * grid_.steps() * kernel_->cost(); }

 private:
  /// Moves the path from times[step] = t to s: log p(y_s | x_t, y_t).
  void look_ahead(const Exec& exec, int step, const Matrix& z, const Vector& log_g) {
    const Real t = grid_.times[step], s = grid_.times[step + 1];
    path_.move_to(exec, t, s, step + 1);
    kernel_->weigh(exec, t, s, z, {path_.y(), runs_.particles}, log_g);
  }

  Problem problem_;
  ReplacementSettings settings_;
  SmcRuns runs_;
  TimeGrid grid_;
  Rng initial_, noise_;
  ContextPath path_;
  std::unique_ptr<FilterStep> kernel_;
  Vector log_start_;  // [R]
};

class SmcDiff final : public Sampler {
 public:
  using Settings = smcdiff::Settings;
  explicit SmcDiff(const Settings& settings) : settings_(settings) {}

  void check(const Problem& problem) const override {
    require_target(problem, "smcdiff");
    require_filter_kernel(settings_.choice(), "smcdiff");
    require_steps(settings_, problem.process());
  }

  Claim claim() const override {
    if (settings_.kernel == KernelKind::exact)
      return claim_from(settings_.initial, Claim::particles);
    const bool forward = settings_.context == Context::forward;
    return claim_from(settings_.initial, forward ? Claim::steps_and_particles : Claim::nothing);
  }

  Index declared_evaluations(const Problem&, Index n) const override {
    const ParticleSettings& p = settings_.population;
    return p.runs(n) * p.particles * settings_.steps * filter_step_cost(settings_.choice());
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    const auto filter = [&](const SmcRuns& runs, Rng own) {
      return std::make_unique<ContextFilter>(exec, problem, settings_, runs, own);
    };
    return draw_by_smc(exec, problem, settings_.population, settings_.times(problem.process()),
                       filter, n, rng, trace);
  }

 private:
  Settings settings_;
};

}  // namespace plumbline::smcdiff

namespace plumbline {

SamplerEntry smcdiff_sampler() {
  return sampler_entry<smcdiff::SmcDiff>(
      {.name = "smcdiff",
       .summary = "bootstrap particle filter on the context path, one draw per independent run",
       .reference = "Papp, slides on conditional sampling, algorithm 3; Trippe et al. 2023",
       .targets = {"inpainting"}});
}

}  // namespace plumbline
