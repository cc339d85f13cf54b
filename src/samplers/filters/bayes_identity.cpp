#include "samplers/filters/bayes_identity.hpp"

#include "core/arrays/elementwise.hpp"
#include "core/arrays/gather.hpp"

namespace plumbline {
PriorOverPosterior::PriorOverPosterior(const Exec& exec, const Problem& problem)
    : problem_(problem),
      prior_(exec, problem.prior_factored(), problem.process(), problem.process().horizon()),
      posterior_(exec, problem.full_posterior_factored(), problem.process(),
                 problem.process().horizon()) {}

void PriorOverPosterior::evaluate(const Exec& exec, Real t, const Matrix& z,
                                  const Vector& log_ratio) {
  const Index n = z.extent(0);
  if (Index(log_p_.extent(0)) != n) log_p_ = make_vector("log_p_given_y", n);
  prior_.move_to(exec, t);
  log_density(exec, prior_.tables(), z, log_ratio);
  if (t > 0 || problem_.observed().empty()) {
    posterior_.move_to(exec, t);
    log_density(exec, posterior_.tables(), z, log_p_);
  } else {
    const Matrix x = make_matrix("x", n, problem_.dimension());
    gather_columns(exec, z, to_device_list(problem_.free()), x);
    log_density(exec, tables_at(exec, factored(exec, problem_.posterior()), NoiseLevel{}), x,
                log_p_);
  }
  subtract(exec, log_ratio, log_p_, log_ratio);
}

}  // namespace plumbline
