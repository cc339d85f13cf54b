// Guidance through the denoiser: ∇log p(y | z_t) ≈ Jᵀ Aᵀ v with J = ∂ẑ_0/∂z and v made of the
// residual y − A ẑ_0. What a method makes of it is a ResidualWeight; all else is shared.
// samplers/guidance/README §3.
#pragma once

#include "samplers/guidance/guidance.hpp"

namespace plumbline {

/// What a step is made of: the score (ε form; Rosenbaum, slides, algorithm 1), or the denoised
/// state (x̂_0 form; algorithm 2). Algebraically the same until ẑ_0 is clipped: the ε form clips it
/// in the likelihood only, the x̂_0 form in the step as well.
enum class Form { epsilon, denoised };
constexpr auto names(Form) {
  return std::array{"epsilon", "denoised"};
}

struct DenoisedGuidanceSettings : ReverseSettings {
  Form form = Form::epsilon;
  std::optional<Real> clip;

  DenoisedGuidanceSettings() { kernel = KernelKind::ddpm; }
  void visit(auto&& field) {
    ReverseSettings::visit(field);
    field("form", form,
          "what a step is made of: epsilon, the score; denoised, ẑ_0, where clip acts on the step "
          "too");
    field("clip", clip, "clip every coordinate of ẑ_0 to [−clip, clip]; never when not set",
          above(0));
  }
};

/// v from the residual: C⁻¹ (y − A ẑ_0) of pigdm, tmpd and mmps, ζ Γ⁻¹ (y − A ẑ_0) of dps, ….
class ResidualWeight {
 public:
  virtual ~ResidualWeight() = default;
  /// In place.   shapes  v [n, m] holds y − A ẑ_0, −ẑ_0 where y is not linear in it; spread [n, m,
  /// m] holds A Cov[z_0 | z_t] Aᵀ and may be overwritten; it is empty for weights that do not need
  /// it
  virtual void weigh(const Exec& exec, const NoiseLevel& level, const Cube& spread,
                     const Matrix& v) = 0;
  virtual bool needs_spread() const { return false; }
};

/// v = W(level) (y − A ẑ_0), the same [m, m] matrix for all points: `weights` of the `levels` that
/// a run visits, on the device at once.
struct LevelWeights {
  std::vector<NoiseLevel> levels = {};  ///< none: one weight for all
  std::vector<HostMatrix> weights = {};
};
std::unique_ptr<ResidualWeight> matrix_weight(const LevelWeights& given);

/// How the residual reaches z: by Jᵀ = (a/s²) Cov[z_0 | z_t], which is exact here (mixture/README
/// §3), or by Jᵀ := I, no backpropagation.
enum class Gradient { jacobian, identity };

/// A likelihood score of this kind. With `jacobian` one more evaluation per row: the exact law of
/// z_0 | z_t gives Jᵀ u, and A J Aᵀ to weights that need it (mixture/covariance_product.hpp); a
/// network would pay one vector–Jacobian product for Jᵀ u, and m more (or one per iteration of
/// mmps) for A J Aᵀ.
///   requires  a linear form or a forward map
///   memory    rows are taken in chunks that hold at most 2²² numbers
std::unique_ptr<LikelihoodScore> denoised_likelihood(const Exec& exec, const Problem& problem,
                                                     Gradient gradient, std::optional<Real> clip,
                                                     std::unique_ptr<ResidualWeight> weight);

/// The prior and a likelihood score in the form that the settings ask for.
class FormedGuidance {
 public:
  FormedGuidance(const Exec& exec, const Problem& problem, const DenoisedGuidanceSettings& settings,
                 std::unique_ptr<LikelihoodScore> likelihood);

  /// What becomes of the likelihood score in a call.
  enum class Likelihood { added, noted, absent };

  /// The prior's prediction, clipped where the form says so, plus the likelihood's where it is
  /// added.
  ///   shapes  z [n, D] → out [n, D]; may alias
  void evaluate(const Exec& exec, Real t, const Matrix& z, Prediction prediction,
                Likelihood likelihood, const Matrix& out);

  /// increment_scale() increment() is the likelihood score where it was last added or noted.  [n,
  /// D]
  const Matrix& increment() const { return increment_; }
  Real increment_scale() const { return increment_scale_; }
  int likelihood_cost() const { return likelihood_->cost(); }

 private:
  Form form_;
  Real bound_;
  NoiseProcess process_;
  std::unique_ptr<ScoreField> prior_;
  std::unique_ptr<LikelihoodScore> likelihood_;
  Matrix prediction_, increment_;  // [n, D]
  Real increment_scale_ = 1;
};

/// prior + likelihood as a field.   cost  1 + likelihood.cost() evaluations per row
std::unique_ptr<ScoreField> formed_field(FormedGuidance guidance);

/// prior + likelihood through the Jacobian: the field that pigdm, tmpd and mmps integrate, at two
/// evaluations per row.
std::unique_ptr<ScoreField> through_jacobian(const Exec& exec, const Problem& problem,
                                             const DenoisedGuidanceSettings& settings,
                                             std::unique_ptr<ResidualWeight> weight);
/// Its cost per row.
inline constexpr int through_jacobian_cost = 2;

/// v clipped to [−bound, bound]; NaN stays.
KOKKOS_INLINE_FUNCTION Real clipped(Real v, Real bound) {
  return v > bound ? bound : (v < -bound ? -bound : v);
}

/// SpecError(key, value) unless Γ is positive definite: `reason` says what a noise-free observation
/// lacks.
void require_noise(const Problem& problem, std::string key, std::string value, const char* reason);

/// SpecError for what no such sampler can do: `sampler` is its catalogue name.
void require_denoised_guidance(const Problem& problem, const DenoisedGuidanceSettings& settings,
                               std::string_view sampler);

}  // namespace plumbline
