// problem/observations/none.cpp – nothing is observed: the target is the prior itself, and a
// sampler that can be asked for it samples without a condition.
#include "core/reduce.hpp"
#include "problem/observations/entry.hpp"
#include "problem/problem.hpp"

namespace plumbline {
namespace observations::none {

/// p(y | z) = 1.
class One final : public PointTerm {
 public:
  void value(const Exec& exec, const Matrix&, const Vector& log_l) const override {
    Kokkos::deep_copy(exec, log_l, 0);
  }
  void gradient(const Exec& exec, const Matrix&, const Matrix& gradient) const override {
    Kokkos::deep_copy(exec, gradient, 0);
  }
};

class None final : public Observation {
 public:
  std::string target() const override { return "none"; }
  void require_valid(const GaussianMixture&) const override {}
  Conditioning condition(const Exec&, const GaussianMixture& prior,
                         const FactoredMixture&) const override {
    return {.posterior = prior, .full_posterior = prior, .log_evidence = 0};
  }
  ObservationPtr drawn(const Truth&, const Rng&) const override { return std::make_shared<None>(); }
  HostVector numbers() const override { return {}; }
  std::vector<NamedArray> arrays(const GaussianMixture&) const override { return {}; }
  void level_likelihood(const Exec& exec, const Problem&, Real, const Matrix&,
                        const Vector& log_p) const override {
    Kokkos::deep_copy(exec, log_p, 0);
  }
  bool has_density(const GaussianMixture&) const override { return true; }
  std::unique_ptr<PointTerm> point_term(const Exec&, const Problem&) const override {
    return std::make_unique<One>();
  }
};

struct Settings {
  void visit(auto&&) {}
  ObservationPtr make(const GaussianMixture&, const Rng&) const { return std::make_shared<None>(); }
};

}  // namespace observations::none

ObservationEntry none_observation() {
  return observation_entry<observations::none::Settings>(
      {.name = "none",
       .summary = "nothing: the target is the prior itself",
       .targets = {{"none",
                    {Capability::density, Capability::conditional_score, Capability::mixture,
                     Capability::conditional_mixture}}}});
}

}  // namespace plumbline
