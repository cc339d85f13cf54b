// Elementary functions that vectorise under gcc, give the same bits on every compiler and run on a
// GPU without branches: explicit fma, no tables, no errno. core/README §3.
//
// Selects instead of branches, bit casts instead of integer ↔ double conversions (AVX2 has none for
// 64 bits). Inline them into a loop over a block of 16 with `#pragma omp simd`. Errors stated below
// are the largest against long double over 10⁷ random arguments; tests/unit/core/math_test.cpp.
#pragma once

#include "core/kokkos.hpp"

namespace plumbline {

/// sin and cos of 2πu.
struct SinCos {
  Real sin, cos;
};

namespace math {

/// Adding it rounds to a whole number, ties to even, that appears in the low bits of the sum.
inline constexpr Real round_magic = 0x1.8p52;

KOKKOS_INLINE_FUNCTION std::uint64_t bits_of(Real x) {
  return Kokkos::bit_cast<std::uint64_t>(x);
}
KOKKOS_INLINE_FUNCTION Real from_bits(std::uint64_t b) {
  return Kokkos::bit_cast<Real>(b);
}
KOKKOS_INLINE_FUNCTION Real sign_flipped_if(Real x, std::uint64_t low_bit) {
  return from_bits(bits_of(x) ^ (low_bit << 63));
}

/// c_0 + c_1 x + c_2 x² + …, Horner. A recursion, not a loop: gcc does not vectorise loops that
/// still contain one.
KOKKOS_INLINE_FUNCTION Real polynomial(Real, Real c) {
  return c;
}
template <class... Rest>
KOKKOS_INLINE_FUNCTION Real polynomial(Real x, Real c, Rest... rest) {
  return Kokkos::fma(polynomial(x, rest...), x, c);
}

/// log of a positive normal x times 2^−shift.
///
/// x = 2^k m with m in [√½, √2), f = m − 1, s = f / (2 + f): log m = 2 atanh s (fdlibm's e_log.c).
KOKKOS_INLINE_FUNCTION Real log_normal_range(Real x, Real shift) {
  constexpr std::uint64_t root_half = 0x3fe6a09e667f3bcd, one = 0x3ff0000000000000;
  constexpr std::uint64_t mantissa = 0x000fffffffffffff;
  constexpr Real ln2_high = 0x1.62e42fee00000p-1, ln2_low = 0x1.a39ef35793c76p-33;

  const std::uint64_t b = bits_of(x) + (one - root_half);
  // (b >> 52) = k + 1023, read as a double through 2^52 + (k + 1023).
  const Real k = from_bits((b >> 52) | 0x4330000000000000) - (0x1p52 + 1023) - shift;
  const Real f = from_bits((b & mantissa) + root_half) - 1;

  const Real s = f / (2 + f), z = s * s, half_square = Real(0.5) * f * f;
  const Real r = z * polynomial(z, 0x1.5555555555593p-1, 0x1.999999997fa04p-2, 0x1.2492494229359p-2,
                                0x1.c71c51d8e78afp-3, 0x1.7466496cb03dep-3, 0x1.39a09d078c69fp-3,
                                0x1.2f112df3e5244p-3);
  const Real low = Kokkos::fma(s, half_square + r, k * ln2_low);
  return Kokkos::fma(k, ln2_high, f - (half_square - low));
}

/// e^x = e^r 2^n with x = n log 2 + r, |r| ≤ ½ log 2.
struct ReducedExp {
  Real e_r;
  Real shifted;  ///< its low bits hold n + bias > 0
};

/// By a polynomial of degree 12, relative error 4e-19.
KOKKOS_INLINE_FUNCTION ReducedExp reduced_exp(Real x, int bias) {
  constexpr Real log2_e = 0x1.71547652b82fep+0;
  constexpr Real ln2_high = 0x1.62e42fee00000p-1, ln2_low = 0x1.a39ef35793c76p-33;
  const Real magic = round_magic + bias;

  const Real shifted = Kokkos::fma(x, log2_e, magic);
  const Real n = shifted - magic;
  const Real r = Kokkos::fma(n, -ln2_low, Kokkos::fma(n, -ln2_high, x));
  // (e^r − 1 − r) / r² as ½ + r (odd(r²) + r even(r²)): two chains of fma side by side.
  const Real z = r * r;
  const Real odd = polynomial(z, 0x1.5555555555557p-3, 0x1.11111111100d8p-7, 0x1.a01a01abe9ce8p-13,
                              0x1.71de022bd5558p-19, 0x1.af4df5750ec30p-26);
  const Real even = polynomial(z, 0x1.5555555555556p-5, 0x1.6c16c16c162d2p-10,
                               0x1.a01a01a6d9931p-16, 0x1.27e4db6121beep-22, 0x1.1f730a202ec17p-29);
  const Real tail = Kokkos::fma(r, Kokkos::fma(r, even, odd), Real(0.5));
  return {1 + Kokkos::fma(z, tail, r), shifted};
}

}  // namespace math

/// e^x for every double: 0 at −∞, ∞ above 709.78, NaN at NaN, denormal results rounded once.
///
/// x = n log 2 + r, |r| ≤ ½ log 2; 2^n in two factors, of which the first is exact, so that only
/// one rounding happens below 2^−1022.
///   error  0.98 ulp
KOKKOS_INLINE_FUNCTION Real exp(Real x) {
  // Beyond ±750 the result is that of ±750. False for NaN, which then reaches the result.
  x = Kokkos::abs(x) > 750 ? Kokkos::copysign(Real(750), x) : x;
  const math::ReducedExp e = math::reduced_exp(x, 2046);
  const std::uint64_t b = math::bits_of(e.shifted), half = b >> 1;
  return e.e_r * math::from_bits(half << 52) * math::from_bits((b - half) << 52);
}

/// What is below 2^−1000 of the largest term of a sum counts as 0: it changes no bit of a sum that
/// holds the largest, and a processor is slow at numbers and products below 2^−1022.
inline constexpr Real negligible_below = -0x1.5a92d6d005c93p+9;  // −1000 log 2

/// The weight e^x, x ≤ 0, of a term whose logarithm is x less than the largest: the bits of exp, 0
/// where that is negligible, NaN at NaN. The one rule of all sums over components (mixture/README
/// §5).
KOKKOS_INLINE_FUNCTION Real exp_weight(Real x) {
  const bool negligible = x < negligible_below;
  const math::ReducedExp e = math::reduced_exp(negligible ? Real(0) : x, 1023);
  const Real weight = e.e_r * math::from_bits(math::bits_of(e.shifted) << 52);
  return negligible ? Real(0) : weight;
}

/// Natural logarithm for every double: −∞ at 0, NaN below, ∞ at ∞, denormals included.
///   error  0.84 ulp
KOKKOS_INLINE_FUNCTION Real log(Real x) {
  const bool tiny = x < 0x1p-1022;
  const Real y = math::log_normal_range(tiny ? x * 0x1p54 : x, tiny ? Real(54) : Real(0));
  const Real at_edge = x == 0 ? -infinity : nan;
  const Real finite = x < infinity ? y : x;
  return x > 0 ? finite : at_edge;
}

/// sin 2πu and cos 2πu for every finite u, NaN otherwise. Exact at multiples of ¼.
///
/// u = whole + q/4 + f with |f| ≤ ⅛: exact, since u − nearbyint(u) is. 2π is folded into the
/// polynomials.
///   error  1.05 ulp
KOKKOS_INLINE_FUNCTION SinCos sincos_2pi(Real u) {
  constexpr Real two_pi_high = 0x1.921fb54442d18p+2, two_pi_low = 0x1.1a62633145c07p-52;

  const Real turn = u - Kokkos::nearbyint(u);  // in [−½, ½]
  const Real shifted = Kokkos::fma(turn, Real(4), math::round_magic);
  const Real f = Kokkos::fma(shifted - math::round_magic, Real(-0.25), turn);
  const Real z = f * f;
  const Real tail = Kokkos::fma(
      f, two_pi_low,
      f * z *
          math::polynomial(z, -0x1.4abbce625be53p+5, 0x1.466bc6775aae1p+6, -0x1.32d2cce62b871p+6,
                           0x1.50783486fa98dp+5, -0x1.e3074d25a9e64p+3, 0x1.e8f036546a200p+1,
                           -0x1.6cc551e4984e0p-1));
  const Real s = Kokkos::fma(f, two_pi_high, tail);
  const Real c = Kokkos::fma(
      z,
      math::polynomial(z, -0x1.3bd3cc9be45dep+4, 0x1.03c1f081b5ac0p+6, -0x1.55d3c7e3cb23dp+6,
                       0x1.e1f50686884efp+5, -0x1.a6d1eef3e9644p+4, 0x1.f9ce23cf8e9c7p+2,
                       -0x1.b2f3b7b61cab2p+0),
      Real(1));

  // Quarter turns: (sin, cos) → (cos, −sin) → (−sin, −cos) → (−cos, sin).
  const std::uint64_t q = math::bits_of(shifted);
  const bool odd = (q & 1) != 0;
  return {math::sign_flipped_if(odd ? c : s, q >> 1),
          math::sign_flipped_if(odd ? s : c, (q + 1) >> 1)};
}

}  // namespace plumbline
