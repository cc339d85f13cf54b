// A noise process from any two functions a(t) and s²(t), for tests and for code that plays with
// schedules. Functions cannot be written in a sweep file, so it is not in the catalogue.
// diffusion/processes/README §3.
#include <algorithm>
#include <cmath>

#include "diffusion/processes/process.hpp"

namespace plumbline {
namespace {

/// df/dt by a five-point formula of order 4, central inside [0, end], one-sided next to its ends.
Real derivative(const std::function<Real(Real)>& f, Real t, Real end) {
  const Real h = 1e-3 * end;
  if (t >= 2 * h && t <= end - 2 * h)
    return (8 * (f(t + h) - f(t - h)) - (f(t + 2 * h) - f(t - 2 * h))) / (12 * h);
  const Real d = t < 2 * h ? h : -h;
  return (-25 * f(t) + 48 * f(t + d) - 36 * f(t + 2 * d) + 16 * f(t + 3 * d) - 3 * f(t + 4 * d)) /
         (12 * d);
}

class General final : public NoiseProcess::Schedule {
 public:
  General(std::function<Real(Real)> alpha, std::function<Real(Real)> variance, Real horizon)
      : alpha_(std::move(alpha)), variance_(std::move(variance)), horizon_(horizon) {}

  Real horizon() const override { return horizon_; }

  NoiseLevel at(Real t) const override {
    const Real a = alpha_(t);
    return {a, a - 1, variance_(t)};
  }
  Transition between(Real s, Real t) const override {
    if (s == t) return {};
    const Real a = alpha_(t) / alpha_(s);
    return {a, std::max(variance_(t) - a * a * variance_(s), Real(0))};
  }
  SdeCoefficients sde(Real t, Side) const override {
    const Real drift = derivative(alpha_, t, horizon_) / alpha_(t);
    return {drift, derivative(variance_, t, horizon_) - 2 * drift * variance_(t)};
  }
  OdeCoefficients ode(Real t, Side) const override {
    const Real state = derivative(variance_, t, horizon_) / (2 * variance_(t));
    return {state, derivative(alpha_, t, horizon_) - alpha_(t) * state};
  }

 private:
  std::function<Real(Real)> alpha_, variance_;
  Real horizon_;
};

}  // namespace

NoiseProcess NoiseProcess::general(std::function<Real(Real)> alpha,
                                   std::function<Real(Real)> variance, Real horizon) {
  PLUMBLINE_REQUIRE(horizon > 0, "horizon {}", horizon);
  PLUMBLINE_REQUIRE(alpha(0) == 1 && variance(0) == 0, "a(0) = {}, s²(0) = {}", alpha(0),
                    variance(0));
  Table resolved;
  resolved.set("kind", Value{std::string("general")});
  resolved.set("horizon", Value{horizon});
  return NoiseProcess(std::make_shared<General>(std::move(alpha), std::move(variance), horizon),
                      std::move(resolved));
}

}  // namespace plumbline
