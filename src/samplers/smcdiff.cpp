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
#include <algorithm>

#include "samplers/detail/evidence.hpp"
#include "samplers/detail/filter_step.hpp"
#include "samplers/detail/populations.hpp"
#include "samplers/detail/replacement_run.hpp"
#include "samplers/detail/retain.hpp"

namespace plumbline::smcdiff {

struct Settings : ReplacementSettings {
  int particles = 64;
  Resampling resampling = Resampling::systematic;
  Real ess_threshold = 1;
  bool pooled = false;

  void visit(auto&& field) {
    ReplacementSettings::visit(field);
    field("particles", particles, "particles N of each run", at_least(1));
    field("resampling", resampling, "how ancestors are chosen");
    field("ess_threshold", ess_threshold,
          "resample below this fraction of N in effective sample size: 1 always, 0 never",
          between(0, 1));
    field("pooled", pooled, "keep all particles of a run instead of one: they are correlated");
  }
};

/// Rows of z that fit a host core's cache, or keep a GPU busy. Bits do not depend on it.
constexpr Index chunk_numbers = Index{1} << (on_host ? 18 : 24);

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
    return runs(n) * settings_.particles * settings_.steps * filter_step_cost(settings_.choice());
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    const Ensemble draws = {make_matrix("x", n, problem.dimension()), make_vector("log_w", n)};
    const Index total = runs(n), width = Index{settings_.particles} * problem.full_dimension();
    const Index chunk = std::max(Index{1}, chunk_numbers / width);
    FilterDiary diary;
    for (Index first = 0; first < total; first += chunk)
      filter(exec, problem, {first, std::min(chunk, total - first)}, rng, draws, diary);
    diary.close(settings_.times(problem.process()), trace);
    trace.score_evaluations = diary.evaluations;
    return draws;
  }

 private:
  /// Runs first … first + count − 1.
  struct Runs {
    Index first, count;
  };

  Index runs(Index n) const {
    return settings_.pooled ? (n + settings_.particles - 1) / settings_.particles : n;
  }

  void filter(const Exec& exec, const Problem& problem, const Runs& runs, Rng rng,
              const Ensemble& draws, FilterDiary& diary) const {
    const TimeGrid grid = settings_.times(problem.process());
    const Index particles = settings_.particles, rows = runs.count * particles;
    const std::uint64_t first_chain = runs.first * particles;
    const Rng noise = rng.stream("reverse"), coin = rng.stream("resample");
    ContextPath path(settings_.context, problem.process(),
                     std::get<Inpainting>(problem.observation()).y, runs.count,
                     rng.stream("context"), runs.first);
    Populations populations(exec, runs.count, particles,
                            {settings_.resampling, settings_.ess_threshold});
    const auto kernel = filter_step(exec, problem, settings_.choice(), rows);
    const Matrix z = make_matrix("z", rows, problem.full_dimension());
    const Vector log_g = make_vector("log_g", rows);

    // 1. draw a path y_T …   2. x_T ~ p_T(x_T | y_T), N of them
    path.start(exec);
    draw_initial_given_context(exec, settings_.initial, problem, path.y(), particles,
                               rng.stream("initial"), z, first_chain);
    const Vector log_start = initial_log_evidence(exec, settings_.initial, problem, path.y());

    // 3. for t = T … :
    for (int step = 0; step < grid.steps(); ++step) {
      const Real t = grid.times[step], s = grid.times[step + 1];
      path.move_to(exec, t, s, step + 1);
      const ContextRows y_s = {path.y(), particles};

      //    weight w_n = p(y_s | x_t, y_t)
      kernel->weigh(exec, t, s, z, y_s, log_g);
      populations.reweigh(exec, log_g, step);
      diary.note_ess(exec, step, grid.steps(), populations.ess());

      //    resample
      const IndexVector& ancestors = populations.resample(exec, coin, step, runs.first);

      //    propagate x_s ~ p(x_s | x_t, y_t) (exact kernel: given y_s too)
      kernel->propagate(exec, ancestors, y_s, noise, step, z, first_chain);
    }
    diary.evaluations += rows * grid.steps() * kernel->cost();
    diary.note(populations, log_start, path.log_q());

    // 4. retain one x_0 of every run, or all
    const EndedRuns ended = {runs.first, particles, z, to_device_list(problem.free())};
    (settings_.pooled ? retain_all : retain_one)(exec, ended, populations, rng.stream("retain"),
                                                 draws);
  }

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
