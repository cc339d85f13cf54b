// samplers/exact.cpp – independent draws of the target itself (problem/README §1): what every
// metric must call consistent, and the floor of every figure.
#include "samplers/sampler.hpp"

namespace plumbline::exact {

struct NoSettings {
  void visit(auto&&) {}
};

class Exact final : public Sampler {
 public:
  using Settings = NoSettings;
  explicit Exact(Settings) {}

  Claim claim() const override { return Claim::exact(); }
  Needs needs(const Problem& problem, Index n) const override {
    return {{"draws", "draws", bytes_of(Real(n) * (Real(problem.dimension()) + 1))}};
  }
  Index declared_evaluations(const Problem&, Index) const override { return 0; }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng, Trace&) const override {
    // z_n ~ p(z | y), independently
    return equally_weighted(problem.draw_exact(exec, n, rng.stream("initial")));
  }
};

}  // namespace plumbline::exact

namespace plumbline {

SamplerEntry exact_sampler() {
  return sampler_entry<exact::Exact>(
      {.name = "exact",
       .summary = "independent draws of the exact posterior: the floor of every figure",
       .reference = "closed form"});
}

}  // namespace plumbline
