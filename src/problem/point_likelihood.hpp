// log p(y | z_0 = z) and its gradient, for every observation that has one: the one door to the
// likelihood of a point of data. What Metropolis chains accept by, what guidance pushes with, and
// what makes the target's density of the prior's.
#pragma once

#include "problem/problem.hpp"

namespace plumbline {

/// The factor of the target at a point: log p(y | z), γ times that for a tilt. Uploads the
/// observation once; one object serves a whole run.
class PointLikelihood {
 public:
  /// Requires exists(problem).
  PointLikelihood(const Exec& exec, const Problem& problem);

  /// False where p(y | z_0) is no density: no noise, the class of a prior with points.
  static bool exists(const Problem& problem);
  /// False also where it jumps.
  static bool differentiable(const Problem& problem);

  /// Point evaluations of the mixture per row: of the value; of the gradient, twice that.
  static int cost(const Problem& problem);

  /// Normalised, but for the power.   shapes  z [n, D] → log_l [n]
  void value(const Exec& exec, const Matrix& z, const Vector& log_l) const;
  /// ∇_z of it. Requires differentiable(problem).   shapes  z [n, D] → gradient [n, D], not aliased
  void gradient(const Exec& exec, const Matrix& z, const Matrix& gradient) const;

 private:
  std::shared_ptr<const PointTerm> term_;
  Real power_ = 1;
};

/// The same in one call.
void point_log_likelihood(const Exec& exec, const Problem& problem, const Matrix& z,
                          const Vector& log_l);
void point_log_likelihood_gradient(const Exec& exec, const Problem& problem, const Matrix& z,
                                   const Matrix& gradient);

}  // namespace plumbline
