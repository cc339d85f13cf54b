#include "problem/target_density.hpp"

#include <cmath>

#include "core/arrays/elementwise.hpp"

namespace plumbline {

TargetDensity::TargetDensity(const Exec& exec, const Problem& problem)
    : base_(tables_at(
          exec,
          problem.is_mixture() ? factored(exec, problem.posterior()) : problem.prior_factored(),
          NoiseLevel{})) {
  exists_ = has_density(base_);
  if (problem.is_mixture()) return;
  exists_ = exists_ && PointLikelihood::differentiable(problem);
  if (!exists_) return;
  likelihood_.emplace(exec, problem);
  if (std::isfinite(problem.log_evidence())) log_evidence_ = problem.log_evidence();
}

void TargetDensity::log_density(const Exec& exec, const Matrix& x, const Vector& log_q) const {
  plumbline::log_density(exec, base_, x, log_q);
  if (!likelihood_) return;
  const Vector log_l = make_vector("log_l", x.extent(0));
  likelihood_->value(exec, x, log_l);
  add_constant(exec, -log_evidence_, log_l);
  add(exec, log_q, log_l, log_q);
}

void TargetDensity::score(const Exec& exec, const Matrix& x, const Matrix& score) const {
  plumbline::score(exec, base_, x, score);
  if (!likelihood_) return;
  const Matrix push = make_matrix("push", x.extent(0), x.extent(1));
  likelihood_->gradient(exec, x, push);
  add(exec, score, push, score);
}

}  // namespace plumbline
