// Rounding told from mistakes: symmetry, rank, and e^−∞.
#include "mixture/covariance.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace plumbline::covariance_test {
namespace {

HostMatrix two_by_two(Real a, Real b, Real c, Real d) {
  return (HostMatrix(2, 2) << a, b, c, d).finished();
}

TEST(Precision, IsThatOfFloat32WhereEveryNumberCameFromOne) {
  const Real third = static_cast<Real>(1.0F / 3);

  EXPECT_EQ(precision_of(two_by_two(1, third, third, 2)), float_epsilon);
  EXPECT_EQ(precision_of(two_by_two(1, 0.33333334, 0.1, 2)), float_epsilon);  // as it prints
  EXPECT_EQ(precision_of(two_by_two(1, third, 1.0 / 3, 2)), double_epsilon);
  EXPECT_EQ(precision_of(two_by_two(1, 0.333333343, 0.1, 1e300)), double_epsilon);
}

TEST(Asymmetry, IsFoundWhereItIsMoreThanRounding) {
  const Real eleventh = 1.0 / 11;

  EXPECT_FALSE(asymmetry(two_by_two(1, eleventh, eleventh + 1e-15, 2), double_epsilon));
  EXPECT_TRUE(asymmetry(two_by_two(1, eleventh, eleventh + 1e-11, 2), double_epsilon));
  EXPECT_FALSE(asymmetry(two_by_two(1, eleventh, eleventh + 1e-6, 2), float_epsilon));
  const auto at = asymmetry(two_by_two(1, 0.5, 0.5001, 2), float_epsilon);
  ASSERT_TRUE(at);
  EXPECT_EQ(at->row, 1);
  EXPECT_EQ(at->column, 0);
  EXPECT_FALSE(asymmetry(HostMatrix::Zero(3, 3), double_epsilon));
}

TEST(ExpOf, IsExactlyZeroAtMinusInfinityForEveryLength) {
  const Real infinity = std::numeric_limits<Real>::infinity();
  for (Index length = 1; length < 20; ++length)
    for (const Real far : {-infinity, -1e4}) {
      HostVector v = HostVector::Constant(length, far);
      v[length / 2] = -1;
      const HostVector e = exp_of(v);
      for (Index i = 0; i < length; ++i)
        EXPECT_DOUBLE_EQ(e[i], i == length / 2 ? std::exp(-1.0) : 0) << length;
      EXPECT_EQ((e.array() != 0).count(), 1) << length;
    }
  const HostVector subnormal = exp_of(HostVector::Constant(8, -740));
  for (const Real e : subnormal) EXPECT_EQ(e, std::exp(-740.0));
}

}  // namespace
}  // namespace plumbline::covariance_test
