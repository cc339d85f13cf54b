// The standard normal law far into its tails: log Φ, φ/Φ, and the quantile of a probability that is
// known by its logarithm. Known answers: tests/unit/core/normal_test.cpp.
#pragma once

#include "core/math.hpp"

namespace plumbline {

namespace math {

inline constexpr Real half_log_2pi = 0.91893853320467274178;
/// Below it erfc would carry the rounding of its argument, x² ε, and Laplace's fraction is short.
inline constexpr Real normal_tail = -5;

/// (1 − Φ(x))/φ(x) = 1/(x + 1/(x + 2/(x + 3/…))), Laplace's continued fraction, for x ≥ 5: cut
/// after 28 terms its relative error at 5 is below 1e-17, and less beyond.
KOKKOS_INLINE_FUNCTION Real mills_ratio(Real x) {
  Real tail = x;
  for (int n = 28; n > 0; --n) tail = x + n / tail;
  return 1 / tail;
}

/// log φ(x).
KOKKOS_INLINE_FUNCTION Real log_normal_density(Real x) {
  return Kokkos::fma(Real(-0.5) * x, x, -half_log_2pi);
}

/// φ(x): x² is kept to twice the digits of a double, so that e^ of it loses none.
KOKKOS_INLINE_FUNCTION Real normal_density(Real x) {
  constexpr Real root_half_pi = 0.39894228040143267794;
  const Real square = x * x, rest = Kokkos::fma(x, x, -square);
  const Real e = exp(Real(-0.5) * square);
  return e == 0 ? Real(0) : root_half_pi * Kokkos::fma(e, Real(-0.5) * rest, e);
}

/// 1 − Φ(x) for x ≥ 0.
KOKKOS_INLINE_FUNCTION Real upper_tail(Real x) {
  constexpr Real root_half = 0.70710678118654752440;
  if (!(x >= -math::normal_tail)) return Real(0.5) * Kokkos::erfc(root_half * x);
  return x < infinity ? math::normal_density(x) * math::mills_ratio(x) : Real(0);
}

}  // namespace math

/// log Φ(x): −∞ at −∞, 0 at ∞, NaN at NaN.
///   error  relative, 1e-15 for x < 0 at any distance, 4e-15 above
KOKKOS_INLINE_FUNCTION Real log_normal_cdf(Real x) {
  if (x >= 0) return Kokkos::log1p(-math::upper_tail(x));
  if (!(x < math::normal_tail)) return log(math::upper_tail(-x));  // NaN too
  if (x == -infinity) return x;
  return math::log_normal_density(x) + log(math::mills_ratio(-x));
}

/// φ(x)/Φ(x), the derivative of log Φ: −x − 1/x + … far below 0, 0 far above.
///   error  relative, 1e-15 for x < −5, 4e-15 above
KOKKOS_INLINE_FUNCTION Real normal_hazard(Real x) {
  if (x < math::normal_tail) return 1 / math::mills_ratio(-x);
  const Real below = x < 0 ? math::upper_tail(-x) : 1 - math::upper_tail(x);
  return math::normal_density(x) / below;
}

/// The x with log Φ(x) = l, for l < 0.
///
/// Newton from −√(−2l) on the side l ≤ −log 2: log Φ is concave and the start lies left of the
/// root, so the steps rise to it and never pass it; eight of them reach the last digits. Above the
/// median by symmetry.
KOKKOS_INLINE_FUNCTION Real normal_quantile_of_log(Real l) {
  constexpr Real log_2 = 0.69314718055994530942;
  const bool above = l > -log_2;
  const Real lower = above ? log(-Kokkos::expm1(l)) : l;
  Real x = -Kokkos::sqrt(-2 * lower);
  for (int step = 0; step < 8; ++step) x += (lower - log_normal_cdf(x)) / normal_hazard(x);
  return above ? -x : x;
}

/// ε ~ N(0, 1) given ε ≥ least, from a uniform u: 1 − Φ(ε) = u (1 − Φ(least)), solved for the
/// logarithm, so that a draw 40 standard deviations out keeps its digits.
KOKKOS_INLINE_FUNCTION Real normal_above(Real least, Real u) {
  const Real draw = -normal_quantile_of_log(log(u) + log_normal_cdf(-least));
  return draw > least ? draw : least;  // the last digit
}

}  // namespace plumbline
