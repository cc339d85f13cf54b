// priors/random.cpp – a mixture drawn with the sweep's seed: means uniform in a cube, covariances
// of a chosen kind and condition number. For tests and for problems nobody tuned a method on.
#include <cmath>
#include <utility>

#include "priors/detail/weights.hpp"
#include "priors/prior.hpp"

namespace plumbline::random_mixture {

struct Settings {
  int dim = 2;
  int components = 10;
  Real spread = 8, stddev = 1, condition = 10;
  CovarianceKind covariance = CovarianceKind::full;
  WeightRule weights = WeightRule::equal;

  void visit(auto&& field) {
    field("dim", dim, "dimension", at_least(1));
    field("components", components, "number of components", at_least(1));
    field("spread", spread, "means are uniform in [−spread, spread]^dim", at_least(0));
    field("stddev", stddev, "geometric mean of each component's standard deviations", above(0));
    field("condition", condition,
          "largest over smallest variance of a component; without effect when isotropic or dim = 1",
          at_least(1));
    field("covariance", covariance, "kind of covariance");
    field("weights", weights, "equal, or random: χ²₁ numbers, normalised");
  }

  PriorSize size() const {
    return {Real(components), Real(dim), covariance == CovarianceKind::full};
  }

  GaussianMixture make(Rng rng, const std::string&) const {
    HostMatrix mu(components, dim);
    const Rng cube = rng.stream("means");
    for (int k = 0; k < components; ++k)
      for (int i = 0; i < dim; ++i) mu(k, i) = spread * (2 * cube.uniform(k, 0, i) - 1);
    HostVector pi = component_weights(weights, components, rng);
    if (covariance == CovarianceKind::isotropic)
      return GaussianMixture::isotropic(std::move(pi), mu,
                                        HostVector::Constant(components, stddev * stddev));
    if (covariance == CovarianceKind::diagonal) {
      HostMatrix variances(components, dim);
      for (int k = 0; k < components; ++k) variances.row(k) = spectrum(rng, k).transpose();
      return GaussianMixture::diagonal(std::move(pi), mu, variances);
    }
    std::vector<HostMatrix> factors;
    factors.reserve(static_cast<std::size_t>(components));
    for (int k = 0; k < components; ++k)
      factors.push_back(rotation(rng, k) * spectrum(rng, k).cwiseSqrt().asDiagonal());
    return GaussianMixture::from_factors(std::move(pi), mu, factors);
  }

 private:
  /// Variances from stddev²/√condition to stddev²·√condition, equally spaced in the logarithm, in
  /// an order drawn for component k.   shapes  → [dim]
  HostVector spectrum(Rng rng, int k) const {
    HostVector s(dim);
    for (int i = 0; i < dim; ++i) {
      const Real u = dim == 1 ? 0 : Real(i) / (dim - 1) - 0.5;
      s[i] = stddev * stddev * std::pow(condition, u);
    }
    const Rng order = rng.stream("spectra");
    for (int i = dim - 1; i > 0; --i)  // Fisher–Yates
      std::swap(s[i], s[static_cast<int>(order.uniform(k, 0, i) * (i + 1))]);
    return s;
  }

  /// A rotation drawn for component k: Q of the QR decomposition of a Gaussian matrix.
  HostMatrix rotation(Rng rng, int k) const {
    const Rng entries = rng.stream("rotations");
    HostMatrix g(dim, dim);
    for (int i = 0; i < dim; ++i)
      for (int j = 0; j < dim; ++j) g(i, j) = entries.normal(k, i, j);
    return orthogonal_factor(g);
  }
};

}  // namespace plumbline::random_mixture

namespace plumbline {

PriorEntry random_prior() {
  return prior_entry<random_mixture::Settings>(
      {.name = "random",
       .summary = "Means, and covariances of a given condition number, drawn with the sweep's seed",
       .reference = "none: for problems no method was tuned on",
       .seeded = true});
}

}  // namespace plumbline
