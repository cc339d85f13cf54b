// priors/heavy_overlap.cpp – components that lie on top of each other, with covariances of their
// own. Hard because no component is a mode: responsibilities are spread over all of them
// everywhere, and what tells them apart is the shape of the tails.
#include <cmath>

#include "priors/prior.hpp"

namespace plumbline::heavy_overlap {

struct Settings {
  int dim = 2;
  int components = 8;
  Real overlap = 0.5;

  void visit(auto&& field) {
    field("dim", dim, "dimension", at_least(1));
    field("components", components, "number of components", at_least(1));
    field("overlap", overlap, "standard deviation of the means, in units of a component's",
          at_least(0));
  }

  PriorSize size() const { return {Real(components), Real(dim), true}; }

  /// Means N(0, overlap² I), covariances ½I + u uᵀ with u ~ N(0, I/2): trace 1 per coordinate.
  GaussianMixture make(Rng rng, const std::string&) const {
    const Rng centres = rng.stream("means"), shapes = rng.stream("covariances");
    HostMatrix mu(components, dim);
    std::vector<HostMatrix> sigma;
    for (int k = 0; k < components; ++k) {
      HostVector u(dim);
      for (int i = 0; i < dim; ++i) {
        mu(k, i) = overlap * centres.normal(k, 0, i);
        u[i] = std::sqrt(0.5) * shapes.normal(k, 0, i);
      }
      sigma.push_back(0.5 * HostMatrix::Identity(dim, dim) + u * u.transpose());
    }
    return GaussianMixture::full(HostVector::Ones(components), mu, std::move(sigma));
  }
};

}  // namespace plumbline::heavy_overlap

namespace plumbline {

PriorEntry heavy_overlap_prior() {
  return prior_entry<heavy_overlap::Settings>(
      {.name = "heavy-overlap",
       .summary = "Components on top of each other, of different shapes: none of them is a mode",
       .reference = "none: for problems no method was tuned on",
       .seeded = true});
}

}  // namespace plumbline
