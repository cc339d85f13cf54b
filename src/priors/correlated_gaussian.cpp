// priors/correlated_gaussian.cpp – N(0, (1 − ρ) I + ρ 11ᵀ): one number sets how much an observed
// coordinate says about the others, and the bias of replacement and guidance is closed-form.
#include "priors/prior.hpp"

namespace plumbline::correlated_gaussian {

struct Settings {
  int dim = 2;
  Real rho = 0.8;

  void visit(auto&& field) {
    field("dim", dim, "dimension", at_least(1));
    field("rho", rho, "correlation of every two coordinates, −1/(dim − 1) < rho < 1",
          Range{.low = -1, .high = 1, .open_low = true, .open_high = true});
  }

  void validate() const {
    if (dim > 1 && !(rho * (dim - 1) > -1))
      throw SpecError("rho", to_text(settings::write(rho)),
                      fmt::format("above −1/(dim − 1) = {:.4g}", -1.0 / (dim - 1)));
  }

  PriorSize size() const { return {.components = 1, .dimension = Real(dim), .full = true}; }

  GaussianMixture make(Rng, const std::string&) const {
    HostMatrix sigma = HostMatrix::Constant(dim, dim, rho);
    sigma.diagonal().setOnes();
    return GaussianMixture::full(HostVector::Ones(1), HostMatrix::Zero(1, dim), {sigma});
  }
};

}  // namespace plumbline::correlated_gaussian

namespace plumbline {

PriorEntry correlated_gaussian_prior() {
  return prior_entry<correlated_gaussian::Settings>(
      {.name = "correlated-gaussian",
       .summary = "One Gaussian, unit variances, every two coordinates correlated by rho",
       .reference = "none: closed forms"});
}

}  // namespace plumbline
