// An event a·z_0 + η ≥ τ, η ~ N(0, δ²), of a mixture: its probability, posterior, score and draws
// at every noise level, in closed form. problem/README §5.
//
// Given z_t and its component, z_0 ~ N(m_k, C_k) (mixture/README §3), so a·z_0 + η is Gaussian and
//
//     p(event | z_t, k) = Φ(β_k),   β_k(z_t) = (a·m_k − τ)/√v_k,   v_k = aᵀC_k a + δ².
//
// At a_t = 0 the point z_t says nothing and these are the formulas of the prior itself: evidence
// and exact draws are the same code at that level.
#pragma once

#include <memory>

#include "core/normal.hpp"
#include "core/rng.hpp"
#include "mixture/pair.hpp"
#include "problem/conditional_field.hpp"
#include "problem/observations/event.hpp"
#include "problem/target_moments.hpp"

namespace plumbline {

/// An event on the device.
struct EventPlane {
  Vector direction;  ///< a  [D]
  Real threshold;    ///< τ
  Real width;        ///< δ
};
EventPlane uploaded(const Event& event);

/// What depends on (t, k) only.
struct EventTables {
  EventPlane plane;
  MixtureTables tables;
  Matrix slope;      ///< ∇(a·m_k) = a_t Σ_k S_k⁻¹ a  [K, D]
  Matrix gain;       ///< C_k a/√v_k, 0 where v_k is  [K, D]
  Matrix rotated;    ///< U_kᵀ a  [K, D]
  Vector excess;     ///< a·μ_k − τ  [K]
  Vector deviation;  ///< √v_k  [K]
};
EventTables event_tables(const Exec& exec, const MixtureTables& tables, const Event& event);
/// The same tables refilled in place for the mixture at another level: no allocation.
void retable(const Exec& exec, const MixtureTables& tables, EventTables& event);
/// The level at which a point says nothing: a = 0, s = 1.
inline constexpr NoiseLevel pure_noise = {0, -1, 1};

/// β = excess/deviation; ±∞ where the deviation is 0.
KOKKOS_INLINE_FUNCTION Real margin_of_excess(Real excess, Real deviation) {
  const Real sure = excess >= 0 ? infinity : excess * infinity;
  return deviation > 0 ? excess / deviation : sure;
}

/// β_k(z); ±∞ where v_k = 0 and the component leaves no doubt.   cost  2 D
template <class Point>
KOKKOS_INLINE_FUNCTION Real event_margin(const EventTables& event, int k, const Point& z) {
  Real excess = event.excess(k);
  for (int i = 0; i < event.tables.mixture.dimension; ++i)
    excess = Kokkos::fma(-event.slope(k, i), difference(event.tables, k, i, z), excess);
  return margin_of_excess(excess, event.deviation(k));
}

/// log p(event | z_t = z) = log Σ_k r_k Φ(β_k).   shapes  z [n, D] → log_p [n]
void event_log_probability(const Exec& exec, const EventTables& event, const Matrix& z,
                           const Vector& log_p);
/// log p(event | z_0 = z) = log Φ((a·z − τ)/δ); δ = 0: 0 or −∞.   shapes  z [n, D] → log_p [n]
void event_log_indicator(const Exec& exec, const EventPlane& plane, const Matrix& z,
                         const Vector& log_p);
/// Its gradient φ/Φ · a/δ. Requires δ > 0.   shapes  z [n, D] → gradient [n, D], not aliased
void event_indicator_gradient(const Exec& exec, const EventPlane& plane, const Matrix& z,
                              const Matrix& gradient);
/// ∇ log p_t(z | event) = Σ_k ρ_k (g_k + φ/Φ(β_k) ∇β_k), ρ_k ∝ r_k Φ(β_k); its denoised state is
/// E[z_0 | z_t, event]. It is one pass over the components, log p(event | z_t) included.
///   cost  per (point, component): a Mills ratio, three exp and a log, 9 D flops; full + 4 D²
std::unique_ptr<ConditionalField> event_score_field(const Exec& exec, const FactoredMixture& prior,
                                                    const NoiseProcess& process,
                                                    const Event& event);

/// log P(event) under the prior; −∞ where no component reaches it.
Real event_log_evidence(const GaussianMixture& prior, const Event& event);
/// The moments of p(z_0 | event), closed form; E r_k = P(component k | event).
TargetMoments event_moments(const GaussianMixture& prior, const Event& event);

/// n exact draws of p(z_0 | event): component ∝ π_k Φ(β_k), then z_0 and η as if there were no
/// event, then a·z_0 + η moved to its truncated law by Matheron's rule. Row n uses chain
/// first_chain + n.   shapes  x [n, D]
void draw_event(const Exec& exec, const FactoredMixture& prior, const Event& event, Rng rng,
                const Matrix& x, std::uint64_t first_chain = 0);

/// z_s ~ p(z_s | z_t, event): z_0 ~ p(z_0 | z_t, event) as above, then
/// z_s ~ q(z_s | z_0, z_t) (diffusion/README §2). Streams as exact_reverse_draw has them.
///   cost    K (D + 80) multiply-adds and three exp per component and row (`full`: K D²)
///   tested  unit/problem/observations/event_test.cpp: brute-force rejection
std::unique_ptr<ConditionalKernel> event_reverse_kernel(const Exec& exec,
                                                        const FactoredMixture& prior,
                                                        const NoiseProcess& process,
                                                        const Event& event);

}  // namespace plumbline
