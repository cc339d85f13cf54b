// priors/crescent.cpp – two crossed Gaussians, correlations ±ρ: the prior of the nonlinear
// benchmark of Zhao et al. 2024. Its observation is of kind `crescent` too.
#include "priors/prior.hpp"

namespace plumbline::crescent {

struct Settings {
  Real rho = 0.8;

  void visit(auto&& field) {
    field("rho", rho, "correlation of component 0; component 1 has −rho",
          Range{.low = -1, .high = 1, .open_low = true, .open_high = true});
  }

  GaussianMixture make(Rng, const std::string&) const {
    HostMatrix up(2, 2), down(2, 2);
    up << 1, rho, rho, 1;
    down << 1, -rho, -rho, 1;
    return GaussianMixture::full(HostVector::Ones(2), HostMatrix::Zero(2, 2), {up, down});
  }
};

}  // namespace plumbline::crescent

namespace plumbline {

PriorEntry crescent_prior() {
  return prior_entry<crescent::Settings>(
      {.name = "crescent",
       .summary = "Two centred components of equal weight with correlations ±rho",
       .reference = "Zhao et al. 2024, review, section 5"});
}

}  // namespace plumbline
