// Φ and φ for kernels, against long double.
#include "metrics/transport/normal.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace plumbline::normal_test {
namespace {

long double cdf(long double z) {
  return 0.5L * std::erfc(-z / std::numbers::sqrt2_v<long double>);
}

TEST(StandardNormal, DistributionFunctionIsGoodToRounding) {
  Real absolute = 0, relative = 0;
  for (int i = -120000; i <= 120000; ++i) {
    const Real z = i * 1e-4 + 1e-9 * i;
    const long double exact = cdf(z);
    const Real error = static_cast<Real>(std::abs(standard_normal(z).cdf - exact));
    absolute = std::max(absolute, error);
    if (z < 0) relative = std::max(relative, error / static_cast<Real>(exact) / (1 + z * z));
  }
  EXPECT_LT(absolute, 4e-16);
  EXPECT_LT(relative, 1e-15);  // the stated bound
}

TEST(StandardNormal, DensityIsGoodToRounding) {
  for (int i = 0; i <= 2000; ++i) {
    const Real z = i * 0.01;
    const long double exact =
        std::exp(-0.5L * z * z) / std::sqrt(2 * std::numbers::pi_v<long double>);
    EXPECT_NEAR(standard_normal(z).pdf / static_cast<Real>(exact), 1, 4e-16 * (1 + z * z));
    EXPECT_EQ(standard_normal(z).pdf, standard_normal(-z).pdf);
  }
}

TEST(StandardNormal, EndsAtZeroAndOne) {
  for (const Real far : {41.0, 1e10, 1e300, infinity}) {
    EXPECT_EQ(standard_normal(far).cdf, 1);
    EXPECT_EQ(standard_normal(-far).cdf, 0);
    EXPECT_EQ(standard_normal(far).pdf, 0);
  }
  EXPECT_DOUBLE_EQ(standard_normal(0).cdf, 0.5);
}

}  // namespace
}  // namespace plumbline::normal_test
