// Elementary functions against long double libm over random arguments of every range, and at the
// arguments where IEEE 754 leaves no choice. Arguments are evaluated in vectorised blocks of 16 and
// one by one: both must give the same bits.
#include "core/math.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace plumbline::math_test {
namespace {

constexpr int width = 16;
constexpr Index points = 2'000'000;
constexpr Real inf = infinity, tiny = 0x1p-1074;

/// |value − exact| in units of the last place of the double nearest to `exact`.
Real ulps(Real value, long double exact) {
  const Real nearest = static_cast<Real>(exact);
  if (!std::isfinite(value) || !std::isfinite(nearest)) return value == nearest ? 0 : inf;
  int exponent = -1074;
  if (nearest != 0) std::frexp(nearest, &exponent);
  exponent = std::max(exponent - 53, -1074);
  return static_cast<Real>(
      std::fabs(std::ldexp(static_cast<long double>(value) - exact, -exponent)));
}

struct Worst {
  Real error = 0;
  Real at = 0;
  Index bits_differ = 0;  ///< vectorised against one by one
};

/// Largest error of f over `points` arguments draw(rng).
template <class F, class Exact, class Draw>
Worst worst_error(const F& f, const Exact& exact, const Draw& draw) {
  std::mt19937_64 rng(20240607);
  Worst worst;
  Real x[width], y[width];
  for (Index n = 0; n < points; n += width) {
    for (int i = 0; i < width; ++i) x[i] = draw(rng);
#pragma omp simd
    for (int i = 0; i < width; ++i) y[i] = f(x[i]);
    for (int i = 0; i < width; ++i) {
      volatile Real alone = x[i];
      worst.bits_differ += math::bits_of(y[i]) != math::bits_of(f(alone));
      const Real error = ulps(y[i], exact(static_cast<long double>(x[i])));
      if (error > worst.error) worst = {error, x[i], worst.bits_differ};
    }
  }
  return worst;
}

auto between(Real low, Real high) {
  return [=](auto& rng) { return std::uniform_real_distribution<Real>(low, high)(rng); };
}

template <class F, class Exact, class Draw>
void expect_within(Real ulps_allowed, const F& f, const Exact& exact, const Draw& draw) {
  const Worst worst = worst_error(f, exact, draw);
  EXPECT_LT(worst.error, ulps_allowed) << "at " << std::hexfloat << worst.at;
  EXPECT_EQ(worst.bits_differ, 0);
}

const auto fast_exp = [](Real x) { return plumbline::exp(x); };
const auto exact_exp = [](long double x) { return std::exp(x); };
const auto fast_log = [](Real x) { return plumbline::log(x); };
const auto exact_log = [](long double x) { return std::log(x); };

TEST(Exp, IsWithinOneUlpOverItsRange) {
  expect_within(1, fast_exp, exact_exp, between(-708, 709.7));
}
TEST(Exp, IsWithinOneUlpNearZero) {
  expect_within(1, fast_exp, exact_exp, between(-1, 1));
}
TEST(Exp, RoundsDenormalResultsOnce) {
  expect_within(1, fast_exp, exact_exp, between(-746, -708));
}

TEST(Exp, IsExactWhereTheResultIsForced) {
  EXPECT_EQ(plumbline::exp(0.0), 1);
  EXPECT_EQ(plumbline::exp(-0.0), 1);
  EXPECT_EQ(plumbline::exp(tiny), 1);
  EXPECT_EQ(plumbline::exp(-inf), 0);
  EXPECT_EQ(plumbline::exp(-1e300), 0);
  EXPECT_EQ(plumbline::exp(-745.2), 0);
  EXPECT_EQ(plumbline::exp(-745.13), tiny);
  EXPECT_EQ(plumbline::exp(inf), inf);
  EXPECT_EQ(plumbline::exp(1e300), inf);
  EXPECT_EQ(plumbline::exp(709.79), inf);
  EXPECT_LT(plumbline::exp(709.78), inf);
  EXPECT_TRUE(std::isnan(plumbline::exp(nan)));
  EXPECT_TRUE(std::isnan(plumbline::exp(-nan)));
}

/// The weight of a term of a sum: exp to the bit above 2^−1000 of the largest, else 0.
TEST(ExpWeight, HasTheBitsOfExpUntilItIsNegligible) {
  const auto weight = [](Real x) { return plumbline::exp_weight(x); };
  std::mt19937_64 rng(3);
  for (const Real low : {-1e-8, -1.0, -693.1})
    for (int n = 0; n < 100'000; ++n) {
      const Real x = between(low, 0)(rng);
      ASSERT_EQ(math::bits_of(weight(x)), math::bits_of(plumbline::exp(x))) << x;
    }
  EXPECT_EQ(weight(0), 1);
  EXPECT_EQ(weight(-0.0), 1);
  EXPECT_NEAR(weight(negligible_below) * 0x1p1000, 1, 1e-12);
  for (const Real x : {std::nextafter(negligible_below, -inf), -700.0, -740.0, -1e5, -8e307, -inf})
    EXPECT_EQ(weight(x), 0) << x;
  EXPECT_TRUE(std::isnan(weight(nan)));
}

TEST(Log, IsWithinOneUlpForEveryMagnitude) {
  const auto any_positive = [](auto& rng) {
    return math::from_bits(1 + rng() % (0x7ff0000000000000 - 1));
  };
  expect_within(1, fast_log, exact_log, any_positive);
}
TEST(Log, IsWithinOneUlpNearOne) {
  expect_within(1, fast_log, exact_log, between(0.5, 2));
}
TEST(Log, IsWithinOneUlpForDenormals) {
  const auto denormal = [](auto& rng) { return math::from_bits(1 + (rng() >> (12 + rng() % 51))); };
  expect_within(1, fast_log, exact_log, denormal);
}

TEST(Log, IsExactWhereTheResultIsForced) {
  EXPECT_EQ(plumbline::log(1.0), 0);
  EXPECT_EQ(plumbline::log(0.0), -inf);
  EXPECT_EQ(plumbline::log(-0.0), -inf);
  EXPECT_EQ(plumbline::log(inf), inf);
  EXPECT_EQ(plumbline::log(tiny), std::log(tiny));
  EXPECT_EQ(plumbline::log(0x1p-1022), std::log(0x1p-1022));
  EXPECT_TRUE(std::isnan(plumbline::log(-tiny)));
  EXPECT_TRUE(std::isnan(plumbline::log(-1.0)));
  EXPECT_TRUE(std::isnan(plumbline::log(-inf)));
  EXPECT_TRUE(std::isnan(plumbline::log(nan)));
}

/// sin or cos of 2πu in long double, whole quarters removed by remquo.
long double exact_turn(long double u, bool sine) {
  constexpr long double two_pi = 6.28318530717958647692528676655900577L;
  int quarters = 0;
  const long double angle = two_pi * std::remquo(u, 0.25L, &quarters);
  const int quadrant = (quarters + (sine ? 0 : 1)) & 3;
  const long double value = quadrant % 2 == 0 ? std::sin(angle) : std::cos(angle);
  return quadrant < 2 ? value : -value;
}

const auto fast_sin = [](Real u) { return sincos_2pi(u).sin; };
const auto fast_cos = [](Real u) { return sincos_2pi(u).cos; };
const auto exact_sin = [](long double u) { return exact_turn(u, true); };
const auto exact_cos = [](long double u) { return exact_turn(u, false); };

TEST(SinCos, IsWithinOnePointOneUlpOverOneTurn) {
  expect_within(1.1, fast_sin, exact_sin, between(0, 1));
  expect_within(1.1, fast_cos, exact_cos, between(0, 1));
}
TEST(SinCos, IsWithinOnePointOneUlpForEveryMagnitude) {
  const auto any_scale = [](auto& rng) {
    const Real u = std::uniform_real_distribution<Real>(-1, 1)(rng);
    return std::ldexp(u, static_cast<int>(rng() % 1054) - 1000);
  };
  expect_within(1.1, fast_sin, exact_sin, any_scale);
  expect_within(1.1, fast_cos, exact_cos, any_scale);
}

TEST(SinCos, IsExactAtQuarterTurns) {
  const Real sines[] = {0, 1, 0, -1}, cosines[] = {1, 0, -1, 0};
  for (int quarter = -4000; quarter <= 4000; ++quarter) {
    const SinCos v = sincos_2pi(quarter * 0.25);
    ASSERT_EQ(v.sin, sines[quarter & 3]) << quarter;
    ASSERT_EQ(v.cos, cosines[quarter & 3]) << quarter;
  }
}

TEST(SinCos, TakesHugeArgumentsAsTheWholeAndHalfTurnsTheyAre) {
  for (const Real whole : {0x1p53, 0x1p52, 0x1p51, 0x1p100, 1e308, -1e308, -0x1.8p51}) {
    EXPECT_EQ(sincos_2pi(whole).sin, 0) << whole;
    EXPECT_EQ(sincos_2pi(whole).cos, 1) << whole;
  }
  EXPECT_EQ(sincos_2pi(0x1p51 + 0.5).sin, 0);
  EXPECT_EQ(sincos_2pi(0x1p51 + 0.5).cos, -1);
}

TEST(SinCos, IsNotANumberAtInfinity) {
  for (const Real u : {inf, -inf, nan}) {
    EXPECT_TRUE(std::isnan(sincos_2pi(u).sin));
    EXPECT_TRUE(std::isnan(sincos_2pi(u).cos));
  }
}

}  // namespace
}  // namespace plumbline::math_test
