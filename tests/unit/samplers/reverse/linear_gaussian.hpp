// The oracle for samplers on a single Gaussian prior under `ou`: every reverse kernel is then an
// affine map plus noise, so the exact output law of a method is a recursion of means and
// covariances. Slow, obvious, host only.
#pragma once

#include <functional>

#include "unit/samplers/support.hpp"

namespace plumbline::test {

/// z_s = a z_t + b + N(0, c).
struct AffineKernel {
  HostMatrix a;
  HostVector b;
  HostMatrix c;
};

/// A Gaussian under ou: p_t = N(e^{−t} μ, e^{−2t} Σ + (1 − e^{−2t}) I).
struct OuGaussian {
  HostVector mu;
  HostMatrix sigma;

  HostMatrix identity() const { return HostMatrix::Identity(mu.size(), mu.size()); }
  HostVector mean(Real t) const { return std::exp(-t) * mu; }
  HostMatrix covariance(Real t) const {
    return std::exp(-2 * t) * sigma - std::expm1(-2 * t) * identity();
  }
  Moments at(Real t) const { return {mean(t), covariance(t)}; }
};

/// A score −p (z − m), whatever made it.
struct LinearScore {
  HostMatrix p;
  HostVector pm;  ///< p m
};
using LinearField = std::function<LinearScore(Real t)>;

inline LinearField score_of(const OuGaussian& g) {
  return [g](Real t) -> LinearScore {
    const HostMatrix p = g.covariance(t).inverse();
    return {p, p * g.mean(t)};
  };
}

/// Papp, slides, with the leading z (diffusion/README §7): z + ε (z + 2 score), 2 ε I.
inline AffineKernel em_kernel(const LinearField& field, Real t, Real s) {
  const LinearScore f = field(t);
  const HostMatrix one = HostMatrix::Identity(f.pm.size(), f.pm.size());
  const Real e = t - s;
  return {(1 + e) * one - 2 * e * f.p, 2 * e * f.pm, 2 * e * one};
}

/// (z + (1 − α²) score)/α, (1 − α²) I.
inline AffineKernel ddpm_kernel(const LinearField& field, Real t, Real s) {
  const LinearScore f = field(t);
  const HostMatrix one = HostMatrix::Identity(f.pm.size(), f.pm.size());
  const Real alpha = std::exp(s - t), v = 1 - alpha * alpha;
  return {(one - v * f.p) / alpha, v / alpha * f.pm, v * one};
}

/// Euler on dz/dt = −z − score.
inline AffineKernel ode_kernel(const LinearField& field, Real t, Real s) {
  const LinearScore f = field(t);
  const HostMatrix one = HostMatrix::Identity(f.pm.size(), f.pm.size());
  return {(1 + t - s) * one - (t - s) * f.p, (t - s) * f.pm, 0 * one};
}

/// Heun: z + ½ ε (F(z, t) + F(z + ε F(z, t), s)), F = z + score.
inline AffineKernel heun_kernel(const LinearField& field, Real t, Real s) {
  const LinearScore at_t = field(t), at_s = field(s);
  const HostMatrix one = HostMatrix::Identity(at_t.pm.size(), at_t.pm.size());
  const AffineKernel euler = ode_kernel(field, t, s);
  const Real h = (t - s) / 2;
  const HostMatrix slope_t = one - at_t.p, slope_s = one - at_s.p;
  return {one + h * slope_t + h * slope_s * euler.a,
          h * at_t.pm + h * (slope_s * euler.b + at_s.pm), 0 * one};
}

/// diffusion/README §2 for K = 1.
inline AffineKernel exact_kernel(const OuGaussian& g, Real t, Real s) {
  const Real alpha = std::exp(s - t);
  const HostMatrix gain = alpha * g.covariance(s) * g.covariance(t).inverse();
  return {gain, g.mean(s) - gain * g.mean(t), (1 - alpha * alpha) / alpha * gain};
}

inline AffineKernel kernel_by_name(const std::string& name, const OuGaussian& g, Real t, Real s) {
  if (name == "exact") return exact_kernel(g, t, s);
  if (name == "em") return em_kernel(score_of(g), t, s);
  if (name == "ddpm") return ddpm_kernel(score_of(g), t, s);
  if (name == "ode-euler") return ode_kernel(score_of(g), t, s);
  return heun_kernel(score_of(g), t, s);
}

inline Moments push(const AffineKernel& k, const Moments& law) {
  return {k.a * law.mean + k.b, k.a * law.covariance * k.a.transpose() + k.c};
}

/// The block of listed coordinates.
inline Moments marginal(const Moments& law, const std::vector<int>& list) {
  return {law.mean(list), law.covariance(list, list)};
}

/// x | y for z = [x, y] ~ law, with y the listed coordinates.
inline Moments condition(const Moments& law, const std::vector<int>& x, const std::vector<int>& y,
                         const HostVector& value) {
  const HostMatrix gain = law.covariance(x, y) * HostMatrix(law.covariance(y, y)).inverse();
  return {law.mean(x) + gain * (value - law.mean(y)),
          law.covariance(x, x) - gain * law.covariance(y, x)};
}

/// times[0] = horizon … times[steps] = 0, evenly.
inline std::vector<Real> uniform_times(Real horizon, int steps) {
  std::vector<Real> times;
  for (int i = 0; i <= steps; ++i) times.push_back(horizon * (steps - i) / steps);
  return times;
}

}  // namespace plumbline::test
