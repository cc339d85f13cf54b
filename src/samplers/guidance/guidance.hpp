// Guidance: the prior's score plus γ times an approximation of ∇ log p(y | z_t). A method is a
// LikelihoodScore; the sum is a field like any other, so that every score kernel integrates it.
#pragma once

#include "problem/problem.hpp"
#include "samplers/reverse/reverse_settings.hpp"

namespace plumbline {

/// An approximation of ∇_z log p(y | z_t), given as what it adds to a prediction: itself to the
/// score, (s_t²/a_t) times itself to the denoised state.
class LikelihoodScore {
 public:
  virtual ~LikelihoodScore() = default;

  /// `prior` is the prior's own prediction at z (most approximations need it).
  ///   shapes  z, prior [n, D] → out [n, D]; out aliases neither
  virtual void evaluate(const Exec& exec, Real t, const Matrix& z, Prediction prediction,
                        const Matrix& prior, const Matrix& out) = 0;
  /// Point evaluations per row beyond the prior's own.
  virtual int cost() const = 0;
};

/// Guidance strength γ, in a limited interval of times when there is one: outside it γ = 1, which
/// is Bayes' rule unscaled. Kynkäänniemi et al. 2024, eq. (4).
struct Strength {
  Real gamma = 1;
  std::vector<Real> interval = {};  ///< [low, high], both ends inside; empty: always

  bool holds(Real t) const { return interval.empty() || (interval[0] <= t && t <= interval[1]); }
  Real at(Real t) const { return holds(t) ? gamma : 1; }
};

/// SpecError("interval") unless it is empty or [low, high] with 0 ≤ low ≤ high.
void require_interval(const std::vector<Real>& interval);
inline constexpr const char* interval_doc =
    "[low, high]: times t with this gamma; gamma = 1 outside. Always when empty";

/// prior + γ likelihood.   cost  1 + likelihood.cost() evaluations per row
std::unique_ptr<ScoreField> guided(std::unique_ptr<ScoreField> prior,
                                   std::unique_ptr<LikelihoodScore> likelihood, Strength strength);

/// p(z | y) in all D coordinates, for γ = 1: a class label of a tilted target included.
GaussianMixture conditional_mixture(const Problem& problem);

/// n draws of the reverse process that integrates `field`, free coordinates retained.
///
/// z_T ~ p_T(z | y), which is exact at γ = 1, or p_T(z) at γ = 0 where y plays no part; in between
/// and beyond the law that the guided score belongs to has no closed form at T either.
struct GuidedRun {
  const ReverseSettings& settings;
  Real gamma;
};
Ensemble draw_guided(const Exec& exec, const Problem& problem, const GuidedRun& run,
                     ScoreField& field, Index n, Rng rng, Trace& trace);

/// The same in parts, for runs that do more than integrate.
struct GuidedStart {
  FactoredMixture mixture;  ///< decides whether the field has a score at t = 0
  Matrix z;                 ///< z_T [n, D]
};
GuidedStart start_guided(const Exec& exec, const Problem& problem, const GuidedRun& run, Index n,
                         Rng rng);
Ensemble retain_free(const Exec& exec, const Problem& problem, const Matrix& z);

/// The times at which such a run evaluates its field: every t, and with ode-heun every s, but for
/// s = 0 where some mixture has no score there.
std::vector<Real> guided_times(const Problem& problem, const ReverseSettings& settings);

/// Evaluations per row of such a run with a field of this cost.
Index guided_evaluations(const Problem& problem, const ReverseSettings& settings, int cost);

}  // namespace plumbline
