// Rare events of the correlated mixture of Subedi et al. 2026: the exact kernel reproduces the
// analytic probability, Euler–Maruyama misses it by a bias that halves when the steps double.
#include <numbers>

#include "priors/prior.hpp"
#include "unit/problem/observations.hpp"
#include "unit/samplers/support.hpp"

namespace plumbline::test::rare_event_test {
namespace {

GaussianMixture prior() {
  return find_prior("rare-event").make({}, Rng::from_seed(1), "");
}

Problem event(Real threshold) {
  const NoiseProcess vp =
      NoiseProcess::from_settings(table({{"kind", "vp"}, {"schedule", "continuous"}}));
  return Problem(Exec{}, prior(), vp, Event{vector({1, 0}), threshold, 0.01});
}

/// Σ w_i Φ((μ_i1 − τ)/√(a_i + δ²)), a formula of its own.
Real probability(Real threshold) {
  const GaussianMixture mixture = prior();
  Real sum = 0;
  for (int k = 0; k < mixture.components(); ++k) {
    const Real sd = std::sqrt(mixture.covariance(k)(0, 0) + 1e-4);
    const Real margin = (mixture.means()(k, 0) - threshold) / sd;
    sum += mixture.weights()[k] * std::erfc(-margin / std::numbers::sqrt2) / 2;
  }
  return sum;
}

/// p̂/p of runs × 1000 particles, and its standard error.
struct Ratio {
  Real value, se;
};
Ratio estimated(const Problem& problem, Entries settings, Index runs) {
  Table all = table({{"particles", 1000}});
  for (const Member& member : table(settings).members) all.set(member.key, member.value);
  const Trace trace = draw(*find_sampler("doob").make(all), problem, runs).trace;
  const Real value = std::exp(trace.log_evidence - problem.log_evidence());
  return {value, value * trace.log_evidence_se};
}

// |p̂ − p| < 1e-5 where 5 standard errors are below that: false alarm below 6e-7 for each of four
// events, and any other relative error of 5 standard errors, 0.5 % at τ = 10, is seen too.
TEST(RareEvent, IsReproducedByTheExactKernel) {
  for (const Real threshold : {7.0, 8.0, 9.0, 10.0}) {
    SCOPED_TRACE(threshold);
    const Problem problem = event(threshold);
    const Real p = probability(threshold);
    EXPECT_NEAR(std::exp(problem.log_evidence()) / p, 1, 1e-12);

    const Ratio ratio = estimated(problem, {{"kernel", "exact"}, {"steps", 10}}, 100);
    EXPECT_LT(ratio.se * p, 2e-6);
    EXPECT_LT(std::abs(ratio.value - 1) * p, 1e-5);
    EXPECT_LT(std::abs(ratio.value - 1), 5 * ratio.se);
  }
}

// log p̂/p = c/K + O(1/K²): between K = 40 and 80 the rate is within 0.1 of 1 by that, and known to
// 0.04 by the standard errors. Accepted: 1 ± 0.3, five of those beside the 0.1; rates ½ and 2 fail.
TEST(RareEvent, UnderEulerMaruyamaIsMissedByABiasOfOrderOneOverSteps) {
  const Problem problem = event(7);
  const auto bias = [&](int steps) {
    return estimated(problem, {{"kernel", "em"}, {"grid", "log_snr"}, {"steps", steps}}, 120);
  };
  const Ratio coarse = bias(40), fine = bias(80);
  const Real at_coarse = std::log(coarse.value), at_fine = std::log(fine.value);

  EXPECT_LT(coarse.se, 0.004);
  EXPECT_LT(fine.se, 0.002);
  EXPECT_LT(at_fine, -20 * fine.se) << "no bias to speak of";
  EXPECT_NEAR(std::log2(at_coarse / at_fine), 1, 0.3);
}

}  // namespace
}  // namespace plumbline::test::rare_event_test
