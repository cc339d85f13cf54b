// What a reverse kernel integrates: a field that predicts the score, or the denoised state, at any
// time. Guidance wraps fields and is again a field, so guidance × integrator is a product, not a
// list.
#pragma once

#include <memory>

#include "diffusion/diffused_mixture.hpp"
#include "diffusion/parametrisation.hpp"

namespace plumbline {

/// A (possibly wrong, possibly guided) model of ∇ log p_t or of E[z_0 | z_t].
class ScoreField {
 public:
  virtual ~ScoreField() = default;
  /// shapes  z [n, D] → out [n, D]; may alias. `denoised` must be finite at a_t = 0 where the field
  /// allows.
  virtual void evaluate(const Exec& exec, Real t, const Matrix& z, Prediction prediction,
                        const Matrix& out) = 0;
  /// Point evaluations of a mixture that the latest call cost per row (counted as score
  /// evaluations).
  virtual int cost() const { return 1; }
};

/// The exact score of the diffused mixture.
std::unique_ptr<ScoreField> exact_score(const Exec& exec, const FactoredMixture& mixture,
                                        const NoiseProcess& process);

/// Σ_j weight_j field_j: classifier-free guidance is (1 − γ) prior + γ conditional.
struct WeightedField {
  Real weight;
  std::unique_ptr<ScoreField> field;
};
std::unique_ptr<ScoreField> combination(std::vector<WeightedField> terms);

}  // namespace plumbline
