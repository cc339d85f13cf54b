// priors/matern.cpp – a Matérn-5/2 Gaussian random field on a square lattice over [−5, 5]² (Boys et
// al. 2024). Hard because neighbours are nearly equal: the covariance is dense and its small
// eigenvalues are those of the finest waves, which 16 observations do not see.
#include <cmath>

#include "priors/prior.hpp"

namespace plumbline::matern {

struct Settings {
  int side = 32;
  Real extent = 5, length = 1;

  void visit(auto&& field) {
    field("side", side, "lattice points per side; pixel (i, j) is coordinate i · side + j",
          at_least(2));
    field("extent", extent, "the lattice covers [−extent, extent]²", above(0));
    field("length", length, "length ℓ of the kernel", above(0));
  }

  /// (1 + √5 r/ℓ + 5 r²/(3 ℓ²)) e^{−√5 r/ℓ}
  Real kernel(Real r) const {
    const Real u = std::sqrt(Real(5)) * r / length;
    return (1 + u + u * u / 3) * std::exp(-u);
  }

  PriorSize size() const {
    return {.components = 1,
            .dimension = Real(side) * Real(side),
            .full = true,
            .dimension_key = "side"};
  }

  GaussianMixture make(Rng, const std::string&) const {
    const int d = side * side;
    const Real spacing = 2 * extent / (side - 1);
    HostMatrix sigma(d, d);
    for (int a = 0; a < d; ++a)
      for (int b = 0; b < d; ++b)
        sigma(a, b) = kernel(spacing * std::hypot(a / side - b / side, a % side - b % side));
    return GaussianMixture::full(HostVector::Ones(1), HostMatrix::Zero(1, d), {sigma});
  }
};

}  // namespace plumbline::matern

namespace plumbline {

PriorEntry matern_prior() {
  return prior_entry<matern::Settings>(
      {.name = "matern",
       .summary = "Matérn-5/2 Gaussian random field on a lattice over [−extent, extent]²",
       .reference = "Boys et al. 2024 (TMPD), section 5; Matérn 1960",
       .example = "side = 5"});
}

}  // namespace plumbline
