#include "problem/point_likelihood.hpp"

#include "core/arrays/elementwise.hpp"

namespace plumbline {

PointLikelihood::PointLikelihood(const Exec& exec, const Problem& problem) {
  PLUMBLINE_REQUIRE(exists(problem), "p(y | z_0) is not a density");
  term_ = problem.observation().point_term(exec, problem);
  if (const Tempering* tempering = problem.observation().tempering()) power_ = tempering->power;
}

bool PointLikelihood::exists(const Problem& problem) {
  return problem.observation().has_density(problem.prior());
}

bool PointLikelihood::differentiable(const Problem& problem) {
  return exists(problem) && problem.observation().has_gradient(problem.prior());
}

int PointLikelihood::cost(const Problem& problem) {
  return problem.observation().point_cost();
}

void PointLikelihood::value(const Exec& exec, const Matrix& z, const Vector& log_l) const {
  term_->value(exec, z, log_l);
  if (power_ != 1) scale(exec, power_, log_l);
}

void PointLikelihood::gradient(const Exec& exec, const Matrix& z, const Matrix& gradient) const {
  term_->gradient(exec, z, gradient);
  if (power_ != 1) scale(exec, power_, gradient);
}

void point_log_likelihood(const Exec& exec, const Problem& problem, const Matrix& z,
                          const Vector& log_l) {
  PointLikelihood(exec, problem).value(exec, z, log_l);
}
void point_log_likelihood_gradient(const Exec& exec, const Problem& problem, const Matrix& z,
                                   const Matrix& gradient) {
  PointLikelihood(exec, problem).gradient(exec, z, gradient);
}

}  // namespace plumbline
