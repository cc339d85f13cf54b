// priors/spiral.cpp – components along an Archimedean spiral. Hard because the mass lies on a curve
// whose turns are near each other in space and far along it: a linear guide crosses the gap.
#include <cmath>
#include <numbers>

#include "priors/prior.hpp"

namespace plumbline::spiral {

struct Settings {
  int dim = 2;
  int components = 60;
  Real radius = 6, turns = 2, stddev = 0.3;

  void visit(auto&& field) {
    field("dim", dim, "dimension; the spiral lies in the first two coordinates", at_least(2));
    field("components", components, "number of components, equally spaced along the spiral",
          at_least(1));
    field("radius", radius, "radius of the outer end", above(0));
    field("turns", turns, "turns from the centre to the outer end", above(0));
    field("stddev", stddev, "standard deviation of every component", at_least(0));
  }

  // r = b φ has arc length b/2 (φ √(1 + φ²) + asinh φ); inverted by Newton.
  GaussianMixture make(Rng, const std::string&) const {
    const Real last = 2 * std::numbers::pi * turns, b = radius / last;
    const auto length = [](Real phi) {
      return (phi * std::sqrt(1 + phi * phi) + std::asinh(phi)) / 2;
    };
    HostMatrix mu = HostMatrix::Zero(components, dim);
    Real phi = 0;
    for (int k = 0; k < components; ++k) {
      const Real arc = length(last) * (k + 1) / components;
      for (int step = 0; step < 50; ++step) phi += (arc - length(phi)) / std::sqrt(1 + phi * phi);
      mu(k, 0) = b * phi * std::cos(phi);
      mu(k, 1) = b * phi * std::sin(phi);
    }
    return GaussianMixture::isotropic(HostVector::Ones(components), mu,
                                      HostVector::Constant(components, stddev * stddev));
  }
};

}  // namespace plumbline::spiral

namespace plumbline {

PriorEntry spiral_prior() {
  return prior_entry<spiral::Settings>(
      {.name = "spiral",
       .summary = "Components along a spiral: mass on a curve whose turns are close in space and "
                  "far along it",
       .reference = "the usual toy of the field; free sizes"});
}

}  // namespace plumbline
