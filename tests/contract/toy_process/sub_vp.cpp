// sub_vp.cpp – the sub-variance-preserving process dz = −½ β z dt + √(β (1 − e^{−2B})) dw with B =
// ∫_0^t β, β(u) = beta_min + u (beta_max − beta_min): a_t = e^{−B/2}, s_t = 1 − e^{−B}. Song et al.
// 2021, eq. (29). An example of a complete process file.
#include <cmath>

#include "diffusion/processes/process.hpp"

namespace plumbline {
namespace {

class SubVariancePreserving final : public NoiseProcess::Schedule {
 public:
  struct Settings {
    Real horizon = 1, beta_min = 0.1, beta_max = 20;

    void visit(auto&& field) {
      field("horizon", horizon, "last time T", above(0));
      field("beta_min", beta_min, "β at time 0", above(0));
      field("beta_max", beta_max, "β at time 1", above(0));
    }
    void validate() const {
      if (beta_max < beta_min)
        throw SpecError("beta_max", fmt::format("{}", beta_max),
                        fmt::format("≥ beta_min = {}", beta_min));
    }
  };

  explicit SubVariancePreserving(const Settings& settings) : settings_(settings) {}

  Real horizon() const override { return settings_.horizon; }

  NoiseLevel at(Real t) const override {
    const Real b = integral(0, t), s = -std::expm1(-b);
    return {std::exp(-b / 2), std::expm1(-b / 2), s * s};
  }
  // s_t² − a_{t|s}² s_s² = (1 − e^{−(B_t − B_s)}) (1 − e^{−(B_t + B_s)})
  Transition between(Real s, Real t) const override {
    const Real b = integral(s, t);
    return {std::exp(-b / 2), std::expm1(-b) * std::expm1(-b - 2 * integral(0, s))};
  }
  SdeCoefficients sde(Real t, Side) const override {
    const Real beta = settings_.beta_min + t * slope();
    return {-beta / 2, -beta * std::expm1(-2 * integral(0, t))};
  }

 private:
  Real slope() const { return settings_.beta_max - settings_.beta_min; }
  /// B_t − B_s
  Real integral(Real s, Real t) const {
    return (t - s) * (settings_.beta_min + slope() * (t + s) / 2);
  }

  Settings settings_;
};

}  // namespace

ProcessEntry sub_vp_process() {
  return process_entry<SubVariancePreserving>(
      {.name = "sub-vp",
       .summary = "sub-variance preserving: a_t = e^{−B/2}, s_t = 1 − e^{−B}, B = ∫β",
       .reference = "Song et al. 2021, eq. (29)"});
}

}  // namespace plumbline
