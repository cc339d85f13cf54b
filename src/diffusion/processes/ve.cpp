// Variance-exploding processes: a_t = 1. diffusion/processes/README §3.
//
//   geometric  s_t² = σ_min² ((σ_max/σ_min)^{2t/horizon} − 1)   Song & Ermon 2019, Song et al. 2021
//   edm        s_t = t, horizon = σ_max                          Karras et al. 2022
#include <cmath>

#include "diffusion/processes/process.hpp"

namespace plumbline {

enum class VeSchedule { geometric, edm };
constexpr auto names(VeSchedule) {
  return std::array{"geometric", "edm"};
}

namespace {

// defaults
constexpr Real geometric_horizon = 1, smallest = 0.02, largest = 20;

class VarianceExploding final : public NoiseProcess::Schedule {
 public:
  struct Settings {
    VeSchedule schedule = VeSchedule::geometric;
    std::optional<Real> horizon, sigma_min, sigma_max;

    void visit(auto&& field) {
      static const std::string of_horizon =
                                   fmt::format("last time T: {} for geometric, sigma_max for edm",
                                               geometric_horizon),
                               of_min =
                                   fmt::format("geometric: smallest noise scale ({})", smallest),
                               of_max = fmt::format("largest noise scale ({})", largest);
      field("schedule", schedule, "geometric in t, or t the noise level itself");
      field("horizon", horizon, of_horizon.c_str(), above(0));
      field("sigma_min", sigma_min, of_min.c_str(), above(0));
      field("sigma_max", sigma_max, of_max.c_str(), above(0));
    }
    void validate();
  };

  explicit VarianceExploding(const Settings& settings)
      : settings_(settings), horizon_(*settings.horizon) {
    if (geometric()) {
      floor_ = *settings_.sigma_min * *settings_.sigma_min;
      rate_ = 2 * std::log(*settings_.sigma_max / *settings_.sigma_min) / horizon_;
    }
  }

  Real horizon() const override { return horizon_; }

  NoiseLevel at(Real t) const override {
    return {1, 0, geometric() ? floor_ * std::expm1(rate_ * t) : t * t};
  }
  Transition between(Real s, Real t) const override {
    if (geometric()) return {1, floor_ * std::exp(rate_ * s) * std::expm1(rate_ * (t - s))};
    return {1, (t - s) * (t + s)};
  }
  SdeCoefficients sde(Real t, Side) const override {
    return {0, geometric() ? floor_ * rate_ * std::exp(rate_ * t) : 2 * t};
  }
  Real time_at_log_snr(Real lambda) const override {
    if (geometric()) return std::log1p(std::exp(-lambda) / floor_) / rate_;
    return std::exp(-lambda / 2);
  }

 private:
  bool geometric() const { return settings_.schedule == VeSchedule::geometric; }

  Settings settings_;
  Real horizon_;
  Real floor_ = 0;  // σ_min²
  Real rate_ = 0;   // d log(s² + σ_min²)/dt
};

void VarianceExploding::Settings::validate() {
  if (schedule == VeSchedule::edm) {
    if (sigma_min)
      throw SpecError("sigma_min", fmt::format("{}", *sigma_min),
                      "schedule = \"edm\" has none: s_t = t down to 0");
    if (horizon && sigma_max && *horizon != *sigma_max)
      throw SpecError("horizon", fmt::format("{}", *horizon),
                      fmt::format("schedule = \"edm\" has horizon = sigma_max = {}", *sigma_max));
    sigma_max = sigma_max.value_or(horizon.value_or(largest));
    horizon = sigma_max;
    return;
  }
  horizon = horizon.value_or(geometric_horizon);
  sigma_min = sigma_min.value_or(smallest);
  sigma_max = sigma_max.value_or(largest);
  if (*sigma_max <= *sigma_min)
    throw SpecError("sigma_max", fmt::format("{}", *sigma_max),
                    fmt::format("must be > sigma_min = {}", *sigma_min));
}

}  // namespace

ProcessEntry ve_process() {
  return process_entry<VarianceExploding>(
      {.name = "ve",
       .summary = "variance exploding: a_t = 1, s_t grows to sigma_max",
       .reference = "Song & Ermon 2019; Karras et al. 2022"});
}

}  // namespace plumbline
