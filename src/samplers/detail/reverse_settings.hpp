// The knobs every reverse-time sampler shares: steps, grid, kernel, initial law.
#pragma once

#include "diffusion/reverse_kernel.hpp"
#include "diffusion/time_grid.hpp"

namespace plumbline {

/// Law of z_T: the exact p_T (S4 assumes it), or the Gaussian that practice starts from,
/// N(0, I) for ou and vp, N(0, s_T² I) for ve and flow.
enum class InitialLaw { exact, gaussian };
constexpr auto names(InitialLaw) {
  return std::array{"exact", "gaussian"};
}

struct ReverseSettings {
  int steps = 100;
  GridKind grid = GridKind::uniform;
  KernelKind kernel = KernelKind::exact;
  DdpmVariance variance = DdpmVariance::beta;
  Real eta = 0;
  InitialLaw initial = InitialLaw::exact;

  void visit(auto&& field) {
    field("steps", steps, "time steps T", at_least(1));
    field("grid", grid, "how the times are spaced");
    field("kernel", kernel, "reverse kernel from t to s (MATH §4)");
    field("variance", variance, "ddpm kernel: beta = s²_{t|s}, beta_tilde = s_s² s²_{t|s}/s_t²");
    field("eta", eta, "ddim kernel: 0 deterministic, 1 ancestral", between(0, 1));
    field("initial", initial, "law of z_T: exact p_T, or the Gaussian that practice starts from");
  }
  KernelChoice choice() const { return {kernel, variance, eta}; }
};

/// The requirement of guided fields: a kernel that integrates a score (any but `exact`).
void require_score_kernel(const ReverseSettings& settings, std::string_view sampler);

}  // namespace plumbline
