// priors/ring.cpp – components on a circle: modes no straight line separates, all alike by
// symmetry.
#include <cmath>
#include <numbers>

#include "priors/detail/weights.hpp"
#include "priors/prior.hpp"

namespace plumbline::ring {

struct Settings {
  int dim = 2;
  int components = 8;
  Real radius = 5, stddev = 0.5;
  WeightRule weights = WeightRule::equal;

  void visit(auto&& field) {
    field("dim", dim, "dimension; the circle lies in the first two coordinates", at_least(2));
    field("components", components, "number of components", at_least(1));
    field("radius", radius, "radius of the circle", at_least(0));
    field("stddev", stddev, "standard deviation of every component", at_least(0));
    field("weights", weights, "equal, or random: χ²₁ numbers, normalised");
  }

  GaussianMixture make(Rng rng, const std::string&) const {
    HostMatrix mu = HostMatrix::Zero(components, dim);
    for (int k = 0; k < components; ++k) {
      const Real angle = 2 * std::numbers::pi * k / components;
      mu(k, 0) = radius * std::cos(angle);
      mu(k, 1) = radius * std::sin(angle);
    }
    return GaussianMixture::isotropic(component_weights(weights, components, rng), mu,
                                      HostVector::Constant(components, stddev * stddev));
  }
};

}  // namespace plumbline::ring

namespace plumbline {

PriorEntry ring_prior() {
  return prior_entry<ring::Settings>({.name = "ring",
                                      .summary = "Components of one width on a circle",
                                      .reference = "the usual toy of the field; free sizes",
                                      .seeded = true});
}

}  // namespace plumbline
