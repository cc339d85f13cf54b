// Variance-exploding processes: a_t = 1. diffusion/processes/README §3.
//
//   geometric  s_t² = σ_min² ((σ_max/σ_min)^{2t/horizon} − 1)   Song & Ermon 2019, Song et al. 2021
//   edm        s_t = t, horizon = σ_max                          Karras et al. 2022
#include <cmath>

#include "diffusion/processes/schedule.hpp"

namespace plumbline {

enum class VeSchedule { geometric, edm };
constexpr auto names(VeSchedule) {
  return std::array{"geometric", "edm"};
}

namespace {

class VarianceExploding final : public NoiseProcess::Schedule {
 public:
  struct Settings {
    VeSchedule schedule = VeSchedule::geometric;
    std::optional<Real> horizon, sigma_min, sigma_max;

    void visit(auto&& field) {
      field("schedule", schedule, "geometric in t, or t the noise level itself");
      field("horizon", horizon, "last time T: 1 for geometric, sigma_max for edm", above(0));
      field("sigma_min", sigma_min, "geometric: smallest noise scale (0.02)", above(0));
      field("sigma_max", sigma_max, "largest noise scale (20)", above(0));
    }
    void validate();
  };

  explicit VarianceExploding(const Settings& settings) : settings_(settings) {
    settings_.validate();
    horizon_ = *settings_.horizon;
    if (geometric()) {
      floor_ = *settings_.sigma_min * *settings_.sigma_min;
      rate_ = 2 * std::log(*settings_.sigma_max / *settings_.sigma_min) / horizon_;
    }
  }

  std::string name() const override { return "ve"; }
  Table resolved() const override { return resolved_schedule("ve", settings_); }
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
  Real horizon_ = 1;
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
    sigma_max = sigma_max.value_or(horizon.value_or(20));
    horizon = sigma_max;
    return;
  }
  horizon = horizon.value_or(1);
  sigma_min = sigma_min.value_or(0.02);
  sigma_max = sigma_max.value_or(20);
  if (*sigma_max <= *sigma_min)
    throw SpecError("sigma_max", fmt::format("{}", *sigma_max),
                    fmt::format("> sigma_min = {}", *sigma_min));
}

}  // namespace

ScheduleEntry ve_schedule() {
  return schedule_entry<VarianceExploding>("ve",
                                           "variance exploding: a_t = 1, s_t grows to sigma_max",
                                           "Song & Ermon 2019; Karras et al. 2022");
}

}  // namespace plumbline
