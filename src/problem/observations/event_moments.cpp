// Evidence and moments of an event on the host, and what it says of a point of data.
#include <cmath>

#include "mixture/covariance.hpp"
#include "problem/observations/event_field.hpp"

namespace plumbline {
namespace {

/// (a·z − τ)/δ; for δ = 0 the sign, infinite.
KOKKOS_INLINE_FUNCTION Real point_margin(const EventPlane& plane, const RowPoint& z) {
  Real excess = -plane.threshold;
  for (int i = 0; i < plane.direction.extent_int(0); ++i)
    excess = Kokkos::fma(plane.direction(i), z(i), excess);
  if (plane.width > 0) return excess / plane.width;
  return excess >= 0 ? infinity : excess * infinity;
}

/// Component k along the direction: Σ_k a, v = aᵀΣ_k a + δ², β = (a·μ_k − τ)/√v.
struct Along {
  HostVector pull;
  Real variance, margin;
};
Along along_direction(const GaussianMixture& prior, int k, const Event& event) {
  const HostVector pull = prior.covariance(k) * event.direction;
  const Real v = event.direction.dot(pull) + event.width * event.width;
  const Real excess = event.direction.dot(prior.means().row(k).transpose()) - event.threshold;
  const Real sure = excess >= 0 ? infinity : -infinity;
  return {pull, v, v > 0 ? excess / std::sqrt(v) : sure};
}

}  // namespace

void event_log_indicator(const Exec& exec, const EventPlane& plane, const Matrix& z,
                         const Vector& log_p) {
  parallel_over(
      exec, "plumbline::problem::event_log_indicator", z.extent(0), KOKKOS_LAMBDA(Index n) {
        log_p(n) = log_normal_cdf(point_margin(plane, RowPoint{z, n}));
      });
}

void event_indicator_gradient(const Exec& exec, const EventPlane& plane, const Matrix& z,
                              const Matrix& gradient) {
  PLUMBLINE_REQUIRE(plane.width > 0, "a hard event has no gradient");
  parallel_over(
      exec, "plumbline::problem::event_indicator_gradient", z.extent(0), KOKKOS_LAMBDA(Index n) {
        const Real slope = normal_hazard(point_margin(plane, RowPoint{z, n})) / plane.width;
        for (int i = 0; i < plane.direction.extent_int(0); ++i)
          gradient(n, i) = slope * plane.direction(i);
      });
}

// Given its component, a·z_0 + η is N(a·μ, v) cut at τ, and z_0 regresses on it with Σa/v: mean
// μ + Σa h/√v and covariance Σ − Σa (Σa)ᵀ h (h + β)/v, h = φ/Φ(β).
TargetMoments event_moments(const GaussianMixture& prior, const Event& event) {
  const int d = prior.dimension(), components = prior.components();
  HostMatrix means = prior.means();
  HostVector log_p(components);
  std::vector<HostMatrix> covariances;
  for (int k = 0; k < components; ++k) {
    covariances.push_back(prior.covariance(k));
    const Along along = along_direction(prior, k, event);
    log_p[k] = prior.log_weights()[k] + log_normal_cdf(along.margin);
    if (!(along.variance > 0)) continue;
    const Real h = normal_hazard(along.margin), v = along.variance;
    means.row(k) += h / std::sqrt(v) * along.pull.transpose();
    covariances[k] -= h * (h + along.margin) / v * along.pull * along.pull.transpose();
  }

  const HostVector rho = exp_of((log_p.array() - log_sum_exp(log_p)).matrix());
  TargetMoments out = {means.transpose() * rho, HostMatrix::Zero(d, d), log_p};
  means.rowwise() -= out.mean.transpose();
  for (int k = 0; k < components; ++k)
    if (rho[k] > 0)
      out.covariance += rho[k] * (covariances[k] + means.row(k).transpose() * means.row(k));
  return out;
}

Real event_log_evidence(const GaussianMixture& prior, const Event& event) {
  HostVector log_p(prior.components());
  for (int k = 0; k < prior.components(); ++k)
    log_p[k] = prior.log_weights()[k] + log_normal_cdf(along_direction(prior, k, event).margin);
  return log_sum_exp(log_p);
}

}  // namespace plumbline
