// The exact likelihood at noise level t, p(y | z_t), and the exact conditional score.
// problem/README §7. At t = 0 p(y | z_0) is problem/point_likelihood.hpp's.
#pragma once

#include "problem/problem.hpp"

namespace plumbline {

/// log p(y | z_t = z).   shapes  z [n, D] → log_p [n].   requires  likelihood_exists
void log_likelihood(const Exec& exec, const Problem& problem, Real t, const Matrix& z,
                    const Vector& log_p);
/// The same along a run: what it reads is made once, of its own problem, so that it stays where it
/// is.
class LevelLikelihood {
 public:
  LevelLikelihood(const Exec& exec, const Problem& problem);
  LevelLikelihood(const LevelLikelihood&) = delete;
  LevelLikelihood& operator=(const LevelLikelihood&) = delete;
  void evaluate(const Exec& exec, Real t, const Matrix& z, const Vector& log_p);

 private:
  Problem problem_;
  std::unique_ptr<LevelTerm> level_;  // t > 0; none where it has no closed form
  std::unique_ptr<PointTerm> point_;  // t = 0; none where it is no density
};
/// p(y | z_t) has a density in closed form: at t = 0 what a point likelihood needs, at t > 0 any
/// observation but a nonlinear one.
bool likelihood_exists(const Problem& problem, Real t);

/// The score of the posterior has a closed form at every t.
bool has_conditional_score(const Problem& problem);
/// … also at t = 0.
bool scored_at_data(const Problem& problem);

/// ∇ log p_t(z | y): the score of the full posterior pushed to t. Requires has_conditional_score,
/// and scored_at_data at t = 0.
///   shapes  z [n, D] → score [n, D], not aliased
void conditional_score(const Exec& exec, const Problem& problem, Real t, const Matrix& z,
                       const Matrix& score);

}  // namespace plumbline
