// component.cpp – the component that z_0 came from, said without error. The posterior is that
// component; an example of a complete observation file.
#include "diffusion/diffused_mixture.hpp"
#include "mixture/evaluate.hpp"
#include "mixture/score_difference.hpp"
#include "problem/observations/entry.hpp"
#include "problem/problem.hpp"

namespace plumbline {
namespace observations::component {

struct Settings {
  std::optional<OrDraw<int>> k;

  void visit(auto&& field) {
    field("k", k, "the component that was observed; \"draw\": a new one per replicate",
          in_words("0 … K − 1"));
  }
  ObservationPtr make(const GaussianMixture& prior, const Rng& rng) const;
};

/// out(n) = m(n, k).   shapes  m [n, K] → out [n]
void take_column(const Exec& exec, const Matrix& m, int k, const Vector& out) {
  parallel_over(
      exec, "plumbline::problem::take_column", m.extent(0),
      KOKKOS_LAMBDA(Index n) { out(n) = m(n, k); });
}

/// log p(k | z_t = z) = log r_k(z).
void log_probability(const Exec& exec, const MixtureTables& tables, int k, const Matrix& z,
                     const Vector& log_p) {
  const Matrix log_r = make_matrix("log_r", z.extent(0), tables.mixture.components);
  log_responsibilities(exec, tables, z, log_r);
  take_column(exec, log_r, k, log_p);
}

/// log p(k | z_0), and its gradient ∇log N(z; μ_k, Σ_k) − ∇log p(z).
class Term final : public PointTerm {
 public:
  Term(const Exec& exec, const Problem& problem, int k)
      : k_(k),
        k_over_all_(exec, factored(exec, problem.prior().components_of({k})),
                    problem.prior_factored()) {}

  void value(const Exec& exec, const Matrix& z, const Vector& log_l) const override {
    log_probability(exec, k_over_all_.q(), k_, z, log_l);
  }
  void gradient(const Exec& exec, const Matrix& z, const Matrix& gradient) const override {
    k_over_all_.evaluate(exec, z, gradient);
  }

 private:
  int k_;
  ScoreDifference k_over_all_;
};

class Component final : public Observation {
 public:
  explicit Component(int k) : k_(k) {}

  std::string target() const override { return "component"; }
  void require_valid(const GaussianMixture& prior) const override {
    if (k_ < 0 || k_ >= prior.components())
      throw SpecError("k", std::to_string(k_),
                      fmt::format("a component of the prior, 0 to {}", prior.components() - 1));
  }

  // p(z | k) = N(μ_k, Σ_k), p(k) = π_k
  Conditioning condition(const Exec&, const GaussianMixture& prior,
                         const FactoredMixture&) const override {
    const GaussianMixture posterior = prior.components_of({k_});
    return {.posterior = posterior,
            .full_posterior = posterior,
            .log_evidence = prior.log_weights()[k_]};
  }
  ObservationPtr drawn(const Truth& truth, const Rng&) const override {
    return std::make_shared<Component>(truth.component);
  }

  HostVector numbers() const override { return HostVector::Constant(1, static_cast<Real>(k_)); }
  std::vector<NamedArray> arrays(const GaussianMixture&) const override {
    return {named("k", k_, "the component that was observed")};
  }

  void level_likelihood(const Exec& exec, const Problem& problem, Real t, const Matrix& z,
                        const Vector& log_p) const override {
    const DiffusedMixture at_t(exec, problem.prior_factored(), problem.process(), t);
    log_probability(exec, at_t.tables(), k_, z, log_p);
  }
  bool has_density(const GaussianMixture& prior) const override { return !prior.singular(); }
  std::unique_ptr<PointTerm> point_term(const Exec& exec, const Problem& problem) const override {
    return std::make_unique<Term>(exec, problem, k_);
  }
  int point_cost() const override { return 1; }

 private:
  int k_;
};

ObservationPtr Settings::make(const GaussianMixture&, const Rng&) const {
  return std::make_shared<Component>(
      needed("k", k, "the number of a component, or \"draw\"").value);
}

}  // namespace observations::component

ObservationEntry component_observation() {
  return observation_entry<observations::component::Settings>(
      {.name = "component",
       .summary = "the component that z came from, said without error",
       .reference = "the example of CONTRIBUTING §2",
       .example = "k = \"draw\"",
       .targets = {{"component",
                    {Capability::density, Capability::conditional_score, Capability::mixture,
                     Capability::conditional_mixture}}}});
}

}  // namespace plumbline
