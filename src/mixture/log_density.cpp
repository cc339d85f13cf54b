// log p_t(z) of a mixture at a noise level. mixture/README §3.
#include "mixture/detail/evaluate_blocks.hpp"
#include "mixture/evaluate.hpp"

namespace plumbline {

void log_density(const Exec& exec, const MixtureTables& tables, const Matrix& z,
                 const Vector& log_p) {
  detail::evaluate_blocks<detail::Target::log_density>(exec, "plumbline::mixture::log_density",
                                                       tables, z, log_p, Matrix());
}

}  // namespace plumbline
