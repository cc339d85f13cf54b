// samplers/perturbed.cpp – exact draws that are wrong by a known amount: what a verdict, or a
// metric, ought to see. An error to be found, no method; `size` = 0 is exact. Claims nothing.
#include <cmath>

#include "problem/perturbation.hpp"
#include "samplers/sampler.hpp"

namespace plumbline::perturbed {

struct Settings {
  Aspect aspect = Aspect::location;
  Real size = 0.25;
  Index turn = 0;
  Index counted = 0;

  void visit(auto&& field) {
    field("aspect", aspect, "in what the draws are wrong");
    field("size", size,
          "by how much: posterior standard deviations, a share of the variance, 1/ν of Student's "
          "tails, a correlation, a share of the mass or of the draws",
          at_least(0));
    field("turn", turn, "which direction, pair or sign", at_least(0));
    field("counted", counted, "draws that have weight, the others have none; 0: all", at_least(0));
  }
  void validate() const {
    const Real most = aspect == Aspect::tails ? 0.5 : aspect == Aspect::conditioning ? 1 : infinity;
    const bool below_one = aspect == Aspect::spread || aspect == Aspect::dependence ||
                           aspect == Aspect::masses || aspect == Aspect::tails;
    if (size > most || (below_one && size >= std::min<Real>(most, 1)))
      throw SpecError("size", fmt::format("{}", size),
                      fmt::format("of {} must be {} {}", name_of(aspect), below_one ? "<" : "≤",
                                  std::min<Real>(most, 1)));
  }
};

/// The first `counted` draws share the weight, the others have none.
void count_first(const Exec& exec, Index counted, const Vector& log_w) {
  const Real each = -std::log(static_cast<Real>(counted));
  parallel_over(
      exec, "plumbline::samplers::count_first", log_w.extent(0),
      KOKKOS_LAMBDA(Index n) { log_w(n) = n < counted ? each : -infinity; });
}

class Perturbed final : public Sampler {
 public:
  using Settings = perturbed::Settings;
  explicit Perturbed(const Settings& settings) : settings_(settings) {}

  Claim claim() const override { return Claim::nothing(); }
  Needs needs(const Problem& problem, Index n) const override {
    return {{"draws", "draws, on the host and from the prior",
             bytes_of(4 * Real(n) * (Real(problem.dimension()) + 1))}};
  }
  Index declared_evaluations(const Problem&, Index) const override { return 0; }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng, Trace&) const override {
    if (settings_.size == 0) return weighed(exec, problem.draw_exact(exec, n, rng), n);
    const Perturbation perturbation(exec, problem);
    return weighed(exec,
                   to_device("x", perturbation.draws(settings_.aspect, settings_.size, n,
                                                     settings_.turn, rng)),
                   n);
  }

 private:
  Ensemble weighed(const Exec& exec, const Matrix& x, Index n) const {
    Ensemble out = equally_weighted(x);
    if (settings_.counted > 0 && settings_.counted < n)
      count_first(exec, settings_.counted, out.log_w);
    return out;
  }

  Settings settings_;
};

}  // namespace plumbline::perturbed

namespace plumbline {

SamplerEntry perturbed_sampler() {
  return sampler_entry<perturbed::Perturbed>(
      {.name = "perturbed",
       .summary = "exact draws made wrong by a known amount: an error for verdicts to find",
       .reference = "closed form"});
}

}  // namespace plumbline
