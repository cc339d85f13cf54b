// The field's set-ups, number by number where the papers print them.
#include <cmath>

#include "unit/priors/support.hpp"

namespace plumbline::test {
namespace {

// Means −8 (i, j), i outer, of the 25 components:
//
//      16 ·4  ·3 ·2 ·1 ·0         component 0 at (16, 16), 4 at (16, −16),
//       …                         20 at (−16, 16), 12 at the origin
//     −16 ·24 …      ·20
TEST(Grid25, HasTheMeansOfThePaperInEveryPairOfCoordinates) {
  for (const char* name : {"grid25-mcgdiff", "grid25-tmpd"}) {
    const GaussianMixture m = make(name, table({{"dim", whole(8)}}));

    ASSERT_EQ(m.components(), 25);
    for (int pair = 0; pair < 8; pair += 2) {
      EXPECT_EQ(m.means()(0, pair), 16);
      EXPECT_EQ(m.means()(0, pair + 1), 16);
      EXPECT_EQ(m.means()(4, pair), 16);
      EXPECT_EQ(m.means()(4, pair + 1), -16);
      EXPECT_EQ(m.means()(20, pair), -16);
      EXPECT_EQ(m.means()(12, pair), 0);
      EXPECT_EQ(m.means()(13, pair + 1), -8);
    }
    EXPECT_EQ(m.covariance(7)(3, 3), 1);
    EXPECT_EQ(complaint(name, table({{"dim", whole(7)}})), "dim");
  }
}

TEST(Grid25, HasEqualWeightsInOnePaperAndChiSquareWeightsInTheOther) {
  const GaussianMixture equal = make("grid25-tmpd"), random = make("grid25-mcgdiff");
  const GaussianMixture again = make("grid25-mcgdiff"), other = make("grid25-mcgdiff", {}, 2);

  EXPECT_DOUBLE_EQ(equal.weights().maxCoeff(), 0.04);
  EXPECT_EQ(random.weights(), again.weights());
  EXPECT_NE(random.weights(), other.weights());
  EXPECT_GT(random.weights().maxCoeff(), 0.08);
}

TEST(GridPrior, IsALatticeInThePlaneAndALineInOneDimension) {
  const GaussianMixture plane =
      make("grid", table({{"dim", whole(3)}, {"components", whole(4)}, {"spread", number(2)}}));
  const GaussianMixture line = make("grid", table({{"dim", whole(1)}, {"components", whole(3)}}));

  HostMatrix expected(4, 3);
  expected << 1, 1, 0, 1, -1, 0, -1, 1, 0, -1, -1, 0;
  EXPECT_EQ(plane.means(), expected);
  EXPECT_EQ(line.means()(0, 0), -8);
  EXPECT_EQ(line.means()(1, 0), 0);
  EXPECT_EQ(complaint("grid", table({{"components", whole(24)}})), "components");
}

TEST(TwoGaussians, PutsComponentZeroOnThePositiveSide) {
  const GaussianMixture m = make("two-gaussians");

  EXPECT_EQ(m.means()(0, 0), 1);
  EXPECT_EQ(m.means()(1, 0), -1);
  EXPECT_EQ(m.covariance(0)(0, 0), 1);
}

TEST(RingPrior, HasMeansAtTheRadius) {
  const GaussianMixture m = make("ring", table({{"components", whole(6)}, {"radius", number(3)}}));

  for (int k = 0; k < 6; ++k) EXPECT_NEAR(m.means().row(k).norm(), 3, 1e-15 * 8);
  EXPECT_NEAR((m.means().row(0) - m.means().row(1)).norm(), 3, 1e-14);  // a hexagon's side
}

TEST(CorrelatedGaussian, HasOneCorrelation) {
  const GaussianMixture m =
      make("correlated-gaussian", table({{"dim", whole(3)}, {"rho", number(-0.4)}}));

  EXPECT_EQ(m.covariance(0)(0, 2), -0.4);
  EXPECT_EQ(m.covariance(0)(1, 1), 1);
  EXPECT_EQ(complaint("correlated-gaussian", table({{"dim", whole(3)}, {"rho", number(-0.5)}})),
            "rho");
}

TEST(RandomPrior, HasTheConditionNumberAndScaleAskedFor) {
  for (const char* kind : {"diagonal", "full"}) {
    const GaussianMixture m = make("random", table({{"dim", whole(7)},
                                                    {"covariance", text(kind)},
                                                    {"condition", number(1e4)},
                                                    {"stddev", number(2)}}));
    for (int k = 0; k < m.components(); ++k) {
      const HostVector lambda = symmetric_eigen(m.covariance(k)).values;
      EXPECT_NEAR(lambda[6] / lambda[0], 1e4, 1e4 * 1e-10);
      EXPECT_NEAR(lambda.array().log().mean(), std::log(4.0), 1e-10);
    }
    EXPECT_LE(m.means().cwiseAbs().maxCoeff(), 8);
    EXPECT_GT(m.means().cwiseAbs().maxCoeff(), 6);
  }
}

TEST(Random10, AddsARankOneMatrixToTheIdentity) {
  const GaussianMixture m = make("random10", table({{"dim", whole(12)}}));

  ASSERT_EQ(m.components(), 10);
  for (int k = 0; k < 10; ++k) {
    const HostVector lambda = symmetric_eigen(m.covariance(k)).values;
    EXPECT_NEAR(lambda[0], 1, 1e-13);
    EXPECT_NEAR(lambda[10], 1, 1e-13);
    EXPECT_GT(lambda[11], 2);   // 1 + |u|², |u|² has mean 4 and standard deviation 1
    EXPECT_LT(lambda[11], 13);  // |u|² < 12
  }
}

TEST(RareEvent, HasThePublishedProbabilityOfTheEvent) {
  const GaussianMixture m = make("rare-event");
  const auto probability = [&](Real tau) {
    Real sum = 0;
    for (int k = 0; k < m.components(); ++k)
      sum += m.weights()[k] * 0.5 *
             std::erfc((tau - m.means()(k, 0)) / std::sqrt(2 * m.covariance(k)(0, 0)));
    return sum;
  };

  EXPECT_EQ(m.components(), 7);
  EXPECT_NEAR(probability(10), 1.4e-5, 0.05e-5);
  EXPECT_GT(probability(7), probability(8));
}

TEST(Crescent, CrossesTwoCorrelatedComponents) {
  const GaussianMixture m = make("crescent");

  EXPECT_EQ(m.covariance(0)(0, 1), 0.8);
  EXPECT_EQ(m.covariance(1)(0, 1), -0.8);
}

}  // namespace
}  // namespace plumbline::test
