// ∇ log p_t(z), alone or with log p_t(z), of a mixture at a noise level. mixture/README §3.
#include "mixture/detail/evaluate_blocks.hpp"
#include "mixture/evaluate.hpp"

namespace plumbline {

void score(const Exec& exec, const MixtureTables& tables, const Matrix& z, const Matrix& score) {
  detail::evaluate_blocks<detail::Target::score>(exec, "plumbline::mixture::score", tables, z,
                                                 Vector(), score);
}

void log_density_and_score(const Exec& exec, const MixtureTables& tables, const Matrix& z,
                           const Vector& log_p, const Matrix& score) {
  detail::evaluate_blocks<detail::Target::score>(exec, "plumbline::mixture::log_density_and_score",
                                                 tables, z, log_p, score);
}

}  // namespace plumbline
