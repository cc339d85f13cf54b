// samplers/pc.cpp – predictor–corrector sampling with projection: at every level Langevin steps on
// the joint state, then a reverse step, each followed by a fresh y of its level. Song et al. 2021,
// appendix I.2, algorithms 4 and 5.
//
// The Langevin step is ε = 2 c (snr ‖ξ‖/‖∇log p_t‖)², c = a²_{t|s} (1 − β of a vp chain, 1 of ve),
// with each chain's own norms. norms = batch averages them over all draws, as the published code
// does: draws then depend on each other and on how many are asked for. late_projection is its other
// deviation: after the predictor, which stands at s, y is still drawn for level t. Conditions on
// y_t only, like replacement, and steps that depend on the state are not Langevin's: claims
// nothing. T (L + 1) evaluations per draw, T more with ode-heun. langevin_steps = 0 is
// `replacement` with a fresh context.
#include "core/arrays/elementwise.hpp"
#include "core/steps/stop.hpp"
#include "samplers/replacement/replacement_run.hpp"
#include "samplers/reverse/langevin.hpp"

namespace plumbline::pc {

enum class Norms { chain, batch };
constexpr auto names(Norms) {
  return std::array{"chain", "batch"};
}

struct Settings : ReverseSettings {
  int langevin_steps = 1;
  Real snr = 0.16;
  Norms norms = Norms::chain;
  bool late_projection = false;

  Settings() { kernel = KernelKind::ddpm; }
  void visit(auto&& field) {
    ReverseSettings::visit(field);
    field("langevin_steps", langevin_steps, "Langevin steps L at every level", at_least(0),
          Budget::grows);
    field("snr", snr, "signal-to-noise ratio r of a Langevin step, ε = 2 c (r ‖ξ‖/‖score‖)²",
          above(0));
    field("norms", norms, "chain: every chain's own; batch: means over all draws, as published");
    field("late_projection", late_projection,
          "as published: after the predictor y is drawn for the level it came from");
  }
};

/// A Langevin step of all chains.
struct Corrector {
  Matrix z, score, noise;         ///< [n, D]
  Vector score_norm, noise_norm;  ///< [n], or what stands for them
};

KOKKOS_INLINE_FUNCTION Real row_norm(const Matrix& m, Index n) {
  Real square = 0;
  for (int i = 0; i < m.extent_int(1); ++i) square = Kokkos::fma(m(n, i), m(n, i), square);
  return Kokkos::sqrt(square);
}

void measure_norms(const Exec& exec, const Corrector& c) {
  parallel_over(
      exec, "plumbline::samplers::pc_norms", c.z.extent(0), KOKKOS_LAMBDA(Index n) {
        c.score_norm(n) = row_norm(c.score, n);
        c.noise_norm(n) = row_norm(c.noise, n);
      });
}

/// Every entry ← the mean.
void share_mean(const Exec& exec, const Vector& v) {
  Kokkos::deep_copy(exec, v, total(exec, v) / Real(v.extent(0)));
}

/// z ← z + ε score + √(2 ε) ξ, ε = 2 c (snr ‖ξ‖/‖score‖)²; no step where the score is 0.
void correct(const Exec& exec, Real c, Real snr, const Corrector& step) {
  parallel_over(
      exec, "plumbline::samplers::pc_correct", step.z.extent(0), KOKKOS_LAMBDA(Index n) {
        const Real ratio = snr * step.noise_norm(n) / step.score_norm(n);
        const Real epsilon = step.score_norm(n) == 0 ? Real(0) : 2 * c * ratio * ratio;
        for (int i = 0; i < step.z.extent_int(1); ++i)
          step.z(n, i) = langevin_move(step.z(n, i), step.score(n, i), epsilon, step.noise(n, i));
      });
}

class PredictorCorrector final : public Sampler {
 public:
  using Settings = pc::Settings;
  explicit PredictorCorrector(const Settings& settings) : settings_(settings) {}

  void require(const Problem& problem) const override {
    require_steps(settings_, problem.process());
  }

  Claim claim() const override { return Claim::nothing(); }

  Index declared_evaluations(const Problem& problem, Index n) const override {
    return n * (reverse_evaluations(settings_, problem.prior()) +
                Index{settings_.steps} * settings_.langevin_steps);
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    const NoiseProcess& process = problem.process();
    const HostVector& y_0 = problem.observed_values();
    const TimeGrid grid = settings_.times(process);
    const auto score = exact_score(exec, problem.prior_factored(), process);
    ReverseKernel kernel(exec, settings_.choice(), process, problem.prior_factored(), *score);
    ContextPath predicted(Context::fresh, process, y_0, n, rng.stream("context"));
    ContextPath corrected(Context::fresh, process, y_0, n, rng.stream("corrected_context"));
    const IndexVector observed = to_device_list(problem.observed());
    const Rng reverse = rng.stream("reverse"), langevin = rng.stream("langevin");
    const Index dimension = problem.full_dimension();
    const Corrector step = {make_matrix("z", n, dimension), make_matrix("score", n, dimension),
                            make_matrix("noise", n, dimension), make_vector("score_norm", n),
                            make_vector("noise_norm", n)};

    // y_T, x_T ~ p_T(x | y_T)
    predicted.start(exec);
    draw_initial_given_context(exec, settings_.initial, problem, predicted.y(), 1,
                               rng.stream("initial"), step.z);
    for (int i = 0; i < grid.steps(); ++i) {
      const Real t = grid.times[i], s = grid.times[i + 1];
      // corrector: L times z ← z + ε ∇log p_t(z) + √(2 ε) ξ, then y ~ p(y_t | y_0)
      const Real decay = process.between(s, t).alpha;
      for (int l = 0; l < settings_.langevin_steps; ++l) {
        stop_if_asked();
        score->evaluate(exec, t, step.z, Prediction::score, step.score);
        fill_normal(exec, langevin, i * settings_.langevin_steps + l, step.noise);
        move(exec, decay * decay, step);
        trace.score_evaluations += n;
      }
      if (settings_.langevin_steps > 0) {
        corrected.move_to(exec, t, t, i + 1);
        scatter_columns(exec, corrected.y(), 1, observed, step.z);
      }

      // predictor: z_s ~ kernel(· | z_t), then y ~ p(y_s | y_0)
      kernel.step(exec, t, s, reverse, i, step.z);
      predicted.move_to(exec, t, settings_.late_projection ? t : s, i + 1);
      scatter_columns(exec, predicted.y(), 1, observed, step.z);
    }
    trace.score_evaluations += kernel.evaluations();

    const Matrix x = make_matrix("x", n, problem.dimension());
    gather_columns(exec, step.z, to_device_list(problem.free()), x);
    return equally_weighted(x);
  }

 private:
  void move(const Exec& exec, Real c, const Corrector& step) const {
    measure_norms(exec, step);
    if (settings_.norms == Norms::batch) {
      share_mean(exec, step.score_norm);
      share_mean(exec, step.noise_norm);
    }
    correct(exec, c, settings_.snr, step);
  }

  Settings settings_;
};

}  // namespace plumbline::pc

namespace plumbline {

SamplerEntry pc_sampler() {
  return sampler_entry<pc::PredictorCorrector>(
      {.name = "pc",
       .summary = "predictor–corrector with projection: Langevin steps of a given signal-to-noise",
       .reference = "Song et al. 2021, algorithms 4 and 5, appendix I.2",
       .asks = {Capability::fixed_coordinates},
       .row = {.per_coordinate = 4, .beside = 8}});
}

}  // namespace plumbline
