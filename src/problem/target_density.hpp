// Density and score of the exact target over the coordinates of a draw, whatever the target is: a
// mixture, or the prior times a likelihood (a tilt, an event; problem/README §8).
#pragma once

#include <optional>

#include "mixture/evaluate.hpp"
#include "problem/point_likelihood.hpp"

namespace plumbline {

class TargetDensity {
 public:
  TargetDensity(const Exec& exec, const Problem& problem);

  /// False for a target with points or constant coordinates, and for one that jumps (an event of
  /// width 0).
  bool exists() const { return exists_; }

  /// log q(x), up to a constant for a tilt.   shapes  x [n, d] → log_q [n]
  void log_density(const Exec& exec, const Matrix& x, const Vector& log_q) const;
  /// ∇ log q(x).   shapes  x [n, d] → score [n, d]
  void score(const Exec& exec, const Matrix& x, const Matrix& score) const;

 private:
  bool exists_;
  MixtureTables base_;                         // the posterior, or the prior
  std::optional<PointLikelihood> likelihood_;  // what the prior is multiplied by
  Real log_evidence_ = 0;                      // 0 where unknown
};

}  // namespace plumbline
