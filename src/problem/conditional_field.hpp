// The score of a posterior that is no mixture, with the likelihood that belongs to it.
#pragma once

#include "diffusion/score_field.hpp"

namespace plumbline {

/// ∇log p_t(z | y), or E[z_0 | z_t, y]; log p(y | z_t) is made of the same sums.
class ConditionalField : public ScoreField {
 public:
  /// Both at once.   shapes  z [n, D] → out [n, D], may alias; log_p [n]
  virtual void evaluate_with_likelihood(const Exec& exec, Real t, const Matrix& z,
                                        Prediction prediction, const Matrix& out,
                                        const Vector& log_p) = 0;
};

}  // namespace plumbline
