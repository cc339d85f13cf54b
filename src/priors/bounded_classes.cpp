// priors/bounded_classes.cpp – two classes of (all but) bounded support, [low, high] and
// [−high, −low], each a fine comb of narrow Gaussians. Hard for guidance: as its weight grows, all
// mass of a class collapses onto the outer edge (Chidambaram et al. 2024, Theorem 1).
#include "priors/prior.hpp"

namespace plumbline::bounded_classes {

struct Settings {
  Real low = 1, high = 2;
  int per_class = 50;
  Real stddev = 0.02;

  void visit(auto&& field) {
    field("low", low, "inner edge of the positive class", at_least(0));
    field("high", high, "its outer edge", above(0));
    field("per_class", per_class,
          "components of a class: 0 … per_class − 1 from low to high, then the mirror images",
          at_least(2));
    field("stddev", stddev, "standard deviation of every component", above(0));
  }
  void validate() const {
    if (!(high > low)) throw SpecError("high", to_text(settings::write(high)), "above low");
  }

  PriorSize size() const {
    return {.components = 2 * Real(per_class), .dimension = 1, .components_key = "per_class"};
  }

  GaussianMixture make(Rng, const std::string&) const {
    HostMatrix mu(2 * per_class, 1);
    for (int k = 0; k < per_class; ++k) {
      mu(k, 0) = low + (high - low) * k / (per_class - 1);
      mu(per_class + k, 0) = -mu(k, 0);
    }
    return GaussianMixture::isotropic(HostVector::Ones(2 * per_class), mu,
                                      HostVector::Constant(2 * per_class, stddev * stddev));
  }
};

}  // namespace plumbline::bounded_classes

namespace plumbline {

PriorEntry bounded_classes_prior() {
  return prior_entry<bounded_classes::Settings>(
      {.name = "bounded-classes",
       .summary =
           "Two classes on [low, high] and its mirror image, each a comb of narrow Gaussians",
       .reference = "Chidambaram et al. 2024, Theorem 1"});
}

}  // namespace plumbline
