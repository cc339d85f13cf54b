// priors/gp.cpp – a Gaussian process x on [0, 5] and its noisy observations y, jointly one Gaussian
// (Corenflos et al. 2024). Hard because all of y is observed: the target has 100 dimensions
// and 100 correlated numbers pull on them, so weights of a few particles collapse.
#include <cmath>

#include "priors/prior.hpp"

namespace plumbline::gp {

struct Settings {
  int points = 100;
  Real length = 1, noise_variance = 1;

  void visit(auto&& field) {
    field("points", points, "points of [0, 5]; coordinates 0 … points − 1 are x, then y",
          at_least(2));
    field("length", length, "length of the kernel exp(−|z − z'|/length)", above(0));
    field("noise_variance", noise_variance, "variance of y − x", above(0));
  }

  PriorSize size() const {
    return {
        .components = 1, .dimension = 2 * Real(points), .full = true, .dimension_key = "points"};
  }

  /// [[K, K], [K, K + noise]]
  GaussianMixture make(Rng, const std::string&) const {
    HostMatrix k(points, points), joint(2 * points, 2 * points);
    for (int i = 0; i < points; ++i)
      for (int j = 0; j < points; ++j)
        k(i, j) = std::exp(-5 * std::abs(Real(i - j)) / (points - 1) / length);
    joint << k, k, k, k + noise_variance * HostMatrix::Identity(points, points);
    return GaussianMixture::full(HostVector::Ones(1), HostMatrix::Zero(1, 2 * points), {joint});
  }
};

}  // namespace plumbline::gp

namespace plumbline {

PriorEntry gp_prior() {
  return prior_entry<gp::Settings>(
      {.name = "gp",
       .summary = "A Gaussian process on [0, 5] and its noisy observations, jointly: inpaint x "
                  "from y",
       .reference = "Corenflos et al. 2024"});
}

}  // namespace plumbline
