// Rectified flow: a_t = 1 − t, s_t = t (Liu, Gong & Liu 2023). diffusion/processes/README §3.
// At horizon 1 the data are gone (a = 0) and the SDE is singular; the ODE is not.
#include "diffusion/processes/process.hpp"

namespace plumbline {
namespace {

class Flow final : public NoiseProcess::Schedule {
 public:
  struct Settings {
    Real horizon = 1;

    void visit(auto&& field) {
      field("horizon", horizon, "last time T; a_T = 1 − T",
            Range{.low = 0, .high = 1, .open_low = true});
    }
  };

  explicit Flow(const Settings& settings) : settings_(settings) {}

  Real horizon() const override { return settings_.horizon; }

  NoiseLevel at(Real t) const override { return {1 - t, -t, t * t}; }

  // t² − s² (1 − t)²/(1 − s)² = (t − s)(t + s − 2st)/(1 − s)², and t + s − 2st = t(1 − s) + s(1 −
  // t)
  Transition between(Real s, Real t) const override {
    const Real u = 1 - s;
    if (u == 0) return {};  // s = t = 1
    return {(1 - t) / u, (t - s) * (t * u + s * (1 - t)) / (u * u)};
  }
  SdeCoefficients sde(Real t, Side) const override { return {-1 / (1 - t), 2 * t / (1 - t)}; }
  OdeCoefficients ode(Real t, Side) const override { return {1 / t, -1 / t}; }

  // e^{λ/2} = (1 − t)/t
  Real time_at_log_snr(Real lambda) const override { return 1 / (1 + std::exp(lambda / 2)); }

 private:
  Settings settings_;
};

}  // namespace

ProcessEntry flow_process() {
  return process_entry<Flow>(
      {.name = "flow",
       .summary = "rectified flow: a_t = 1 − t, s_t = t, 0 ≤ t ≤ horizon ≤ 1",
       .reference = "Liu, Gong & Liu 2023"});
}

}  // namespace plumbline
