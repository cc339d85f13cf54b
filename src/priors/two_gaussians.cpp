// priors/two_gaussians.cpp – ½N(+m, s²) + ½N(−m, s²) on a line: the smallest problem with two
// modes and two classes. Classifier-free guidance runs away on it (Chidambaram et al. 2024).
#include "priors/prior.hpp"

namespace plumbline::two_gaussians {

struct Settings {
  int dim = 1;
  Real mean = 1, stddev = 1;

  void visit(auto&& field) {
    field("dim", dim, "dimension; the means differ in the first coordinate only", at_least(1));
    field("mean", mean, "component 0 at +mean, component 1 at −mean");
    field("stddev", stddev, "standard deviation of both", at_least(0));
  }

  PriorSize size() const { return {.components = 2, .dimension = Real(dim)}; }

  GaussianMixture make(Rng, const std::string&) const {
    HostMatrix mu = HostMatrix::Zero(2, dim);
    mu(0, 0) = mean;
    mu(1, 0) = -mean;
    return GaussianMixture::isotropic(HostVector::Ones(2), mu,
                                      HostVector::Constant(2, stddev * stddev));
  }
};

}  // namespace plumbline::two_gaussians

namespace plumbline {

PriorEntry two_gaussians_prior() {
  return prior_entry<two_gaussians::Settings>(
      {.name = "two-gaussians",
       .summary = "Two components of equal weight at ±mean; class 0 is the positive one",
       .reference = "Chidambaram et al. 2024, section 3"});
}

}  // namespace plumbline
