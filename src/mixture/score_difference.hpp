// ∇log p − ∇log q of two mixtures at data: what a classifier that separates p from q adds.
#pragma once

#include "mixture/factored_mixture.hpp"

namespace plumbline {

/// ∇log (p/q) at noise level 0. Tables are made once, and the room for ∇log q is kept from call to
/// call: one of these serves a whole run, on one thread of the host.
class ScoreDifference {
 public:
  ScoreDifference(const Exec& exec, const FactoredMixture& p, const FactoredMixture& q);

  /// Requires that both have a density.   shapes  z [n, D] → out [n, D], not aliased
  void evaluate(const Exec& exec, const Matrix& z, const Matrix& out) const;

  const MixtureTables& p() const { return p_; }
  const MixtureTables& q() const { return q_; }

 private:
  MixtureTables p_, q_;
  mutable Matrix q_score_;  // [n, D] work
};

}  // namespace plumbline
