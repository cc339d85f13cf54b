// Twisting functions h(z_t) ≈ p(y | z_t) with their gradient: what steers twisted particle filters
// and, exact, Doob's transform. Wu et al. 2023; samplers/filters/README §2.
#pragma once

#include "samplers/guidance/guidance.hpp"

namespace plumbline {

/// What a twist takes for the variance of z_0 given z_t (numbers of the paper's code).
///
///   exact        p(y | z_t) itself
///   noise        s²/a²                    (1)
///   prior        s² c/(s² + a² c), prior variance c   (2; 5 and 6 at c = 0.3, 0.12)
///   beta         2 s²_{t|s}, as in dps    (3)
///   beta_scaled  s²_{t|s}/a_t             (4)
///   point        0: p(y | z_0 = ẑ_0)
enum class TwistKind { exact, noise, prior, beta, beta_scaled, point };
constexpr auto names(TwistKind) {
  return std::array{"exact", "noise", "prior", "beta", "beta_scaled", "point"};
}

struct TwistChoice {
  TwistKind kind = TwistKind::exact;
  Real prior_variance = 1;
};

/// What a problem gets when nothing is said: `prior` where y is linear in z_0, `exact` where the
/// posterior is no mixture but its score has a closed form (the edge of an event no point estimate
/// can see), `point` of what else is differentiable.
TwistKind default_twist(const Problem& problem);

/// log h(z_t) and ∇ log h. All normalising constants are in it, so that evidence estimates hold.
class Twist {
 public:
  virtual ~Twist() = default;

  /// `prior` is the prior's own prediction at z_t, and `increment` is what ∇ log h adds to it (see
  /// LikelihoodScore). The next time below t is s.
  ///   shapes  z, prior [n, D] → log_h [n], increment [n, D]; no aliases
  virtual void evaluate(const Exec& exec, Real t, Real s, const Matrix& z, Prediction prediction,
                        const Matrix& prior, const Vector& log_h, const Matrix& increment) = 0;
  /// Point evaluations per row beyond the prior's own.
  virtual int cost() const = 0;
};

/// exact: of any observation with a conditional score. point: p(y | z_0 = ẑ_0) of any with a
/// differentiable likelihood. The others: N(y; A ẑ_0, variance A Aᵀ + Γ), where y is
/// linear in z_0. Gradients go through the denoiser, by its exact Jacobian.
/// It is evaluated at the times of `grid` but the last, each with the next.
std::unique_ptr<Twist> make_twist(const Exec& exec, const Problem& problem,
                                  const TwistChoice& choice, const TimeGrid& grid);
int twist_cost(const Problem& problem, TwistKind kind);

/// SpecError("twist") for what the observation or the process does not admit: a Gaussian twist of
/// what is not linear, `point` without a differentiable likelihood, `noise` at a_T = 0.
void require_twist(const Problem& problem, const TwistChoice& choice, std::string_view sampler);

}  // namespace plumbline
