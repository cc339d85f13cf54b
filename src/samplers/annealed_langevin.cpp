// samplers/annealed_langevin.cpp – L Langevin steps at each of a falling sequence of noise levels
// of the posterior. Song & Ermon 2019, algorithm 1; samplers/reverse/README §3.
//
// Runs in x̃ = x_t/a_t, where every process is variance exploding with σ = s_t/a_t
// (diffusion/processes/README §1), on the posterior pushed to σ_i, with steps η_i = η σ_i²/σ_min²;
// the setting langevin_step is η/σ_min², half of Song & Ermon's ε/σ_min² (their 2e-5/1e-4 is 0.1
// here). Ends at σ_min, not at 0, and its steps are unadjusted: exact only as L → ∞, η → 0 and
// σ_min → 0 together, so it claims nothing. L evaluations per level and draw.
#include <cmath>

#include "core/arrays/gather.hpp"
#include "core/steps/stop.hpp"
#include "mixture/draw.hpp"
#include "samplers/reverse/langevin.hpp"
#include "samplers/reverse/reverse_run.hpp"

namespace plumbline::annealed_langevin {

struct Settings {
  int steps = 20;
  GridKind grid = GridKind::log_snr;
  std::optional<Real> last_time;
  int langevin_steps = 20;
  Real langevin_step = 0.1;
  InitialLaw initial = InitialLaw::exact;

  void visit(auto&& field) {
    field("steps", steps, "noise levels, t = 0 not counted", at_least(1), Budget::grows);
    field("grid", grid, "how the levels are spaced; log_snr is Song & Ermon's geometric sequence");
    field("last_time", last_time,
          "grids log_snr and edm: the last level; 1e-3 horizon when not set", above(0),
          Budget::shrinks);
    field("langevin_steps", langevin_steps, "Langevin steps L at each level", at_least(0),
          Budget::grows);
    field("langevin_step", langevin_step,
          "η/σ_min²: the step at level i is this times σ_i²; below 2", above(0), Budget::shrinks);
    field("initial", initial, "law at σ_max: exact posterior pushed there, or N(0, σ_max² I)");
  }
};

class AnnealedLangevin final : public Sampler {
 public:
  using Settings = annealed_langevin::Settings;
  explicit AnnealedLangevin(const Settings& settings) : settings_(settings) {}

  void require(const Problem& problem) const override {
    if (levels(problem.process()).empty())
      throw SpecError("steps", fmt::format("{}", settings_.steps),
                      "≥ 2, because this process has no signal left at its horizon");
  }

  Claim claim() const override { return Claim::nothing(); }

  Index declared_evaluations(const Problem& problem, Index n) const override {
    return n * Index(levels(problem.process()).size()) * settings_.langevin_steps;
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    const std::vector<NoiseLevel> sigma = levels(problem.process());
    MixtureTables posterior = tables_at(exec, factored(exec, problem.posterior()), sigma.front());
    const IndexVector all = every_index(problem.dimension());
    const Matrix x = make_matrix("x", n, problem.dimension());
    const Matrix score = make_matrix("score", n, problem.dimension());
    const Rng noise = rng.stream("langevin");
    std::uint32_t sweep = 0;

    // x at σ_max
    start(exec, posterior, rng.stream("initial"), x);

    // for σ_i = σ_max … σ_min, L times: x ← x + η_i ∇log p_{σ_i}(x | y) + √(2 η_i) ξ
    for (const NoiseLevel& level : sigma) {
      retable(exec, level, posterior);
      const Real eta = settings_.langevin_step * level.variance;
      for (int l = 0; l < settings_.langevin_steps; ++l) {
        stop_if_asked();
        plumbline::score(exec, posterior, x, score);
        langevin_sweep(exec, eta, noise, sweep++, all, score, x);
        trace.score_evaluations += n;
      }
    }
    return equally_weighted(x);
  }

 private:
  /// σ_i = s_t/a_t at every time of the grid but 0, and but those where a_t = 0.
  std::vector<NoiseLevel> levels(const NoiseProcess& process) const {
    std::vector<NoiseLevel> list;
    for (const Real t :
         make_time_grid(settings_.grid, process, settings_.steps, settings_.last_time).times) {
      const NoiseLevel level = process.at(t);
      if (t > 0 && level.alpha > 0)
        list.push_back({.variance = level.variance / (level.alpha * level.alpha)});
    }
    return list;
  }

  void start(const Exec& exec, const MixtureTables& posterior, Rng rng, const Matrix& x) const {
    if (settings_.initial == InitialLaw::exact)
      plumbline::draw(exec, posterior, rng, 0, x);
    else
      draw_gaussian(exec, std::sqrt(posterior.level.variance), rng, x);
  }

  Settings settings_;
};

}  // namespace plumbline::annealed_langevin

namespace plumbline {

SamplerEntry annealed_langevin_sampler() {
  return sampler_entry<annealed_langevin::AnnealedLangevin>(
      {.name = "annealed-langevin",
       .summary = "Langevin steps at a falling sequence of noise levels of the posterior",
       .reference = "Song & Ermon 2019, algorithm 1",
       .asks = {Capability::mixture},
       .row = {.per_coordinate = 2, .beside = 2}});
}

}  // namespace plumbline
