// The targets and draws every metric must cope with: ugly sizes, weights, one draw, a tilt.
#pragma once

#include "metrics/metric.hpp"
#include "unit/metrics/support.hpp"

namespace plumbline::test {

struct MetricCase {
  std::string name;
  Problem problem;
  Ensemble draws;  ///< from the target
};

/// y = A z + noise in the plane, drawn: what z* ranks among, and what it is estimated by.
inline Problem drawn_target() {
  Table linear = text_setting("kind", "linear"), ou = text_setting("kind", "ou");
  linear.set("y", {std::string("draw")});
  linear.set("A", {Array{{Array{{1.0}, {-0.5}}}}});
  linear.set("noise", {0.4});
  const GaussianMixture prior = isotropic({.3, .7}, {{-2, -1}, {1.5, 1}}, {1, .7});
  const Observed given = make_observation(linear, prior, Rng::from_seed(5));
  return Problem(Exec(), prior, NoiseProcess::from_settings(ou), given.observation, given.truth);
}

inline std::vector<MetricCase> metric_cases() {
  const Problem plane = target(isotropic({.4, .6}, {{0, 0}, {5, 1}}, {1, 2}));
  const Problem line = target(isotropic({1}, {{3}}, {2}));
  const Problem seven = target(isotropic(
      {1, 2, 3}, {std::vector<Real>(7, 0.0), std::vector<Real>(7, 1.0), std::vector<Real>(7, -4.0)},
      {1, .5, 2}));
  HostMatrix sigma(2, 2), mu = HostMatrix::Zero(1, 2);
  sigma << 4, 1.9, 1.9, 1;
  const Problem full = target(GaussianMixture::full(HostVector::Ones(1), mu, {sigma}));
  const Problem tilt = tilted_target();
  const Problem event = event_target(), crescent = crescent_target();
  const Problem points = target(isotropic({1, 1}, {{0, 0}, {3, 4}}, {0, 0}));

  const Problem drawn = drawn_target();

  // Weights that do not depend on the draws leave their law alone.
  const Ensemble weighted = {exact_draws(plane, 65, 1).x,
                             ensemble(normal_points(65, 2), uneven_weights(65)).log_w};

  return {{"two components in the plane", plane, exact_draws(plane, 200, 1)},
          {"one component on a line", line, exact_draws(line, 200, 1)},
          {"597 draws in 7 dimensions", seven, exact_draws(seven, 597, 1)},
          {"full covariance", full, exact_draws(full, 100, 1)},
          {"a tilt", tilt, exact_draws(tilt, 100, 1)},
          {"a crescent", crescent, exact_draws(crescent, 100, 1)},
          {"an event", event, exact_draws(event, 100, 1)},
          {"a drawn y", drawn, exact_draws(drawn, 100, 1)},
          {"a data set", points, exact_draws(points, 100, 1)},
          {"weights", plane, weighted},
          {"two draws", plane, exact_draws(plane, 2, 1)},
          {"one draw", seven, exact_draws(seven, 1, 1)}};
}

/// The estimates of log p(y) are off by a quarter, as a sampler's might be.
inline Estimate measure(const MetricEntry& entry, const Problem& problem, const Ensemble& draws,
                        const Table& settings = {}) {
  const Real log_z = problem.log_evidence() + 0.25;
  const MetricInput input{problem, draws, log_z, Rng::from_seed(1), 0, [log_z] { return log_z; }};
  return entry.make(settings)->evaluate(Exec(), input);
}

/// What the entries promise: ranks of the truth only where y was drawn, no evidence of a tilt,
/// nothing of too few draws or of a density that is not there.
inline bool defined(const MetricEntry& entry, const MetricCase& c) {
  if (c.draws.draws() < entry.least_draws || entry.needs_chains) return false;
  if (entry.needs_density && c.problem.is_mixture() && c.problem.posterior().singular())
    return false;
  if (entry.needs_mixture && !c.problem.is_mixture()) return false;
  if (entry.needs_truth && !c.problem.truth()) return false;
  return !entry.needs_evidence || !std::isnan(c.problem.log_evidence());
}

}  // namespace plumbline::test
