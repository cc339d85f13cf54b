// priors/grid.cpp – components on a square lattice in the first two coordinates (on a line when
// dim = 1): many well-separated modes, so that a wrong conditional weight shows.
#include <cmath>

#include "priors/detail/lattice.hpp"
#include "priors/detail/weights.hpp"
#include "priors/prior.hpp"

namespace plumbline::grid {

struct Settings {
  int dim = 2;
  int components = 25;
  Real spread = 8, stddev = 1;
  WeightRule weights = WeightRule::equal;

  void visit(auto&& field) {
    field("dim", dim, "dimension; coordinates beyond the second have mean 0", at_least(1));
    field("components", components, "number of components: a square, unless dim = 1", at_least(1));
    field("spread", spread, "distance between neighbouring means", above(0));
    field("stddev", stddev, "standard deviation of every component", at_least(0));
    field("weights", weights, "equal, or random: χ²₁ numbers, normalised");
  }

  Index side() const { return std::lround(std::sqrt(Real(components))); }

  void validate() const {
    if (dim > 1 && side() * side() != components)
      throw SpecError("components", to_text(settings::write(components)),
                      fmt::format("a square number, such as {}", side() * side()));
  }

  GaussianMixture make(Rng rng, const std::string&) const {
    HostMatrix mu(components, 1);
    if (dim == 1)
      for (int k = 0; k < components; ++k) mu(k, 0) = spread * (k - 0.5 * (components - 1));
    else
      mu = lattice_means(static_cast<int>(side()), dim, spread, 1);
    return GaussianMixture::isotropic(component_weights(weights, components, rng), mu,
                                      HostVector::Constant(components, stddev * stddev));
  }
};

}  // namespace plumbline::grid

namespace plumbline {

PriorEntry grid_prior() {
  return prior_entry<grid::Settings>(
      {.name = "grid",
       .summary = "Components of one width on a square lattice in the first two coordinates",
       .reference = "Cardoso et al. 2024, section 5, with free sizes",
       .seeded = true});
}

}  // namespace plumbline
