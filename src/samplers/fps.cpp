// samplers/fps.cpp – filtering posterior sampling with one particle: every step of the prior is
// conditioned on the noised path of y, and nothing is weighed. Dou & Song 2024, algorithm 1;
// samplers/filters/README §6.
//
// Claims nothing: even where p̂ is right, a particle knows of y_s only what the step into s tells.
// On one Gaussian its law is a recursion in closed form (unit/samplers/filters/fps_test.cpp). T
// evaluations per draw.
#include "samplers/filters/fps_filter.hpp"

namespace plumbline::fps {

class Fps final : public Sampler {
 public:
  using Settings = FpsSettings;
  explicit Fps(const Settings& settings) : settings_(settings) {}

  void require(const Problem& problem) const override { require_fps(problem, settings_, "fps"); }
  Claim claim() const override { return Claim::nothing(); }
  Index declared_evaluations(const Problem&, Index n) const override { return n * settings_.steps; }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    return draw_by_fps(exec, problem, settings_, {.particles = 1}, "fps", n, rng, trace);
  }

 private:
  Settings settings_;
};

}  // namespace plumbline::fps

namespace plumbline {

SamplerEntry fps_sampler() {
  return sampler_entry<fps::Fps>(
      {.name = "fps",
       .summary = "every reverse step conditioned on a noised path of y, no weights",
       .reference = "Dou & Song 2024, algorithm 1",
       .asks = {Capability::linear_form}});
}

}  // namespace plumbline
