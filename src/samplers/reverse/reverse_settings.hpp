// The knobs every reverse-time sampler shares: steps, grid, kernel, initial law; what they cost and
// what they cannot do.
#pragma once

#include "diffusion/processes/time_grid.hpp"
#include "diffusion/reverse_kernel.hpp"
#include "samplers/sampler.hpp"

namespace plumbline {

/// Law of z_T: the exact p_T (Papp, slides, assumes it), or the Gaussian that practice starts from,
/// of the process's practical_deviation: N(0, I) where a_T² + s_T² = 1, N(0, s_T² I) elsewhere.
enum class InitialLaw { exact, gaussian };
constexpr auto names(InitialLaw) {
  return std::array{"exact", "gaussian"};
}

/// The times of a run.
struct GridSettings {
  int steps = 100;
  GridKind grid = GridKind::uniform;
  std::optional<Real> last_time;

  void visit(auto&& field) {
    field("steps", steps, "time steps T", at_least(1), Budget::grows);
    field("grid", grid, "how the times are spaced");
    field("last_time", last_time,
          "grids log_snr and edm: the last time before 0; 1e-3 horizon when not set", above(0),
          Budget::shrinks);
  }
  TimeGrid times(const NoiseProcess& process) const {
    return make_time_grid(grid, process, steps, last_time);
  }
};

struct ReverseSettings : GridSettings {
  KernelKind kernel = KernelKind::exact;
  DdpmVariance variance = DdpmVariance::beta;
  Real eta = 0;
  InitialLaw initial = InitialLaw::exact;

  void visit(auto&& field) {
    GridSettings::visit(field);
    field("kernel", kernel, "reverse kernel from t to s (what each does: plumbline list kernels)");
    field("variance", variance, "ddpm kernel: beta = s²_{t|s}, beta_tilde = s_s² s²_{t|s}/s_t²");
    field("eta", eta, "ddim kernel: 0 deterministic, 1 ancestral", between(0, 1));
    field("initial", initial, "law of z_T: exact p_T, or the Gaussian that practice starts from");
  }
  KernelChoice choice() const { return {kernel, variance, eta}; }
  KernelProperties kernel_properties() const { return properties(choice()); }
  /// The claim of a method that would be exact, in the limit of `further` budgets, if every step
  /// were a draw of the exact kernel from an exact p_T. Other kernels add steps, and last_time
  /// where the grid's last step keeps its length as steps grow; under the practical p_T: nothing.
  Claim limit(std::vector<BudgetSetting> further = {}) const;
};

/// SpecError where the grid or the kernel does not exist for this process (em at a_T = 0).
void require_steps(const ReverseSettings& settings, const NoiseProcess& process);

/// The requirement of guided fields: a kernel that integrates a score.
void require_score_kernel(const ReverseSettings& settings, std::string_view sampler);

/// The setting and its value that leave some step of this kernel without noise: the variance, where
/// another one would not, else the kernel.
std::pair<std::string, std::string> setting_without_noise(const KernelChoice& choice);

/// The requirement of filters that weigh y_s by its density under the kernel: noise in every step.
void require_filter_kernel(const KernelChoice& choice, std::string_view sampler);

/// Point evaluations of one row from T to 0 when the field costs `cost` each: those of T steps,
/// less one where the kernel would read a score at t = 0 and some mixture of the field has none
/// there.
Index reverse_evaluations(const ReverseSettings& settings, const GaussianMixture& mixture,
                          int cost = 1);

}  // namespace plumbline
