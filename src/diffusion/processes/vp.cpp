// Variance-preserving processes: a_t = √ᾱ_t, s_t² = 1 − ᾱ_t. diffusion/processes/README §3.
//
//   linear, cosine  t is the DDPM step index; ᾱ_t = Π_{i≤t} (1 − β_i) at integers (a product that
//                   ends at t: diffusion/README §7), log ᾱ linear in between
//   continuous      log ᾱ_t = −∫_0^t β, β(u) = beta_min + u (beta_max − beta_min)
#include <algorithm>
#include <cmath>

#include "diffusion/processes/process.hpp"

namespace plumbline {

enum class VpSchedule { linear, cosine, continuous };
constexpr auto names(VpSchedule) {
  return std::array{"linear", "cosine", "continuous"};
}

namespace {

/// What a schedule has when nothing else is said.
struct Defaults {
  Real horizon, beta_min, beta_max;
};
constexpr Defaults in_steps = {1000, 1e-4, 0.02}, in_time = {1, 0.1, 20};

std::string beta_text(const char* end, Real discrete, Real continuous) {
  return fmt::format("β at the {} end: {} for linear at horizon {}, {} for continuous", end,
                     discrete, in_steps.horizon, continuous);
}

class VariancePreserving final : public NoiseProcess::Schedule {
 public:
  struct Settings {
    VpSchedule schedule = VpSchedule::linear;
    std::optional<Real> horizon, beta_min, beta_max;

    void visit(auto&& field) {
      static const std::string
          of_horizon = fmt::format(
              "last time T: number of DDPM steps ({}), or {} for the continuous schedule",
              in_steps.horizon, in_time.horizon),
          of_min = beta_text("data", in_steps.beta_min, in_time.beta_min),
          of_max = beta_text("noise", in_steps.beta_max, in_time.beta_max);
      field("schedule", schedule, "noise schedule");
      field("horizon", horizon, of_horizon.c_str(), above(0));
      field("beta_min", beta_min, of_min.c_str(), above(0));
      field("beta_max", beta_max, of_max.c_str(), above(0));
    }
    void validate();
  };

  explicit VariancePreserving(const Settings& settings);

  Real horizon() const override { return *settings_.horizon; }

  NoiseLevel at(Real t) const override {
    const Real log_abar = decay(0, t);
    return {std::exp(log_abar / 2), std::expm1(log_abar / 2), -std::expm1(log_abar)};
  }
  Transition between(Real s, Real t) const override {
    const Real log_abar = decay(s, t);
    return {std::exp(log_abar / 2), -std::expm1(log_abar)};
  }
  // dz = −½ b z dt + √b dw with b = −d log ᾱ/dt
  SdeCoefficients sde(Real t, Side side) const override {
    const Real b = rate(t, side);
    return {-b / 2, b};
  }
  Real time_at_log_snr(Real lambda) const override;

 private:
  bool continuous() const { return settings_.schedule == VpSchedule::continuous; }
  Real decay(Real s, Real t) const;
  Real rate(Real t, Side side) const;

