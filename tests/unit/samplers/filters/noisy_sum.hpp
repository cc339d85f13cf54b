// y = z_1 + z_2 + η of a correlated Gaussian under ou: where guidance is linear, so that a guided
// sampler has the law of a recursion, bias included.
#pragma once

#include "unit/problem/observations.hpp"
#include "unit/samplers/reverse/linear_gaussian.hpp"

namespace plumbline::test::noisy_sum {

inline const OuGaussian prior = {vector({0.5, -0.2}), matrix({{1.0, 0.5}, {0.5, 0.6}})};
inline const HostMatrix sum = matrix({{1, 1}});
inline constexpr Real noise = 0.25, y = 2;

inline Problem problem() {
  return Problem(Exec{}, gaussian(prior.mu, prior.sigma), ou(),
                 LinearGaussian{.a = sum, .noise = matrix({{noise}}), .y = vector({y})});
}
inline OuGaussian posterior() {
  const HostMatrix precision = HostMatrix(prior.sigma.inverse()) + sum.transpose() * sum / noise;
  const HostMatrix cov = precision.inverse();
  return {cov * (prior.sigma.inverse() * prior.mu + sum.transpose() * vector({y}) / noise), cov};
}

/// (1 − γ) prior score + γ conditional score.
inline LinearField cfg_field(Real gamma) {
  return [gamma](Real t) -> LinearScore {
    const LinearScore p = score_of(prior)(t), q = score_of(posterior())(t);
    return {(1 - gamma) * p.p + gamma * q.p, (1 - gamma) * p.pm + gamma * q.pm};
  };
}

/// ζ Jᵀ Aᵀ Γ⁻¹ (y − A ẑ_0), ẑ_0 = μ + G (z − a μ), J = G = a Σ S⁻¹; Jᵀ := I without jacobian.
inline LinearScore dps_score(Real zeta, bool jacobian, Real t) {
  const HostMatrix gain = std::exp(-t) * prior.sigma * prior.covariance(t).inverse();
  const HostMatrix back =
      HostMatrix(jacobian ? HostMatrix(gain.transpose()) : prior.identity()) * sum.transpose();
  const HostVector offset = prior.mu - gain * prior.mean(t);
  return {zeta / noise * back * sum * gain, zeta / noise * back * (vector({y}) - sum * offset)};
}
inline LinearField dps_field(Real zeta, bool jacobian) {
  return [=](Real t) -> LinearScore {
    const LinearScore p = score_of(prior)(t), l = dps_score(zeta, jacobian, t);
    return {p.p + l.p, p.pm + l.pm};
  };
}

/// The law at 0 of `steps` steps from p_T(z | y), horizon 2.
using MakeKernel = std::function<AffineKernel(Real t, Real s)>;
inline Moments law_after(int steps, const MakeKernel& kernel) {
  Moments law = posterior().at(2);
  const std::vector<Real> times = uniform_times(2, steps);
  for (int i = 0; i < steps; ++i) law = push(kernel(times[i], times[i + 1]), law);
  return law;
}

}  // namespace plumbline::test::noisy_sum
