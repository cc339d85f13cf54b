// priors/gaussian.cpp – one Gaussian component: every quantity of a sampler has a closed form.
#include "priors/detail/number_or_list.hpp"
#include "priors/prior.hpp"

namespace plumbline::gaussian {

struct Settings {
  int dim = 1;
  NumberOrList mean = 0, stddev = 1;
  std::vector<std::vector<Real>> covariance;

  void visit(auto&& field) {
    field("dim", dim, "dimension", at_least(1));
    field("mean", mean, "mean: a number for all coordinates, or a list");
    field("stddev", stddev, "standard deviation: a number for all coordinates, or a list",
          at_least(0));
    field("covariance", covariance, "covariance [D][D]; given, it replaces stddev");
  }

  void validate() const {
    require_length("mean", mean, dim);
    require_length("stddev", stddev, dim);
    if (covariance.empty()) return;
    if (static_cast<int>(covariance.size()) != dim)
      throw SpecError("covariance", fmt::format("{} rows", covariance.size()),
                      fmt::format("{} rows of {} numbers", dim, dim));
    for (std::size_t i = 0; i < covariance.size(); ++i)
      if (static_cast<int>(covariance[i].size()) != dim)
        throw SpecError(fmt::format("covariance[{}]", i),
                        to_text(settings::write(covariance[i]), 40),
                        fmt::format("a list of {} numbers", dim));
  }

  PriorSize size() const {
    return {.components = 1, .dimension = Real(dim), .full = !covariance.empty()};
  }

  GaussianMixture make(Rng, const std::string&) const {
    HostMatrix mu(1, dim), variance(1, dim);
    for (int i = 0; i < dim; ++i) {
      mu(0, i) = mean[i];
      variance(0, i) = stddev[i] * stddev[i];
    }
    const HostVector one = HostVector::Ones(1);
    if (!covariance.empty()) {
      HostMatrix sigma(dim, dim);
      for (int i = 0; i < dim; ++i)
        for (int j = 0; j < dim; ++j) sigma(i, j) = covariance[i][j];
      return GaussianMixture::full(one, mu, {sigma});
    }
    if (stddev.single) return GaussianMixture::isotropic(one, mu, variance.col(0));
    return GaussianMixture::diagonal(one, mu, variance);
  }
};

}  // namespace plumbline::gaussian

namespace plumbline {

PriorEntry gaussian_prior() {
  return prior_entry<gaussian::Settings>(
      {.name = "gaussian", .summary = "One Gaussian component", .reference = "none: closed forms"});
}

}  // namespace plumbline
