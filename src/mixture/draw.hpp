// Exact draws from a mixture at a noise level.
#pragma once

#include "core/rng.hpp"
#include "mixture/factored_mixture.hpp"

namespace plumbline {

/// z_n ~ Σ π_k N(a μ_k, S_k): component by inverse CDF of one uniform (slot 0 of stream
/// "component"), then U_k √S ξ in the eigenbasis, ξ from slots 0…D−1 of stream "normal". S = 0 is
/// legal. Row n uses chain first_chain + n, step `step`, so rows do not depend on batch size.
///   shapes  z [n, D]
void draw(const Exec& exec, const MixtureTables& tables, Rng rng, std::uint32_t step,
          const Matrix& z, std::uint64_t first_chain = 0);

}  // namespace plumbline
