// priors/ill_conditioned.cpp – one Gaussian, variances from 1 to 1/condition along directions that
// mix all coordinates. Hard because a step that is stable along the narrowest direction barely
// moves along the widest, and because s_t² ∇log p_t loses digits between them.
#include <cmath>

#include "priors/prior.hpp"

namespace plumbline::ill_conditioned {

struct Settings {
  int dim = 10;
  Real condition = 1e6;

  void visit(auto&& field) {
    field("dim", dim, "dimension", at_least(1));
    field("condition", condition, "largest over smallest variance", at_least(1));
  }

  PriorSize size() const { return {.components = 1, .dimension = Real(dim), .full = true}; }

  /// Eigenvectors: the columns of the reflection I − 2 v vᵀ/‖v‖², v = (1, 2, …, dim).
  GaussianMixture make(Rng, const std::string&) const {
    const HostVector v = HostVector::LinSpaced(dim, 1, dim);
    const HostMatrix basis =
        HostMatrix::Identity(dim, dim) - 2 / v.squaredNorm() * v * v.transpose();
    HostMatrix lambda(1, dim);
    for (int i = 0; i < dim; ++i)
      lambda(0, i) = std::pow(condition, dim == 1 ? Real(0) : Real(i) / (dim - 1) - 1);
    return GaussianMixture::from_eigen(HostVector::Ones(1), HostMatrix::Zero(1, dim), {basis},
                                       lambda);
  }
};

}  // namespace plumbline::ill_conditioned

namespace plumbline {

PriorEntry ill_conditioned_prior() {
  return prior_entry<ill_conditioned::Settings>(
      {.name = "ill-conditioned",
       .summary = "One Gaussian whose variances span `condition`, along no coordinate axis",
       .reference = "none: for problems no method was tuned on"});
}

}  // namespace plumbline
