// Proposal j of a chain of rejection: one draw of a mixture into a row. Private to the gallery.
#pragma once

#include "core/rng.hpp"
#include "mixture/pair.hpp"

namespace plumbline {

/// A law to propose from: the components of a mixture under running weights of their own.
struct PriorProposal {
  MixtureTables tables;  ///< the mixture without noise
  Vector cumulative;     ///< [K]
  Rng noise, component;
};

/// Row n of z ← proposal j of this chain: a function of (rng, chain, j).
KOKKOS_INLINE_FUNCTION void propose(const PriorProposal& proposal, std::uint64_t chain,
                                    std::uint32_t j, const RowPoint& z) {
  const FactoredMixture& mixture = proposal.tables.mixture;
  const Real u = proposal.component.uniform(chain, j, 0);
  int k = 0;
  while (k + 1 < mixture.components && proposal.cumulative(k) < u) ++k;
  const int d = mixture.dimension;
  for (int i = 0; i < d; ++i) z.rows(z.n, i) = mixture.means(k, i);
  for (int i = 0; i < d; ++i) {
    const Real xi = Kokkos::sqrt(mixture.eigenvalues(k, eigen_column(mixture, i))) *
                    proposal.noise.normal(chain, j, i);
    if (mixture.kind != CovarianceKind::full)
      z.rows(z.n, i) += xi;
    else
      for (int c = 0; c < d; ++c)
        z.rows(z.n, c) = Kokkos::fma(mixture.eigenvectors(k, c, i), xi, z.rows(z.n, c));
  }
}

/// Proposals of one row before it is given up as NaN.
inline constexpr int most_proposals = 1 << 16;
/// Acceptance below which a target is refused: at 1e-3 a row of NaN has probability e^{−65}.
inline constexpr Real least_acceptance = 1e-3;

}  // namespace plumbline
