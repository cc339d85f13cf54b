// A Gaussian step whose mean is shifted by guidance or a twist: the draw that both weigh back.
#pragma once

#include "core/rng.hpp"

namespace plumbline {

/// z ← mean + shift + noise ξ. Row n draws from chain first_chain + n, slots 0 … D − 1.
///   shapes  mean, shift [n, D] → z [n, D], overwritten
void draw_shifted(const Exec& exec, Real noise, Rng rng, std::uint64_t first_chain,
                  std::uint32_t step, const Matrix& mean, const Matrix& shift, const Matrix& z);

}  // namespace plumbline
