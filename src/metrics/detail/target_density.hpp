// Density and score of the exact target over the coordinates of a draw, whatever the target is: a
// mixture, or a tilt of one (up to its normalising constant, MATH §5.4).
#pragma once

#include "mixture/evaluate.hpp"
#include "problem/problem.hpp"

namespace plumbline {

class TargetDensity {
 public:
  TargetDensity(const Exec& exec, const Problem& problem);

  /// False for a target with points or constant coordinates.
  bool exists() const { return has_density(base_) && (!tilted_ || has_density(members_)); }

  /// log q(x) + a constant; the constant is 0 for a mixture.   shapes  x [n, d] → log_q [n]
  void log_density(const Exec& exec, const Matrix& x, const Vector& log_q) const;
  /// ∇ log q(x).   shapes  x [n, d] → score [n, d]
  void score(const Exec& exec, const Matrix& x, const Matrix& score) const;

 private:
  bool tilted_;
  Real gamma_ = 1;         // a tilt is p^{1−γ} p(· | c)^γ
  MixtureTables base_;     // the posterior, or a tilt's p
  MixtureTables members_;  // p(· | c)
};

}  // namespace plumbline
