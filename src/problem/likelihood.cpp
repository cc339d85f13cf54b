// log p(y | z_t) and the conditional score, by what the observation can do.
#include "problem/likelihood.hpp"

#include "mixture/evaluate.hpp"
#include "problem/conditional_field.hpp"
#include "problem/point_likelihood.hpp"

namespace plumbline {

LevelLikelihood::LevelLikelihood(const Exec& exec, const Problem& problem) : problem_(problem) {
  if (problem.observation().has_level_likelihood())
    level_ = problem_.observation().level_term(exec, problem_);
  if (PointLikelihood::exists(problem)) point_ = problem_.observation().point_term(exec, problem_);
}

void LevelLikelihood::evaluate(const Exec& exec, Real t, const Matrix& z, const Vector& log_p) {
  PLUMBLINE_REQUIRE(z.extent_int(1) == problem_.full_dimension(), "z has {} columns, the prior {}",
                    z.extent(1), problem_.full_dimension());
  PLUMBLINE_REQUIRE(likelihood_exists(problem_, t), "p(y | z_t) has no density at t = {}", t);
  if (t == 0)
    point_->value(exec, z, log_p);
  else
    level_->value(exec, t, z, log_p);
}

void log_likelihood(const Exec& exec, const Problem& problem, Real t, const Matrix& z,
                    const Vector& log_p) {
  LevelLikelihood(exec, problem).evaluate(exec, t, z, log_p);
}

bool likelihood_exists(const Problem& problem, Real t) {
  if (t == 0) return PointLikelihood::exists(problem);
  return problem.observation().has_level_likelihood();
}

bool has_conditional_score(const Problem& problem) {
  return problem.is_mixture() || problem.observation().conditional_law();
}

bool scored_at_data(const Problem& problem) {
  const ConditionalLaw* law = problem.observation().conditional_law();
  return !law || law->scored_at_data();
}

void conditional_score(const Exec& exec, const Problem& problem, Real t, const Matrix& z,
                       const Matrix& out) {
  if (const ConditionalLaw* law = problem.observation().conditional_law())
    return law->field(exec, problem.prior_factored(), problem.process())
        ->evaluate(exec, t, z, Prediction::score, out);
  const DiffusedMixture at_t(exec, problem.full_posterior_factored(), problem.process(), t);
  score(exec, at_t.tables(), z, out);
}

}  // namespace plumbline
