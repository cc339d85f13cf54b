// Evidence and moments of an event on the host, and what it says of a point of data.
#include <cmath>

#include "mixture/covariance.hpp"
#include "problem/observations/event_field.hpp"

namespace plumbline {
namespace {

/// (a·z − τ)/δ; for δ = 0 the sign, infinite.
KOKKOS_INLINE_FUNCTION Real point_margin(const Vector& direction, Real threshold, Real width,
                                         const RowPoint& z) {
  Real excess = -threshold;
  for (int i = 0; i < direction.extent_int(0); ++i)
    excess = Kokkos::fma(direction(i), z(i), excess);
  if (width > 0) return excess / width;
  return excess >= 0 ? math::infinity : excess * math::infinity;
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
  const Real sure = excess >= 0 ? math::infinity : -math::infinity;
  return {pull, v, v > 0 ? excess / std::sqrt(v) : sure};
}

void launch_indicator(const Exec& exec, const Vector& direction, Real threshold, Real width,
                      const Matrix& z, const Vector& log_p) {
  parallel_over(
      exec, "plumbline::problem::event_log_indicator", z.extent(0), KOKKOS_LAMBDA(Index n) {
        log_p(n) = log_normal_cdf(point_margin(direction, threshold, width, RowPoint{z, n}));
      });
}

void launch_gradient(const Exec& exec, const Vector& direction, Real threshold, Real width,
                     const Matrix& z, const Matrix& gradient) {
  parallel_over(
      exec, "plumbline::problem::event_indicator_gradient", z.extent(0), KOKKOS_LAMBDA(Index n) {
        const Real slope =
            normal_hazard(point_margin(direction, threshold, width, RowPoint{z, n})) / width;
        for (int i = 0; i < direction.extent_int(0); ++i) gradient(n, i) = slope * direction(i);
      });
}

}  // namespace

void event_log_indicator(const Exec& exec, const Event& event, const Matrix& z,
                         const Vector& log_p) {
  launch_indicator(exec, to_device("event_direction", event.direction), event.threshold,
                   event.width, z, log_p);
}

void event_indicator_gradient(const Exec& exec, const Event& event, const Matrix& z,
                              const Matrix& gradient) {
  PLUMBLINE_REQUIRE(event.width > 0, "a hard event has no gradient");
  launch_gradient(exec, to_device("event_direction", event.direction), event.threshold, event.width,
                  z, gradient);
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
