// A sampler whose draws are a particle filter's. What such a file says itself: its settings, its
// model (a FeynmanKac), what one particle costs, and its claim.
#pragma once

#include "samplers/sampler.hpp"
#include "samplers/smc/smc.hpp"

namespace plumbline {

/// S has `ParticleSettings smc` and `TimeGrid times(const NoiseProcess&)`.
template <class S>
class FilterSampler : public Sampler {
 public:
  using Settings = S;
  explicit FilterSampler(const S& settings) : settings_(settings) {}

  /// Makes the filter of a chunk of runs. Called once per draw, which its arguments outlive.
  virtual MakeModel model(const Exec& exec, const Problem& problem) const = 0;
  /// Point evaluations of one particle from z_T to z_0.
  virtual Index particle_cost(const Problem& problem) const = 0;

  Index declared_evaluations(const Problem& problem, Index n) const final {
    const ParticleSettings& smc = settings_.smc;
    return smc.runs(n) * smc.particles * particle_cost(problem);
  }
  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const final {
    return draw_by_smc(exec, problem, settings_.smc, settings_.times(problem.process()),
                       model(exec, problem), n, rng, trace);
  }

 protected:
  const S settings_;
};

}  // namespace plumbline
