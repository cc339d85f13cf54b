// In which precision numbers were written, and what it makes of others.
#include "harness/judge/precision.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.hpp"

namespace plumbline::precision_test {
namespace {

using Kind = Precision::Kind;

HostMatrix normals(Index rows, Real scale = 1) {
  const Rng rng = Rng::from_seed(3);
  HostMatrix x(rows, 2);
  for (Index n = 0; n < rows; ++n)
    for (Index i = 0; i < 2; ++i)
      x(n, i) = scale * rng.normal(static_cast<std::uint64_t>(n), 0, static_cast<std::uint32_t>(i));
  return x;
}

TEST(Precision, IsFoundFromTheNumbersAlone) {
  EXPECT_TRUE(precision_of({normals(100)}).is_full());
  for (const Precision p : {Precision{Kind::float32, 0}, Precision{Kind::float16, 0},
                            Precision{Kind::decimals, 3}, Precision{Kind::digits, 5}}) {
    for (const Real scale : {1.0, 40.0}) {
      HostMatrix x = normals(200, scale);
      p.round(x);
      EXPECT_EQ(precision_of({x}).text(), p.text()) << scale;
    }
  }
}

TEST(Precision, TakesTheCoarsestThatFits) {
  HostMatrix x = normals(100);
  for (Real* v = x.data(); v != x.data() + x.size(); ++v) *v = std::nearbyint(4 * *v);
  EXPECT_EQ(precision_of({x}).text(), "whole numbers");
  EXPECT_EQ(precision_of({x / 4}).text(), "2 decimals");
}

TEST(Precision, IsNotGuessedFromFewNumbers) {
  EXPECT_TRUE(precision_of({HostMatrix::Constant(4, 2, 0.5)}).is_full());
  EXPECT_TRUE(precision_of({HostMatrix::Zero(100, 2)}).is_full());
  EXPECT_TRUE(precision_of({}).is_full());
}

TEST(Precision, RoundsAsPrintAndReadDo) {
  EXPECT_EQ((Precision{Kind::decimals, 2}.round(0.125)), 0.12);
  EXPECT_EQ((Precision{Kind::digits, 3}.round(12345.0)), 12300.0);
  EXPECT_EQ((Precision{Kind::float32, 0}.round(0.1)), static_cast<double>(0.1F));
  EXPECT_EQ((Precision{Kind::float16, 0}.round(0.1)), 0.0999755859375);  // numpy.float16(0.1)
  EXPECT_EQ((Precision{}.round(0.1)), 0.1);
}

}  // namespace
}  // namespace plumbline::precision_test
