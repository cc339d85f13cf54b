// One Langevin move z ← z + ε ∇log p(z) + √(2ε) ξ (some write η = 2ε; samplers/reverse/README §3),
// unadjusted.
#pragma once

#include "core/rng.hpp"

namespace plumbline {

KOKKOS_INLINE_FUNCTION Real langevin_move(Real z, Real score, Real epsilon, Real noise) {
  return Kokkos::fma(Kokkos::sqrt(2 * epsilon), noise, Kokkos::fma(epsilon, score, z));
}

/// Move the listed coordinates of every row, leave the others. Row n draws from chain n, slot i.
///   shapes  score [n, D], z [n, D] (in, out)
void langevin_sweep(const Exec& exec, Real epsilon, Rng rng, std::uint32_t step,
                    const IndexVector& coordinates, const Matrix& score, const Matrix& z);

}  // namespace plumbline
