// One step of the reverse process from t to s < t. diffusion/README §2, §3: the exact kernel, and
// the Gaussian kernels that practice uses, each an affine map of (z_t, prediction, noise).
#pragma once

#include "core/rng.hpp"
#include "diffusion/score_field.hpp"

namespace plumbline {

enum class KernelKind { exact, ddpm, em, ddim, ode_euler, ode_heun };
constexpr auto names(KernelKind) {
  return std::array{"exact", "ddpm", "em", "ddim", "ode-euler", "ode-heun"};
}

/// Variance of the ddpm kernel: s²_{t|s} (`beta`) or s_s² s²_{t|s}/s_t² (`beta_tilde`).
enum class DdpmVariance { beta, beta_tilde };
constexpr auto names(DdpmVariance) {
  return std::array{"beta", "beta_tilde"};
}

struct KernelChoice {
  KernelKind kind = KernelKind::exact;
  DdpmVariance variance = DdpmVariance::beta;
  Real eta = 0;  ///< ddim: 0 deterministic, 1 ancestral
};

/// In which steps a kernel adds noise: the last is the step to s = 0, into which nothing is drawn
/// where the variance is that of a bridge, s_s² s²_{t|s}/s_t².
enum class KernelNoise { none, all_but_last, all };

/// What else there is to know of a kernel; who needs it asks here, never for the kernel's name.
struct KernelProperties {
  bool exact = false;  ///< draws p(z_s | z_t) of the mixture itself, which integrates no score
  KernelNoise noise = KernelNoise::none;
  bool affine = true;         ///< a step is one AffineStep, separable over coordinates
  bool reads_end = false;     ///< evaluates its field at s too, where that exists
  bool needs_signal = false;  ///< has no finite step from a level with a_t = 0
  int evaluations = 1;        ///< of the field per step
  int order = 1;              ///< p: the error of the law of z_0 is O(Δtᵖ); 0: there is none

  bool integrates_score() const { return !exact; }
  bool deterministic() const { return noise == KernelNoise::none; }
};
KernelProperties properties(const KernelChoice& choice);
/// The names of those that hold it at their default settings, for messages.
std::vector<std::string> kernels_that(bool (*holds)(const KernelProperties&));

/// z_s = state · z_t + model · prediction(z_t) + noise · ξ, ξ ~ N(0, I). Every Gaussian kernel but
/// Heun.
struct AffineStep {
  Real state = 1;
  Real model = 0;
  Real noise = 0;  ///< standard deviation
  Prediction prediction = Prediction::score;
};

/// The coefficients of a Gaussian kernel (diffusion/README §3; ode-heun gives its Euler predictor).
/// Uses the denoised form where a_t is small (a_t < 0.01), the score form elsewhere: algebraically
/// the same. At a_t = 0 only the denoised form is finite, and of `em` none is. The step to s = 0 is
/// like any other: `ddpm` with variance `beta` adds its noise there too. Requires kind ≠ exact and
/// 0 ≤ s < t. Errors: SpecError("kernel") for em at a_t = 0.
AffineStep affine_step(const KernelChoice& choice, const NoiseProcess& process, Real t, Real s);
/// The same step in the parametrisation asked for (tests compare both).
AffineStep affine_step(const KernelChoice& choice, const NoiseProcess& process, Real t, Real s,
                       Prediction prediction);

/// SpecError("kernel") when the kernel has no finite step from the horizon of this process: one
/// that needs a signal where a = 0. Before anything runs.
void require_finite_kernel(const KernelChoice& choice, const NoiseProcess& process);

/// z ← one step of the exact reverse kernel p(z_s | z_t) = Σ_k r_k N(m_k, C_k) of the diffused
/// mixture at time `at_t.time()`.
///
/// Row n draws from chain first_chain + n, step `step`: normals in slots 0…D−1, the component by
/// inverse CDF of one uniform of rng.stream("component"). Any s < t, s = 0 and variance 0 included;
/// a row with a NaN gives NaN.
///   shapes  z_t [n, D] → z_s [n, D]; may alias
///   cost    K D multiply-adds and one exp per component and row (`full`: K D²), then D per row
///   tested  unit/diffusion/exact_reverse_test.cpp
void exact_reverse_draw(const Exec& exec, const DiffusedMixture& at_t, Real s, Rng rng,
                        std::uint32_t step, const Matrix& z_t, const Matrix& z_s,
                        std::uint64_t first_chain = 0);

/// Mean [n, D] and covariance [n, D, D] of the exact kernel (`oracle --reverse-to`).
void exact_reverse_moments(const Exec& exec, const DiffusedMixture& at_t, Real s, const Matrix& z_t,
                           const Matrix& mean, const Cube& covariance);

/// Draws z_s given z_t under any kernel. Owns its work arrays; one object serves a whole run.
class ReverseKernel {
 public:
  /// `exact` needs the mixture itself, the others any field. `field` must outlive the kernel.
  ReverseKernel(const Exec& exec, KernelChoice choice, const NoiseProcess& process,
                const FactoredMixture& mixture, ScoreField& field);

  /// z [n, D] in place, from time t to s. Row n uses chain first_chain + n, step `step`.
  void step(const Exec& exec, Real t, Real s, Rng rng, std::uint32_t step, const Matrix& z,
            std::uint64_t first_chain = 0);

  /// Point evaluations so far, all rows together. Per row and step: the field's cost (1 for
  /// `exact`), twice that for Heun; once in Heun's step to s = 0 when p_0 has no score there, as in
  /// Karras et al. 2022, algorithm 1.
  Index evaluations() const { return evaluations_; }

  const KernelChoice& choice() const { return choice_; }

 private:
  void affine(const Exec& exec, const AffineStep& step, Real t, Rng rng, std::uint32_t number,
              const Matrix& z, const Matrix& z_s, std::uint64_t first_chain);
  void heun(const Exec& exec, Real t, Real s, const Matrix& z);

  KernelChoice choice_;
  NoiseProcess process_;
  ScoreField& field_;
  FactoredMixture mixture_;
  std::unique_ptr<DiffusedMixture> diffused_;  // exact only
  bool singular_ = false;                      // p_0 has no score
  Matrix prediction_, predictor_;              // [n, D] work, grown on demand
  Index evaluations_ = 0;
};

/// For `list kernels` and `describe`: the properties in words.
struct KernelDoc {
  std::string name, summary, reference;
  std::vector<std::pair<std::string, std::string>> facts;
};
std::vector<KernelDoc> kernel_docs();

}  // namespace plumbline
