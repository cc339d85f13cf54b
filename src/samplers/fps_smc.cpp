// samplers/fps_smc.cpp – filtering posterior sampling as a particle filter: M particles, weighed by
// where the noised path of y is to land before they move. Dou & Song 2024, algorithm 2;
// samplers/filters/README §6.
//
// The paper's consistency is that of the filter for its model, p̂(z_{0:T}) Π_t N(y_t; A z_t, a_t²
// Γ), in which y_t are independent given z. But y_t is made of the same y at every level, so the
// target counts y T times; and its model step is no discretisation of the reverse process. Claims
// nothing: statistical/linear_filter_test.cpp shows the bias that stays as M grows. M T evaluations
// per draw.
#include "samplers/filters/fps_filter.hpp"
#include "samplers/smc/filter_sampler.hpp"

namespace plumbline::fps_smc {

struct Settings : FpsSettings {
  ParticleSettings smc;

  Settings() {
    smc.particles = 5;
    smc.resampling = Resampling::multinomial;
  }
  void visit(auto&& field) {
    FpsSettings::visit(field);
    smc.visit(field);
  }
};

class FpsSmc final : public FilterSampler<Settings> {
 public:
  using FilterSampler::FilterSampler;

  void require(const Problem& problem) const override {
    require_fps(problem, settings_, "fps-smc");
  }
  Claim claim() const override { return Claim::nothing(); }
  Index particle_cost(const Problem&) const override { return settings_.steps; }

  MakeModel model(const Exec& exec, const Problem& problem) const override {
    return [&](const SmcRuns& runs, Rng rng) {
      return fps_filter(exec, problem, settings_, runs, rng, "fps-smc");
    };
  }
};

}  // namespace plumbline::fps_smc

namespace plumbline {

SamplerEntry fps_smc_sampler() {
  return sampler_entry<fps_smc::FpsSmc>(
      {.name = "fps-smc",
       .summary = "particle filter on a noised path of y, as if its levels were independent",
       .reference = "Dou & Song 2024, algorithm 2",
       .asks = {Capability::linear_form},
       .row = {.per_coordinate = 3, .beside = 4, .level_rows = 2}});
}

}  // namespace plumbline
