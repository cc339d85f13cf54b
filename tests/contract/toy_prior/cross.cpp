// cross.cpp – 2 D components of equal weight, at ±distance on every axis. An example of a complete
// prior file.
#include "priors/prior.hpp"

namespace plumbline::cross {

struct Settings {
  int dim = 2;
  Real distance = 3, stddev = 1;

  void visit(auto&& field) {
    field("dim", dim, "dimension D", at_least(1));
    field("distance", distance, "of every mean from the origin", above(0));
    field("stddev", stddev, "standard deviation of every component", at_least(0));
  }

  PriorSize size() const {
    return {.components = 2 * Real(dim), .dimension = Real(dim), .components_key = "dim"};
  }

  GaussianMixture make(Rng, const std::string&) const {
    HostMatrix mu = HostMatrix::Zero(2 * dim, dim);
    for (int i = 0; i < dim; ++i) {
      mu(2 * i, i) = distance;
      mu(2 * i + 1, i) = -distance;
    }
    return GaussianMixture::isotropic(HostVector::Ones(2 * dim), mu,
                                      HostVector::Constant(2 * dim, stddev * stddev));
  }
};

}  // namespace plumbline::cross

namespace plumbline {

PriorEntry cross_prior() {
  return prior_entry<cross::Settings>({.name = "cross",
                                       .summary = "Components at ±distance on every axis",
                                       .reference = "the example of CONTRIBUTING §2"});
}

}  // namespace plumbline
