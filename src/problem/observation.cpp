// What an observation is without, by default.
#include "problem/observation.hpp"

#include "core/errors.hpp"

namespace plumbline {

void Observation::draw_target(const Exec&, const FactoredMixture&, Rng, const Matrix&) const {
  PLUMBLINE_REQUIRE(false, "the target of {} is a mixture", target());
}

TargetMoments Observation::target_moments(const GaussianMixture&, const FactoredMixture&) const {
  PLUMBLINE_REQUIRE(false, "the target of {} is a mixture", target());
  return {};
}

std::optional<LinearForm> Observation::linear_form(int) const {
  return std::nullopt;
}

}  // namespace plumbline
