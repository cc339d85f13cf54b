// priors/cfgig.cpp – the line on which Moufad et al. 2025 (CFGiG) show guidance: the whole is
// ½N(−2, 1) + ½N(2, 1), the class ½N(1.5, 0.1) + ½N(2.5, 0.1). Hard because the class is narrow
// where the whole is smooth: at w = 3 the guided law and the tilted one part.
//
// Their class is no part of their whole. Here it is, with a weight so small that the whole does not
// show it: class 0 is components 0 and 1, class 1 the rest. Second arguments are variances.
#include "priors/prior.hpp"

namespace plumbline::cfgig {

struct Settings {
  Real class_weight = 1e-6;

  void visit(auto&& field) {
    field("class_weight", class_weight, "weight of class 0, components 0 and 1", between(0, 1));
  }

  GaussianMixture make(Rng, const std::string&) const {
    HostVector pi(4), variances(4);
    HostMatrix mu(4, 1);
    pi << class_weight, class_weight, 1 - class_weight, 1 - class_weight;
    mu << 1.5, 2.5, -2, 2;
    variances << 0.1, 0.1, 1, 1;
    return GaussianMixture::isotropic(pi, mu, variances);
  }
};

}  // namespace plumbline::cfgig

namespace plumbline {

PriorEntry cfgig_prior() {
  return prior_entry<cfgig::Settings>(
      {.name = "cfgig",
       .summary = "A narrow class of two modes inside a smooth whole: the 1-D toy of guidance",
       .reference = "Moufad et al. 2025 (CFGiG), 1-D example"});
}

}  // namespace plumbline
