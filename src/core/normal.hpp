// The standard normal law far into its tails: log Φ, φ/Φ, and the quantile of a probability that is
// known by its logarithm. Known answers: tests/unit/core/normal_test.cpp.
#pragma once

#include "core/math.hpp"

namespace plumbline {

namespace math {

inline constexpr Real half_log_2pi = 0.91893853320467274178;

/// e^{a²} erfc(a) = c p for a ≥ 0: with c = 1/(a + κ), τ = (a − κ) c in [−1, 1), κ = 3.75 (Shepherd
/// & Laframboise 1981), p a polynomial of degree 23 in τ, the Chebyshev series of (a + κ) times it,
/// cut at 1e-17.
struct ScaledErfc {
  Real c, p;
};
KOKKOS_INLINE_FUNCTION ScaledErfc scaled_erfc(Real a) {
  constexpr Real kappa = 3.75;
  const Real c = 1 / (a + kappa), tau = (a - kappa) * c;
  return {c, polynomial(tau, 0x1.178842825349dp+0, -0x1.eae02d0a1456ap-1, 0x1.78fecb4e81b0cp-1,
                        -0x1.f63dd8119622ep-2, 0x1.1dc271189e21fp-2, -0x1.0e3ea224ba9a9p-3,
                        0x1.92618b78f8be3p-5, -0x1.9ac69568edf24p-7, 0x1.029006d831689p-10,
                        0x1.a0b75abc44d89p-11, -0x1.6d9525967bef6p-12, 0x1.63789f48d18afp-17,
                        0x1.3a5506e41bdfap-15, -0x1.2ac192436371dp-17, -0x1.b962700fd9bfbp-19,
                        0x1.bc6aee44affd3p-20, 0x1.2b34b6c16293dp-22, -0x1.1acbf7c687e5dp-22,
                        -0x1.bd59dee63ab3cp-26, 0x1.59620d6eee845p-25, 0x1.7d5f294df5245p-29,
                        -0x1.70f12e0dbca96p-28, -0x1.f9949d7755526p-33, 0x1.e44c9877fcdcfp-32)};
}

/// (1 − Φ(x))/φ(x) = √(π/2) e^{x²/2} erfc(x/√2), x ≥ 0; 0 at ∞.
KOKKOS_INLINE_FUNCTION Real mills_ratio(Real x) {
  constexpr Real root_half = 0.70710678118654752440, root_half_pi = 1.2533141373155002512;
  const ScaledErfc scaled = scaled_erfc(root_half * (x < 1e300 ? x : Real(1e300)));
  return x < infinity ? root_half_pi * (scaled.c * scaled.p) : Real(0);
}

/// φ(x): x² is kept to twice the digits of a double, so that e^ of it loses none.
KOKKOS_INLINE_FUNCTION Real normal_density(Real x) {
  constexpr Real inverse_root_2pi = 0.39894228040143267794;
  const Real square = x * x, rest = Kokkos::fma(x, x, -square);
  const Real e = exp(Real(-0.5) * square);
  return e == 0 ? Real(0) : inverse_root_2pi * Kokkos::fma(e, Real(-0.5) * rest, e);
}

/// log(1 − t), 0 ≤ t ≤ ½: what rounding takes from 1 − t is given back.
KOKKOS_INLINE_FUNCTION Real log_one_less(Real t) {
  const Real left = 1 - t;
  return log_normal_range(left, 0) + ((1 - left) - t) / left;
}

}  // namespace math

/// log Φ(x) and its derivative φ(x)/Φ(x).
struct LogNormalCdf {
  Real value, hazard;
};

/// Both from one Mills ratio R = (1 − Φ)/φ at |x|: log Φ = log φ + log R and φ/Φ = 1/R below 0,
/// log(1 − φ R) and φ/(1 − φ R) above. Selects in place of branches: loops over lanes vectorise.
///   −∞ and ∞ at −∞, 0 and 0 at ∞, NaN at NaN
///   error  relative, 1e-15 for x < 0 at any distance, 4e-15 above
KOKKOS_INLINE_FUNCTION LogNormalCdf log_normal_cdf_and_hazard(Real x) {
  const bool below = x < 0;
  const Real ratio = math::mills_ratio(Kokkos::fabs(x)), density = math::normal_density(x);
  const Real tail = below ? Real(0) : density * ratio, left = 1 - tail;
  const Real lost = below ? Kokkos::fma(Real(-0.5) * x, x, -math::half_log_2pi)
                          : ((1 - left) - tail) / left;  // of 1 − tail, by rounding
  return {math::log_normal_range(below ? ratio : left, 0) + lost,
          (below ? Real(1) : density) / (below ? ratio : left)};
}

/// log Φ(x), and φ(x)/Φ(x): −x − 1/x + … far below 0, 0 far above.
KOKKOS_INLINE_FUNCTION Real log_normal_cdf(Real x) {
  return log_normal_cdf_and_hazard(x).value;
}
KOKKOS_INLINE_FUNCTION Real normal_hazard(Real x) {
  return log_normal_cdf_and_hazard(x).hazard;
}

/// The x with log Φ(x) = l, for l < 0.
///
/// On the side l ≤ −log 2 from a start within 4.5e-4 (Hastings 1955; Abramowitz & Stegun 26.2.23)
/// by Halley's steps for log Φ, whose derivatives are h and −h (x + h), h = φ/Φ: each cubes the
/// error, two reach the last digits. Above the median by symmetry, log(1 − e^l) with the e^l that
/// was rounded.
KOKKOS_INLINE_FUNCTION Real normal_quantile_of_log(Real l) {
  constexpr Real log_2 = 0.69314718055994530942;
  const Real e = exp(l), short_of_1 = 1 - e;
  // 1 − e^l = (1 − e) l/log e: both factors know the rounding of e
  const Real rest = e < 1 ? short_of_1 * (l / log(e)) : -l;
  const bool above = l > -log_2;
  const Real lower = above ? log(rest) : l;
  const Real s = Kokkos::sqrt(-2 * lower);
  Real x = math::polynomial(s, 2.515517, 0.802853, 0.010328) /
               math::polynomial(s, 1, 1.432788, 0.189269, 0.001308) -
           s;
  for (int step = 0; step < 2; ++step) {
    const LogNormalCdf at = log_normal_cdf_and_hazard(x);
    const Real newton = (lower - at.value) / at.hazard;
    x += newton / (1 - Real(0.5) * newton * (x + at.hazard));
  }
  return above ? -x : x;
}

/// ε ~ N(0, 1) given ε ≥ least, from a uniform u: 1 − Φ(ε) = u (1 − Φ(least)), solved for the
/// logarithm, so that a draw 40 standard deviations out keeps its digits.
KOKKOS_INLINE_FUNCTION Real normal_above(Real least, Real u) {
  const Real draw = -normal_quantile_of_log(log(u) + log_normal_cdf(-least));
  return draw > least ? draw : least;  // the last digit
}

}  // namespace plumbline
