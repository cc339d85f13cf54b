// Limits of signed errors whose curves are known.
#include "harness/refinement/signed_limit.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.hpp"
#include "harness/statistics/distributions.hpp"

namespace plumbline::signed_limit_test {
namespace {

/// plateau + c/b^p + c'/b^(p + 1) + noise at `budgets`, half of the noise common to all budgets.
struct Curve {
  Real plateau = 0, c = 0, bend = 0, order = 1, noise = 0.01;
  std::vector<Real> budgets = {8, 16, 32, 64, 128, 256};
  int replicates = 16;
  std::uint64_t seed = 1;

  SignedCurve operator()() const {
    const Rng rng = Rng::from_seed(seed);
    SignedCurve out{budgets, {}, order};
    for (std::uint32_t i = 0; i < budgets.size(); ++i) {
      out.values.emplace_back();
      const Real b = budgets[i];
      const Real mean = plateau + c * std::pow(b, -order) + bend * std::pow(b, -order - 1);
      for (int r = 0; r < replicates; ++r) {
        const auto chain = static_cast<std::uint64_t>(r);
        out.values.back().push_back(mean + noise / std::sqrt(2.0) *
                                               (rng.normal(chain, 0, i) + rng.normal(chain, 1, 0)));
      }
    }
    return out;
  }
};

TEST(SignedLimit, ExtrapolatesItsOwnLawExactly) {
  for (const Real order : {0.5, 1.0, 2.0}) {
    const Curve curve{.plateau = -0.3, .c = 4, .bend = 9, .order = order, .noise = 0};
    const SignedLimit limit = signed_limit(curve());

    ASSERT_TRUE(limit.known);
    EXPECT_EQ(limit.spare, 3);
    EXPECT_NEAR(limit.bent_plateau.estimate, -0.3, 1e-11) << order;
    EXPECT_NEAR(limit.missed.estimate, 0, 1e-11) << order;
  }
  const SignedLimit straight = signed_limit(Curve{.plateau = 0.2, .c = 4, .noise = 0}());
  EXPECT_NEAR(straight.plateau.estimate, 0.2, 1e-12);
}

TEST(SignedLimit, BoundsItsPlateauAsOftenAsItSays) {
  // 400 curves: the 95 % bound of the plateau misses it in 5 %, within the binomial's 1e-4.
  Index missed = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    SignedLimit limit =
        signed_limit(Curve{.plateau = 0.2, .c = 1, .bend = 2, .replicates = 8, .seed = seed}());
    limit.bent_plateau.estimate -= 0.2;  // from its truth
    missed += limit.bent_plateau.lower(0.05) > 0;
  }
  EXPECT_LE(missed, binomial_upper(400, 0.05, 1e-4));
  EXPECT_GE(missed, 400 - binomial_upper(400, 0.95, 1e-4));
}

TEST(SignedLimit, IsWithinTheToleranceWhenTheErrorFalls) {
  EXPECT_LE(signed_limit(Curve{.c = 10}()).share_of(0.25, 0.01), 1);
  EXPECT_GT(signed_limit(Curve{.plateau = 0.3, .c = 10}()).share_of(0.25, 0.01), 1);
  // 10 at the finest budget is far beyond three tolerances, however well it falls.
  EXPECT_GT(signed_limit(Curve{.c = 2560}()).share_of(0.25, 0.01), 1);
}

TEST(SignedLimit, IsNotWithinWhatNoiseHides) {
  EXPECT_GT(signed_limit(Curve{.c = 1, .noise = 1}()).share_of(0.25, 0.01), 1);
}

TEST(SignedLimit, StaysBeyondTheToleranceAtAPlateau) {
  EXPECT_TRUE(signed_limit(Curve{.plateau = 0.5, .c = 2}()).stays_beyond(0.25, 1e-4));
  EXPECT_TRUE(signed_limit(Curve{.plateau = -0.5, .c = 2}()).stays_beyond(0.25, 1e-4));
  EXPECT_FALSE(signed_limit(Curve{.plateau = 0.2, .c = 2}()).stays_beyond(0.25, 1e-4));
  // four budgets only
  EXPECT_FALSE(
      signed_limit(Curve{.plateau = 0.5, .budgets = {8, 32, 128, 512}}()).stays_beyond(0.25, 1e-4));
}

TEST(SignedLimit, DoesNotStayWhileItFallsHoweverSlowly) {
  // Errors of 50 tolerances whose bend feigns plateaus, and one that falls at the rate ½.
  for (const Real bend : {-300.0, -100.0, 0.0, 100.0, 300.0, 3000.0})
    EXPECT_FALSE(signed_limit(Curve{.c = 50, .bend = bend}()).stays_beyond(0.01, 1e-2)) << bend;
  EXPECT_FALSE(signed_limit(Curve{.c = 5, .order = 0.5}()).stays_beyond(0.01, 1e-2));
}

TEST(SignedLimit, HasStoppedWhenItMovesByLessThanTheTolerance) {
  EXPECT_TRUE(signed_limit(Curve{.plateau = 9, .c = 2}()).has_stopped(0.25, 0.01));
  EXPECT_FALSE(signed_limit(Curve{.plateau = 9, .c = 200}()).has_stopped(0.25, 0.01));
  EXPECT_FALSE(signed_limit(Curve{.budgets = {100, 110, 120, 130}}()).has_stopped(0.25, 0.01));
}

TEST(SignedLimit, LeavesOutReplicatesThatMissABudget) {
  SignedCurve curve = Curve{.plateau = 0.5, .noise = 0}();
  curve.values[2][3] = nan;
  curve.values[5][3] = 1000;

  EXPECT_NEAR(signed_limit(curve).finest.estimate, 0.5, 1e-12);
}

TEST(SignedLimit, NeedsFourBudgetsAndFourReplicates) {
  EXPECT_FALSE(signed_limit(Curve{.budgets = {8, 16, 32}}()).known);
  EXPECT_FALSE(signed_limit(Curve{.replicates = 3}()).known);
  EXPECT_GT(signed_limit(Curve{.budgets = {8, 16, 32}}()).share_of(1e9, 0.01), 1);
}

}  // namespace
}  // namespace plumbline::signed_limit_test
