// priors/funnel.cpp – Neal's funnel, v ~ N(0, scale²) and x_i | v ~ N(0, e^v), as a mixture over a
// grid of v. Hard because the width of x changes by orders of magnitude with v: no one step size,
// and no one guidance strength, fits both ends.
#include <cmath>

#include "priors/prior.hpp"

namespace plumbline::funnel {

struct Settings {
  int dim = 2;
  int components = 25;
  Real scale = 2;

  void visit(auto&& field) {
    field("dim", dim, "dimension: v, then dim − 1 coordinates x", at_least(2));
    field("components", components, "slices of v, from −3 to 3 of its standard deviations",
          at_least(2));
    field("scale", scale, "standard deviation of v", above(0));
  }

  /// Slice k is N(v_k, (0.7 spacing)²) in v: the sum of slices is smooth to a few per cent.
  GaussianMixture make(Rng, const std::string&) const {
    const Real spacing = 6 * scale / (components - 1), width = 0.7 * spacing;
    HostMatrix mu = HostMatrix::Zero(components, dim), variances(components, dim);
    HostVector pi(components);
    for (int k = 0; k < components; ++k) {
      const Real v = -3 * scale + k * spacing;
      mu(k, 0) = v;
      pi[k] = std::exp(-v * v / (2 * scale * scale));
      variances.row(k).setConstant(std::exp(v));
      variances(k, 0) = width * width;
    }
    return GaussianMixture::diagonal(pi, mu, variances);
  }
};

}  // namespace plumbline::funnel

namespace plumbline {

PriorEntry funnel_prior() {
  return prior_entry<funnel::Settings>(
      {.name = "funnel",
       .summary = "Neal's funnel in slices: the width of x changes by orders of magnitude with v",
       .reference = "Neal 2003, section 8, as a mixture over v"});
}

}  // namespace plumbline