  Settings settings_;
  std::vector<Real> log_alpha_;  // log(1 − β_i), i = 1…T at entry i − 1; empty when continuous
};

/// β_i = 1 − f(i/T)/f((i−1)/T), f(u) = cos²(π/2 (u + 0.008)/1.008), clipped at 0.999 (Nichol &
/// Dhariwal 2021). With the complement φ(u) = π/2 (1 − u)/1.008 of the angle, f(u) = sin² φ(u) and
/// the difference of squares is a product of sines: no digit is lost at either end.
Real cosine_beta(int i, int steps) {
  const Real unit = std::acos(Real(0)) / (1.008 * steps);
  const Real before = unit * (steps - i + 1), after = unit * (steps - i);
  const Real root = std::sin(before);
  return std::min(std::sin(unit) * std::sin(before + after) / (root * root), Real(0.999));
}

VariancePreserving::VariancePreserving(const Settings& settings) : settings_(settings) {
  if (continuous()) return;
  const int steps = static_cast<int>(*settings_.horizon);
  const Real scale = in_steps.horizon / steps;
  for (int i = 1; i <= steps; ++i) {
    Real beta = cosine_beta(i, steps);
    if (settings_.schedule == VpSchedule::linear) {
      const Real u = steps > 1 ? Real(i - 1) / (steps - 1) : 0;
      beta = scale * (*settings_.beta_min + u * (*settings_.beta_max - *settings_.beta_min));
    }
    log_alpha_.push_back(std::log1p(-beta));
  }
}

/// log ᾱ_t − log ᾱ_s: a sum of terms of one sign, never a difference of two prefix sums.
/// cost  t − s terms for the discrete schedules
Real VariancePreserving::decay(Real s, Real t) const {
  if (continuous()) {
    const Real slope = *settings_.beta_max - *settings_.beta_min;
    return -(t - s) * (*settings_.beta_min + slope * (t + s) / 2);
  }
  const int last = static_cast<int>(log_alpha_.size()) - 1;
  const int first = std::min(static_cast<int>(std::floor(s)), last);
  const int end = std::min(static_cast<int>(std::floor(t)), last);
  if (first == end) return (t - s) * log_alpha_[first];
  Real sum = (first + 1 - s) * log_alpha_[first];
  for (int i = first + 1; i < end; ++i) sum += log_alpha_[i];
  return sum + (t - end) * log_alpha_[end];
}

Real VariancePreserving::rate(Real t, Side side) const {
  if (continuous()) return *settings_.beta_min + t * (*settings_.beta_max - *settings_.beta_min);
  const int last = static_cast<int>(log_alpha_.size()) - 1;
  const Real cell = side == Side::left ? std::ceil(t) - 1 : std::floor(t);
  return -log_alpha_[std::clamp(static_cast<int>(cell), 0, last)];
}

// ᾱ = 1/(1 + e^{−λ}), then the inverse of log ᾱ
Real VariancePreserving::time_at_log_snr(Real lambda) const {
  const Real target = std::log1p(std::exp(-lambda));  // −log ᾱ
  if (continuous()) {
    const Real b = *settings_.beta_min, slope = *settings_.beta_max - b;
    return 2 * target / (b + std::sqrt(b * b + 2 * slope * target));
  }
  Real left = target;
  for (std::size_t i = 0; i < log_alpha_.size(); ++i) {
    if (left <= -log_alpha_[i]) return Real(i) + left / -log_alpha_[i];
    left += log_alpha_[i];
  }
  return horizon();
}

void VariancePreserving::Settings::validate() {
  const bool is_continuous = schedule == VpSchedule::continuous;
  const Defaults& defaults = is_continuous ? in_time : in_steps;
  horizon = horizon.value_or(defaults.horizon);
  if (!is_continuous && (*horizon != std::floor(*horizon) || *horizon > 1e6))
    throw SpecError(
        "horizon", fmt::format("{}", *horizon),
        "must be a whole number of DDPM steps, 1 to 1000000, for the linear and cosine schedules");
  if (schedule == VpSchedule::cosine) {
    const char* key = beta_min ? "beta_min" : "beta_max";
    if (beta_min || beta_max)
      throw SpecError(key, fmt::format("{}", beta_min ? *beta_min : *beta_max),
                      "schedule = \"cosine\" has none: its β follow from horizon");
    return;
  }
  beta_min = beta_min.value_or(defaults.beta_min);
  beta_max = beta_max.value_or(defaults.beta_max);
  if (*beta_max < *beta_min)
    throw SpecError("beta_max", fmt::format("{}", *beta_max),
                    fmt::format("must be ≥ beta_min = {}", *beta_min));
  const Real largest = *beta_max * in_steps.horizon / *horizon;
  if (!is_continuous && largest >= 1)
    throw SpecError(
        "beta_max", fmt::format("{}", *beta_max),
        fmt::format("the scaled beta_max · {}/horizon = {} must be in (0, 1): raise horizon above "
                    "{} or lower beta_max",
                    in_steps.horizon, largest, in_steps.horizon * *beta_max));
}

}  // namespace

ProcessEntry vp_process() {
  return process_entry<VariancePreserving>(
      {.name = "vp",
       .summary = "variance preserving: a_t² + s_t² = 1, noise schedule β",
       .reference = "Ho et al. 2020; Nichol & Dhariwal 2021; Song et al. 2021"});
}

}  // namespace plumbline
