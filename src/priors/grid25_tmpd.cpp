// priors/grid25_tmpd.cpp – the 25-component mixture as Boys et al. (TMPD, TMLR 2024) use it: the
// means of MCGdiff with equal weights.
#include "priors/detail/lattice.hpp"
#include "priors/prior.hpp"

namespace plumbline::grid25_tmpd {

struct Settings {
  int dim = 8;

  void visit(auto&& field) { field("dim", dim, "dimension, even", at_least(2)); }

  void validate() const {
    if (dim % 2 != 0)
      throw SpecError("dim", to_text(settings::write(dim)), "must be an even number");
  }

  PriorSize size() const { return {.components = 25, .dimension = Real(dim)}; }

  GaussianMixture make(Rng, const std::string&) const {
    return GaussianMixture::isotropic(HostVector::Ones(25), lattice_means(5, dim, 8, dim / 2),
                                      HostVector::Ones(25));
  }
};

}  // namespace plumbline::grid25_tmpd

namespace plumbline {

PriorEntry grid25_tmpd_prior() {
  return prior_entry<grid25_tmpd::Settings>(
      {.name = "grid25-tmpd",
       .summary = "25 unit Gaussians at −8 (i, j) repeated in every pair of coordinates, equal "
                  "weights",
       .reference = "Boys et al. 2024 (TMPD), section 5"});
}

}  // namespace plumbline
