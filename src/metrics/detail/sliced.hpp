// The sliced Wasserstein distance of order p: the mean over random directions of W_p^p between the
// projected draws and the projected target, to the power 1/p. Orders differ in their transport
// cost along a line, which each metric hands in.
#pragma once

#include "metrics/detail/line_mixture.hpp"
#include "metrics/metric.hpp"

namespace plumbline {

struct SlicedSettings {
  int projections = 256;

  void visit(auto&& field) {
    field("projections", projections, "random directions, the same for all samplers of a replicate",
          at_least(1));
  }
};

/// W_p^p per direction, p fixed.   shapes  cost [rows]
struct Transport {
  int order;
  /// … to the exact mixture.
  void (*to_mixture)(const Exec&, const ProjectedDraws&, const ProjectedMixture&, const Vector&);
  /// … to other draws (targets that are no mixture).
  void (*to_draws)(const Exec&, const ProjectedDraws&, const ProjectedDraws&, const Vector&);
};

/// Value and its standard error over directions; NaN for draws that are not finite.
///
/// Directions go in batches of about 2^21 projected numbers: memory stays bounded, and no number
/// depends on the batch.
Estimate sliced_wasserstein(const Exec& exec, const MetricInput& input, int projections,
                            const Transport& transport);

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
