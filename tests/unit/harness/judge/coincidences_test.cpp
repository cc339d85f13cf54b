// Rows that repeat or lie near, against all pairs.
#include "harness/judge/coincidences.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.hpp"
#include "core/types.hpp"

namespace plumbline::coincidences_test {
namespace {

HostMatrix normals(Index rows, Index d) {
  const Rng rng = Rng::from_seed(5);
  HostMatrix x(rows, d);
  for (Index n = 0; n < rows; ++n)
    for (Index i = 0; i < d; ++i)
      x(n, i) = rng.normal(static_cast<std::uint64_t>(n), 0, static_cast<std::uint32_t>(i));
  return x;
}

/// Mean log distance to the nearest other row, looking at all.
Real nearness_by_all_pairs(const HostMatrix& x) {
  Real sum = 0;
  for (Index n = 0; n < x.rows(); ++n) {
    Real best = infinity;
    for (Index m = 0; m < x.rows(); ++m)
      if (m != n) best = std::min(best, (x.row(n) - x.row(m)).norm());
    sum += std::log(best);
  }
  return sum / static_cast<Real>(x.rows());
}

TEST(Coincidences, FindTheNearestRowOfEach) {
  for (const Index d : {1, 2, 7}) {
    const HostMatrix x = normals(300, d);
    const Coincidences found = coincidences(x, HostVector::Ones(d));
    EXPECT_EQ(found.repeated, 0);
    EXPECT_NEAR(found.nearness, nearness_by_all_pairs(x), 1e-12) << d;
    EXPECT_NEAR(coincidences(x, HostVector::Constant(d, 2)).nearness,
                found.nearness - std::log(2.0), 1e-12);
  }
}

TEST(Coincidences, CountRowsThatEqualAnEarlierOne) {
  HostMatrix x = normals(100, 3);
  x.row(70) = x.row(3);
  x.row(90) = x.row(3);
  x.row(20) = x.row(21);
  const Coincidences found = coincidences(x, HostVector::Ones(3));
  EXPECT_EQ(found.repeated, 3);
  EXPECT_LT(found.nearness, -30);  // 5 of 100 rows at distance 0
}

TEST(Coincidences, LeaveConstantCoordinatesOut) {
  HostMatrix x = normals(50, 2);
  x.col(1).setConstant(4);
  HostVector scale(2);
  scale << 1, 0;
  EXPECT_NEAR(coincidences(x, scale).nearness, nearness_by_all_pairs(x.leftCols(1)), 1e-12);
  EXPECT_EQ(coincidences(x, HostVector::Zero(2)).nearness, 0);
}

}  // namespace
}  // namespace plumbline::coincidences_test
