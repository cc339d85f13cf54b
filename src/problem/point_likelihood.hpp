// log p(y | z_0 = z) and its gradient: the likelihood of a point of data, for every kind of
// observation that has one. What Metropolis chains accept by, what guidance pushes with, and what
// makes the target's density of the prior's.
#pragma once

#include "problem/problem.hpp"

namespace plumbline {

/// The factor of the target at a point, log p(y | z): γ log p(c | z) of a tilted class. Uploads the
/// observation once; one object serves a whole run.
class PointLikelihood {
 public:
  /// Requires exists(problem).
  explicit PointLikelihood(const Problem& problem);

  /// False for noise-free coordinates, a singular noise covariance, and the class of a prior with
  /// points: their likelihood is no density.
  static bool exists(const Problem& problem);
  /// False also for an event of width 0, whose likelihood jumps.
  static bool differentiable(const Problem& problem);

  /// Point evaluations of the mixture per row: of the value; of the gradient, twice that.
  static int cost(const Problem& problem);

  /// log p(y | z), normalised.   shapes  z [n, D] → log_l [n].   cost  O(m D); class: one
  /// evaluation
  void value(const Exec& exec, const Matrix& z, const Vector& log_l) const;
  /// ∇_z of it. Requires differentiable(problem).   shapes  z [n, D] → gradient [n, D], not aliased
  void gradient(const Exec& exec, const Matrix& z, const Matrix& gradient) const;

 private:
  Problem problem_;
  Matrix a_;               // linear: L⁻¹ A with noise = L Lᵀ  [m, D]
  Vector y_;               // linear: L⁻¹ y  [m]
  Real log_constant_ = 0;  // linear: −Σ log L_jj − (m/2) log 2π
};

/// The same in one call.
void point_log_likelihood(const Exec& exec, const Problem& problem, const Matrix& z,
                          const Vector& log_l);
void point_log_likelihood_gradient(const Exec& exec, const Problem& problem, const Matrix& z,
                                   const Matrix& gradient);

}  // namespace plumbline
