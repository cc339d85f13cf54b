// priors/random10.cpp – the 10-component full-covariance mixture of Zhao 2025 (gfk): means
// U[−8, 8]^D, covariances I + u uᵀ with u ~ U[0, 1]^D, χ²₁ weights.
#include "priors/detail/weights.hpp"
#include "priors/prior.hpp"

namespace plumbline::random10 {

struct Settings {
  int dim = 10;

  void visit(auto&& field) { field("dim", dim, "dimension: 10 and 256 in the paper", at_least(1)); }

  PriorSize size() const { return {.components = 10, .dimension = Real(dim), .full = true}; }

  GaussianMixture make(Rng rng, const std::string&) const {
    constexpr int components = 10;
    const Rng cube = rng.stream("means"), factors = rng.stream("covariances");
    HostMatrix mu(components, dim);
    std::vector<HostMatrix> sigma;
    for (int k = 0; k < components; ++k) {
      HostVector u(dim);
      for (int i = 0; i < dim; ++i) {
        mu(k, i) = 8 * (2 * cube.uniform(k, 0, i) - 1);
        u[i] = factors.uniform(k, 0, i);
      }
      sigma.push_back(HostMatrix::Identity(dim, dim) + u * u.transpose());
    }
    return GaussianMixture::full(component_weights(WeightRule::random, components, rng), mu,
                                 std::move(sigma));
  }
};

}  // namespace plumbline::random10

namespace plumbline {

PriorEntry random10_prior() {
  return prior_entry<random10::Settings>(
      {.name = "random10",
       .summary = "10 components, means U[−8, 8]^D, covariances I + u uᵀ, χ²₁ weights, drawn with "
                  "the sweep's seed",
       .reference = "Zhao 2025, generalised Feynman–Kac experiments",
       .seeded = true});
}

}  // namespace plumbline
