// priors/unequal_scales.cpp – a needle beside a haystack: one narrow component with half the mass
// and one wide. Hard because the narrow one is decided at a noise level where the wide one is
// already data: steps that suit one miss the other.
#include "priors/prior.hpp"

namespace plumbline::unequal_scales {

struct Settings {
  int dim = 2;
  Real wide = 3, narrow = 0.03, distance = 2, narrow_weight = 0.5;

  void visit(auto&& field) {
    field("dim", dim, "dimension", at_least(1));
    field("wide", wide, "standard deviation of component 0, at the origin", above(0));
    field("narrow", narrow, "standard deviation of component 1", at_least(0));
    field("distance", distance, "mean of component 1 along the first coordinate");
    field("narrow_weight", narrow_weight, "weight of component 1", between(0, 1));
  }

  PriorSize size() const { return {.components = 2, .dimension = Real(dim)}; }

  GaussianMixture make(Rng, const std::string&) const {
    HostVector pi(2), variances(2);
    pi << 1 - narrow_weight, narrow_weight;
    variances << wide * wide, narrow * narrow;
    HostMatrix mu = HostMatrix::Zero(2, dim);
    mu(1, 0) = distance;
    return GaussianMixture::isotropic(pi, mu, variances);
  }
};

}  // namespace plumbline::unequal_scales

namespace plumbline {

PriorEntry unequal_scales_prior() {
  return prior_entry<unequal_scales::Settings>(
      {.name = "unequal-scales",
       .summary =
           "A narrow component beside a wide one: they are decided at different noise levels",
       .reference = "none: for problems no method was tuned on"});
}

}  // namespace plumbline
