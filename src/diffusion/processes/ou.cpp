// Ornstein–Uhlenbeck process dz = −z dt + √2 dw: a_t = e^{−t}, s_t² = 1 − e^{−2t}. Papp, slides;
// diffusion/processes/README §3.
#include <cmath>

#include "diffusion/processes/process.hpp"

namespace plumbline {
namespace {

class OrnsteinUhlenbeck final : public NoiseProcess::Schedule {
 public:
  struct Settings {
    Real horizon = 4;

    void visit(auto&& field) { field("horizon", horizon, "last time T; a_T = e^{−T}", above(0)); }
  };

  explicit OrnsteinUhlenbeck(const Settings& settings) : settings_(settings) {}

  Real horizon() const override { return settings_.horizon; }

  NoiseLevel at(Real t) const override {
    return {std::exp(-t), std::expm1(-t), -std::expm1(-2 * t)};
  }
  Transition between(Real s, Real t) const override {
    return {std::exp(-(t - s)), -std::expm1(-2 * (t - s))};
  }
  SdeCoefficients sde(Real, Side) const override { return {-1, 2}; }

  // e^λ = e^{−2t}/(1 − e^{−2t})  ⇒  t = ½ log(1 + e^{−λ})
  Real time_at_log_snr(Real lambda) const override { return std::log1p(std::exp(-lambda)) / 2; }

 private:
  Settings settings_;
};

}  // namespace

ProcessEntry ou_process() {
  return process_entry<OrnsteinUhlenbeck>(
      {.name = "ou",
       .summary = "Ornstein–Uhlenbeck: a_t = e^{−t}, 0 ≤ t ≤ horizon",
       .reference = "Papp, slides"});
}

}  // namespace plumbline
