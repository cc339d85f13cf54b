// The nonlinear observation y | z ~ N(f(z), ξ), f(z) = z_2/c + ½(z_1² + c²), of a prior in the
// plane (problem/README §6): likelihood, draws by rejection, evidence and moments by quadrature.
// Private to the gallery.
#pragma once

#include "core/rng.hpp"
#include "mixture/factored_mixture.hpp"
#include "problem/observations/crescent.hpp"
#include "problem/target_moments.hpp"

namespace plumbline {

/// y − f(z).
KOKKOS_INLINE_FUNCTION Real crescent_residual(Real c, Real y, Real z_1, Real z_2) {
  return y - z_2 / c - Real(0.5) * Kokkos::fma(z_1, z_1, c * c);
}

/// log N(y; f(z), ξ).   shapes  z [n, 2] → log_l [n]
void crescent_log_likelihood(const Exec& exec, const Crescent& o, const Matrix& z,
                             const Vector& log_l);
/// Its gradient (y − f)/ξ (z_1, 1/c).   shapes  z [n, 2] → gradient [n, 2]; may alias
void crescent_gradient(const Exec& exec, const Crescent& o, const Matrix& z,
                       const Matrix& gradient);

/// −strength ∇|y − f| (`length`), or −strength ∇(−log p(y | z)), at z.   shapes  z [n, 2] → v [n,
/// 2]; may alias
void crescent_push(const Exec& exec, const Crescent& o, bool length, Real strength, const Matrix& z,
                   const Matrix& v);

/// n exact draws: propose from the prior, accept with e^{−(y − f)²/2ξ}. A row without an acceptance
/// in 2^16 proposals is NaN.   shapes  x [n, 2]
void draw_crescent(const Exec& exec, const FactoredMixture& prior, const Crescent& o, Rng rng,
                   const Matrix& x);

/// log p(y), the moments of p(z | y) and the shares of the components, to 1e-9 of their scale.
///
/// The midpoint rule on a box of 12 standard deviations around every component: for an analytic
/// integrand that vanishes at the border its error falls faster than any power of the spacing. The
/// grid is doubled from 256² until all numbers hold still.
///   errors  SpecError: "y" where the posterior reaches the border of the box, or rejection from
///   the prior accepts less than 1e-3; "xi" where a grid of 4096² does not resolve it
struct CrescentReference {
  Real log_evidence;
  TargetMoments moments;
};
CrescentReference crescent_reference(const Exec& exec, const FactoredMixture& prior,
                                     const Crescent& o);

}  // namespace plumbline
