// priors/grid25_mcgdiff.cpp – the 25-component mixture of Cardoso et al. (MCGdiff, ICLR 2024):
// means −8 (i, j) repeated dim/2 times, covariance I, χ²₁ weights. Not the prior of Boys et al.,
// which has equal weights: their published numbers are not comparable.
#include "priors/detail/lattice.hpp"
#include "priors/detail/weights.hpp"
#include "priors/prior.hpp"

namespace plumbline::grid25_mcgdiff {

struct Settings {
  int dim = 8;

  void visit(auto&& field) {
    field("dim", dim, "dimension, even: 8, 80 and 800 in the paper", at_least(2));
  }

  void validate() const {
    if (dim % 2 != 0)
      throw SpecError("dim", to_text(settings::write(dim)), "must be an even number");
  }

  PriorSize size() const { return {.components = 25, .dimension = Real(dim)}; }

  GaussianMixture make(Rng rng, const std::string&) const {
    return GaussianMixture::isotropic(component_weights(WeightRule::random, 25, rng),
                                      lattice_means(5, dim, 8, dim / 2), HostVector::Ones(25));
  }
};

}  // namespace plumbline::grid25_mcgdiff

namespace plumbline {

PriorEntry grid25_mcgdiff_prior() {
  return prior_entry<grid25_mcgdiff::Settings>(
      {.name = "grid25-mcgdiff",
       .summary = "25 unit Gaussians at −8 (i, j) repeated in every pair of coordinates, χ²₁ "
                  "weights drawn with the sweep's seed",
       .reference = "Cardoso et al. 2024 (MCGdiff), section 5",
       .seeded = true});
}

}  // namespace plumbline
