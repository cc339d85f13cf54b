// What the kernels of an event do to a block of W points and one component: log r_k Φ(β_k), up to
// log p_t(z), and the margin β_k. problem/README §5.
#pragma once

#include "mixture/block.hpp"
#include "problem/observations/event_field.hpp"

namespace plumbline::detail {

/// β_k of every lane; ±∞ where v_k = 0 and the component leaves no doubt. Rows 0: z.   cost  2 D
template <int W, class R>
KOKKOS_INLINE_FUNCTION Lanes<W> margin_lanes(const EventTables& event, int k, int d, R& rows) {
  const Real excess = event.excess(k), deviation = event.deviation(k);
  Lanes<W> margin;
  for (int w = 0; w < W; ++w) margin[w] = excess;
  for (int i = 0; i < d; ++i) {
    const Real mean = event.tables.mean(k, i), low = event.tables.mean_low(k, i);
    const Real slope = event.slope(k, i);
    const Real* z = rows(0, i);
#pragma omp simd
    for (int w = 0; w < W; ++w) margin[w] = Kokkos::fma(-slope, (mean - z[w]) + low, margin[w]);
  }
  for (int w = 0; w < W; ++w) margin[w] = margin_of_excess(margin[w], deviation);
  return margin;
}

/// One component at a block: log π_k N(z; a μ_k, S_k), the same with log Φ(β_k) added, and
/// φ/Φ(β_k).
template <int W>
struct EventLanes {
  Lanes<W> square;  ///< (z − a μ_k)ᵀ S_k⁻¹ (z − a μ_k)
  Lanes<W> joint, hazard;
};
/// Rows as `mahalanobis` has them, and leaves them.   cost  two exp, a log, 80 flops, 4 D + 2 D²
template <CovarianceKind kind, int W, class R>
KOKKOS_INLINE_FUNCTION EventLanes<W> event_lanes(const EventTables& event, int k, int d, R& rows) {
  EventLanes<W> out;
  const Lanes<W> margin = margin_lanes<W>(event, k, d, rows);
  out.square = mahalanobis<kind, W>(event.tables, k, d, rows);
  const Real log_const = event.tables.log_const(k);
#pragma omp simd
  for (int w = 0; w < W; ++w) {
    const LogNormalCdf tail = log_normal_cdf_and_hazard(margin[w]);
    out.joint[w] = Kokkos::fma(Real(-0.5), out.square[w], log_const) + tail.value;
    out.hazard[w] = tail.hazard;
  }
  return out;
}

}  // namespace plumbline::detail
