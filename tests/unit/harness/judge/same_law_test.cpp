// Two sets of draws: false alarms, power on the differences that ports of a method have, edges.
#include "harness/judge/same_law.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.hpp"
#include "harness/statistics/distributions.hpp"

namespace plumbline::same_law_test {
namespace {

/// n draws of N(0, [[1, ρ], [ρ, 1]]) plus `shift` in the first coordinate.
GivenDraws normals(std::uint64_t seed, Index n, Real shift = 0, Real rho = 0, Real scale = 1) {
  const Rng rng = Rng::from_seed(seed).stream("same law");
  GivenDraws out{HostMatrix(n, 2), {}};
  for (Index i = 0; i < n; ++i) {
    const Real u = rng.normal(static_cast<std::uint64_t>(i), 0, 0);
    const Real v = rng.normal(static_cast<std::uint64_t>(i), 0, 1);
    out.x(i, 0) = scale * u + shift;
    out.x(i, 1) = scale * (rho * u + std::sqrt(1 - rho * rho) * v);
  }
  return out;
}

// Alarms at 0.1 over 60 pairs, 1 − 1e-3 binomial bound. Three tests of which two nearly agree:
// between 3 and 10 % are expected.
TEST(SameLaw, KeepsItsLevel) {
  Index alarms = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed)
    alarms += compare_laws(normals(2 * seed, 60), normals(2 * seed + 1, 90), 0.1).p_value < 0.1;
  EXPECT_LE(alarms, binomial_upper(60, 0.1, 1e-3));
}

TEST(SameLaw, SeesAShiftAndSaysHowLarge) {
  const LawComparison c = compare_laws(normals(1, 500), normals(2, 700, 0.5), 0.01);
  EXPECT_LT(c.p_value, 3e-3 + 1e-12);  // three tests at 1/1000 each; the bound may do better
  EXPECT_EQ(c.p_energy, 0.001);
  // Of equal sizes the bound is sharper: e exp(−x² n) at x ≈ 0.19.
  EXPECT_LT(compare_laws(normals(1, 700), normals(2, 700, 0.5), 0.01).p_value, 1e-6);
  // The widest line is the shifted coordinate or a direction near it; the pooled sd is 1.03.
  EXPECT_NEAR(std::abs(c.widest.shift), 0.5, 0.05 + 4 * c.widest.shift_error);
  EXPECT_GT(c.shift_bound, 0.48);
  EXPECT_LT(c.shift_bound, 0.8);
}

TEST(SameLaw, SeesOtherSpreadAndOtherCorrelation) {
  EXPECT_LT(compare_laws(normals(3, 600), normals(4, 600, 0, 0, 1.4), 0.01).p_value, 0.01);
  const LawComparison c = compare_laws(normals(5, 600, 0, 0.9), normals(6, 600, 0, 0), 0.01);
  EXPECT_LT(c.p_value, 0.01);
  EXPECT_NE(c.widest.name.find("direction"), std::string::npos);  // margins are equal
}

TEST(SameLaw, ExcludesMoreTheMoreDrawsThereAre) {
  const LawComparison few = compare_laws(normals(7, 100), normals(8, 100), 0.01);
  const LawComparison many = compare_laws(normals(7, 1600), normals(8, 1600), 0.01);
  EXPECT_GT(many.p_value, 0.01);
  EXPECT_LT(many.shift_bound, 0.5 * few.shift_bound);
  EXPECT_LT(many.distance_bound, few.distance_bound);
  EXPECT_GE(many.shift_bound, 0);
}

TEST(SameLaw, TakesWeightsIntoAccount) {
  // Draws of N(0, 4) weighted to N(0, 1) against plain ones of N(0, 1).
  GivenDraws wide = normals(9, 4000, 0, 0, 2);
  wide.log_w = -wide.x.rowwise().squaredNorm() * (0.5 - 0.125);
  wide.log_w.array() -= std::log(wide.log_w.array().exp().sum());
  const LawComparison c = compare_laws(wide, normals(10, 800), 0.01);
  EXPECT_GT(c.p_value, 0.01);
  EXPECT_LT(c.a, 2500);
  ASSERT_EQ(c.notes.size(), 1u);
  wide.log_w.resize(0);
  EXPECT_LT(compare_laws(wide, normals(10, 800), 0.01).p_value, 1e-6);
}

TEST(SameLaw, SurvivesConstantsTiesAndGreatNumbers) {
  GivenDraws constant{HostMatrix::Constant(20, 2, 3.0), {}};
  EXPECT_EQ(compare_laws(constant, constant, 0.01).p_value, 1);
  GivenDraws other{HostMatrix::Constant(20, 2, 4.0), {}};
  EXPECT_LT(compare_laws(constant, other, 0.01).p_value, 0.01);
  GivenDraws great = normals(11, 50);
  great.x *= 1e149;
  const LawComparison c = compare_laws(great, normals(12, 50), 0.01);
  EXPECT_LT(c.p_value, 0.01);
  EXPECT_TRUE(std::isfinite(c.energy));
}

}  // namespace
}  // namespace plumbline::same_law_test
