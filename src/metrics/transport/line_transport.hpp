// Transport along lines: W_p^p between projected draws and a projected mixture, or other projected
// draws, p = 1 or 2. Both exact; sliced distances average it over directions, max-sliced ones take
// the largest.
#pragma once

#include "metrics/transport/line_mixture.hpp"

namespace plumbline {

/// W_p^p per direction, p fixed.   shapes  cost [rows]
struct Transport {
  int order;
  /// … to the exact mixture.
  void (*to_mixture)(const Exec&, const ProjectedDraws&, const ProjectedMixture&, const Vector&);
  /// … to other draws.
  void (*to_draws)(const Exec&, const ProjectedDraws&, const ProjectedDraws&, const Vector&);
};
Transport wasserstein_1_on_lines();
Transport wasserstein_2_on_lines();

/// total(j) = Σ_b part(j, b), compensated.   shapes  part [rows, blocks], total [rows]
void sum_rows(const Exec& exec, const Matrix& part, const Vector& total);

/// Σ over the merged levels of two step functions of Δu · gap^p, p = 1 or 2, for one row.
///   requires ascending levels that end at 1.   cost  n + n' steps
KOKKOS_INLINE_FUNCTION Real coupled_cost(const ProjectedDraws& p, const ProjectedDraws& q, Index j,
                                         int order) {
  Real sum = 0, below = 0;
  for (Index a = 0, b = 0; a < p.draws() && b < q.draws();) {
    const Real u = Kokkos::fmin(p.level(j, a), q.level(j, b));
    const Real gap = Kokkos::fabs(p.x(j, a) - q.x(j, b));
    sum = Kokkos::fma(u - below, order == 1 ? gap : gap * gap, sum);
    below = u;
    const bool advance_a = p.level(j, a) <= u, advance_b = q.level(j, b) <= u;
    a += advance_a;
    b += advance_b;
  }
  return sum;
}

}  // namespace plumbline
