// log Φ, φ/Φ and the quantile against 40-digit values (mpmath; scipy.special.log_ndtr agrees to its
// own 1e-15), from the middle of the law to where Φ underflows.
#include "core/normal.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace plumbline::normal_test {
namespace {

struct Known {
  Real x, log_cdf, hazard;
};
constexpr Known known[] = {
    {-1e5, -5000000012.4318639983, 100000.00001},
    {-1000, -500007.82669481218431, 1000.00099999800001},
    {-40, -804.60844201375378817, 40.024968847207263723},
    {-38.5, -745.69527029041108133, 38.525939096854493696},
    {-20, -203.91715537109726394, 20.049753068527850542},
    {-5.0000001, -15.06499891263912874, 5.1865040638561989793},
    {-5, -15.064998393988725736, 5.1865039671258421156},
    {-4.999, -15.059812373671576348, 5.1855366689741892565},
    {-3, -6.6077262215103495433, 3.2830986549304365069},
    {-1, -1.8410216450092635058, 1.5251352761609812091},
    {-0.25, -0.91306176481113505517, 0.96355397941640390687},
    {0, -0.69314718055994530942, 0.79788456080286535588},
    {0.25, -0.51298407540943043213, 0.64583937101681726584},
    {1, -0.17275377902344988953, 0.28759997093917836123},
    {3, -0.0013508099647481937988, 0.0044378390421256637933},
    {5, -2.8665161296376359338e-7, 1.4867199409049057124e-6},
    {5.5, -1.8989562646189462989e-8, 1.0769760247056311313e-7},
    {8, -6.2209605742717860585e-16, 5.0522710835368954309e-15},
    {20, -2.7536241186062336951e-89, 5.5209483621597631896e-88},
    {37, -5.7255712225245768227e-300, 2.1200065515246056269e-298},
};

TEST(LogNormalCdf, KeepsItsDigitsFromTheMiddleToWherePhiUnderflows) {
  for (const Known& k : known)
    EXPECT_NEAR(log_normal_cdf(k.x) / k.log_cdf, 1, k.x < 0 ? 1e-15 : 4e-15) << k.x;
}

TEST(LogNormalCdf, IsDefinedAtTheEndsOfTheLine) {
  EXPECT_EQ(log_normal_cdf(-infinity), -infinity);
  EXPECT_EQ(log_normal_cdf(infinity), 0);
  EXPECT_EQ(log_normal_cdf(-1e200), -infinity);
  EXPECT_TRUE(std::isnan(log_normal_cdf(nan)));
  EXPECT_EQ(normal_hazard(infinity), 0);
}

TEST(NormalHazard, IsTheDerivativeOfLogPhiToItsLastDigits) {
  for (const Known& k : known)
    EXPECT_NEAR(normal_hazard(k.x) / k.hazard, 1, k.x < -5 ? 1e-15 : 4e-15) << k.x;
}

TEST(NormalQuantileOfLog, InvertsLogPhiWhereverItsDigitsDetermineTheArgument) {
  for (const Known& k : known) {
    if (k.x > 8) continue;  // log Φ is below the last digit of 1 there and has no double nearby
    // a relative error ε of l moves x by ε l/(φ/Φ)
    const Real allowed = 8 * 0x1p-53 * (std::abs(k.x) + std::abs(k.log_cdf) / k.hazard);
    EXPECT_NEAR(normal_quantile_of_log(k.log_cdf), k.x, std::max(allowed, 1e-16)) << k.x;
  }
}

TEST(NormalAbove, FollowsTheTruncatedLawAtAnyDistance) {
  // Quantiles: 1 − Φ(ε) = u (1 − Φ(c)). Rounding ε moves the logarithm l by ε h ε ≈ 2 l ε, and l
  // itself is rounded a few times. Far out ε − c is exponential with rate c.
  for (const Real c : {-3.0, 0.0, 2.0, 40.0})
    for (const Real u : {0.01, 0.5, 0.99}) {
      const Real l = std::log(u) + log_normal_cdf(-c);
      EXPECT_NEAR(log_normal_cdf(-normal_above(c, u)), l, 8 * 0x1p-53 * (1 - l)) << c << ' ' << u;
    }
  EXPECT_NEAR((normal_above(1e4, 0.5) - 1e4) * 1e4, std::log(2.0), 1e-6);
}

}  // namespace
}  // namespace plumbline::normal_test
