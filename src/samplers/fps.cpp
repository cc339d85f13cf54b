// samplers/fps.cpp – filtering posterior sampling with one particle: every step of the prior is
// conditioned on the noised path of y, and nothing is weighed. Dou & Song 2024, algorithm 1;
// samplers/filters/README §6.
//
// Claims nothing: even where p̂ is right, a particle knows of y_s only what the step into s tells.
// On one Gaussian its law is a recursion in closed form (unit/samplers/filters/fps_test.cpp). T
// evaluations per draw.
#include "samplers/filters/fps_filter.hpp"
#include "samplers/smc/filter_sampler.hpp"

namespace plumbline::fps {

/// A run is one particle: there is nothing to resample and no setting of it.
struct Settings : FpsSettings {
  ParticleSettings smc = {.particles = 1};
};

class Fps final : public FilterSampler<Settings> {
 public:
  using FilterSampler::FilterSampler;

  void require(const Problem& problem) const override { require_fps(problem, settings_, "fps"); }
  Claim claim() const override { return Claim::nothing(); }
  Index particle_cost(const Problem&) const override { return settings_.steps; }

  MakeModel model(const Exec& exec, const Problem& problem) const override {
    return [&](const SmcRuns& runs, Rng rng) {
      return fps_filter(exec, problem, settings_, runs, rng, "fps");
    };
  }
};

}  // namespace plumbline::fps

namespace plumbline {

SamplerEntry fps_sampler() {
  return sampler_entry<fps::Fps>(
      {.name = "fps",
       .summary = "every reverse step conditioned on a noised path of y, no weights",
       .reference = "Dou & Song 2024, algorithm 1",
       .asks = {Capability::linear_form},
       .row = {.per_coordinate = 2, .beside = 6, .level_rows = 2}});
}

}  // namespace plumbline
