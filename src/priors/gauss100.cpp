// priors/gauss100.cpp – one Gaussian in 100 dimensions with a random covariance (MGPS). Hard only
// by its dimension: every consistent method must meet the Kalman posterior, so what is left is how
// the error grows with it. The paper does not print its covariance; here a Wishart one.
#include "priors/prior.hpp"

namespace plumbline::gauss100 {

struct Settings {
  int dim = 100;

  void visit(auto&& field) { field("dim", dim, "dimension: 100 in the paper", at_least(1)); }

  PriorSize size() const { return {.components = 1, .dimension = Real(dim), .full = true}; }

  /// G Gᵀ/(2 dim) with G ~ N(0, 1)^{dim × 2 dim}: eigenvalues between 0.09 and 2.9 (Marchenko and
  /// Pastur).
  GaussianMixture make(Rng rng, const std::string&) const {
    const Rng entries = rng.stream("covariance");
    HostMatrix g(dim, 2 * dim);
    for (int i = 0; i < dim; ++i)
      for (int j = 0; j < 2 * dim; ++j) g(i, j) = entries.normal(i, 0, j);
    const HostMatrix sigma = g * g.transpose() / (2 * dim);
    return GaussianMixture::full(HostVector::Ones(1), HostMatrix::Zero(1, dim),
                                 {(sigma + sigma.transpose()) / 2});
  }
};

}  // namespace plumbline::gauss100

namespace plumbline {

PriorEntry gauss100_prior() {
  return prior_entry<gauss100::Settings>(
      {.name = "gauss100",
       .summary = "One Gaussian with a random covariance, drawn with the sweep's seed",
       .reference = "Moufad et al. 2025 (MGPS), Gaussian experiment",
       .seeded = true});
}

}  // namespace plumbline
