// What an observation is without, by default.
#include "problem/observation.hpp"

#include "core/errors.hpp"

namespace plumbline {
namespace {

/// Everything anew at every level.
class OneByOne final : public LevelTerm {
 public:
  OneByOne(const Observation& observation, const Problem& problem)
      : observation_(observation), problem_(problem) {}
  void value(const Exec& exec, Real t, const Matrix& z, const Vector& log_p) override {
    observation_.level_likelihood(exec, problem_, t, z, log_p);
  }

 private:
  const Observation& observation_;
  const Problem& problem_;
};

}  // namespace

std::unique_ptr<LevelTerm> Observation::level_term(const Exec&, const Problem& problem) const {
  return std::make_unique<OneByOne>(*this, problem);
}

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
