// samplers/prior.cpp – independent draws of p(x), whatever y is: what a sampler that learns nothing
// from the observation would return, and the ceiling of every figure. Claims nothing.
#include "core/arrays/gather.hpp"
#include "mixture/draw.hpp"
#include "samplers/sampler.hpp"

namespace plumbline::prior {

struct NoSettings {
  void visit(auto&&) {}
};

class Prior final : public Sampler {
 public:
  using Settings = NoSettings;
  explicit Prior(Settings) {}

  Claim claim() const override { return Claim::nothing(); }
  Needs needs(const Problem& problem, Index n) const override {
    return {{"draws", "draws",
             bytes_of(Real(n) * (Real(problem.full_dimension()) + Real(problem.dimension()) + 1))}};
  }
  Index declared_evaluations(const Problem&, Index) const override { return 0; }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng, Trace&) const override {
    // z_n ~ p(z)
    const Matrix z = make_matrix("z", n, problem.full_dimension());
    plumbline::draw(exec, tables_at(exec, problem.prior_factored(), NoiseLevel{}),
                    rng.stream("initial"), 0, z);

    // retain the free coordinates
    const Matrix x = make_matrix("x", n, problem.dimension());
    gather_columns(exec, z, to_device_list(problem.free()), x);
    return equally_weighted(x);
  }
};

}  // namespace plumbline::prior

namespace plumbline {

SamplerEntry prior_sampler() {
  return sampler_entry<prior::Prior>(
      {.name = "prior",
       .summary = "independent draws of the prior, ignoring y: the ceiling of every figure",
       .reference = "closed form"});
}

}  // namespace plumbline
