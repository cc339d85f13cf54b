// E[X | alpha X + sigma ξ = z], the denoiser (Tweedie), of a mixture at a noise level.
// mixture/README §3.
#include "mixture/detail/evaluate_blocks.hpp"
#include "mixture/evaluate.hpp"

namespace plumbline {

void denoised(const Exec& exec, const MixtureTables& tables, const Matrix& z,
              const Matrix& denoised) {
  detail::evaluate_blocks<detail::Target::denoised>(exec, "plumbline::mixture::denoised", tables, z,
                                                    Vector(), denoised);
}

}  // namespace plumbline
