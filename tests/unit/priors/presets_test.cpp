// The field's set-ups, number by number where the papers print them.
#include <cmath>

#include "unit/priors/support.hpp"
#include "unit/problem/observations.hpp"

namespace plumbline::test::presets_test {
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

TEST(Spiral, HasEquallySpacedComponentsOfGrowingRadius) {
  const GaussianMixture m = make("spiral", table({{"components", whole(400)}}));

  // chords of equal arcs: equal but for curvature, which is 2/b at the centre and 1/6 outside
  Real shortest = 1e9, longest = 0;
  for (int k = 100; k + 1 < 400; ++k) {
    const Real chord = (m.means().row(k + 1) - m.means().row(k)).norm();
    shortest = std::min(shortest, chord);
    longest = std::max(longest, chord);
    EXPECT_GT(m.means().row(k + 1).norm(), m.means().row(k).norm());
  }
  EXPECT_LT(longest / shortest, 1.001);
  EXPECT_NEAR(m.means().row(399).norm(), 6, 1e-9);
  EXPECT_NEAR(m.means()(399, 1), 0, 1e-9);  // two whole turns
}

TEST(Funnel, HasNealsMomentsUpToItsSlices) {
  // v: variance scale² of a Gaussian cut at 3 standard deviations (0.973 of it) and slice width; x:
  // E e^v = e^{scale²/2} for scale = 1, cut likewise.
  const GaussianMixture m =
      make("funnel", table({{"scale", number(1)}, {"components", whole(101)}}));

  EXPECT_NEAR(m.total_covariance()(0, 0), 0.9733, 0.01);
  EXPECT_NEAR(m.total_covariance()(1, 1), std::exp(0.5) * 0.977, 0.02);
  const GaussianMixture wide = make("funnel", table({{"scale", number(3)}}));
  EXPECT_NEAR(wide.eigenvalues().col(1).maxCoeff() / wide.eigenvalues().col(1).minCoeff(),
              std::exp(18), 1e-6 * std::exp(18));
}

TEST(IllConditioned, SpansItsConditionAlongNoAxis) {
  const GaussianMixture m = make("ill-conditioned");
  const HostVector lambda = symmetric_eigen(m.covariance(0)).values;

  EXPECT_NEAR(lambda[9] / lambda[0], 1e6, 1e-3 * 1e6);
  EXPECT_GT(std::abs(m.covariance(0)(0, 1)), 1e-3);
  EXPECT_NEAR(
      (m.eigenvectors(0).transpose() * m.eigenvectors(0) - HostMatrix::Identity(10, 10)).norm(), 0,
      1e-13);
}

TEST(Gp, IsAProcessAndItsObservations) {
  const GaussianMixture m = make("gp");
  const HostMatrix c = m.covariance(0);

  ASSERT_EQ(m.dimension(), 200);
  EXPECT_NEAR(c(0, 99), std::exp(-5.0), 1e-15);
  EXPECT_NEAR(c(3, 104), std::exp(-5.0 / 99), 1e-15);
  EXPECT_NEAR(c(150, 150), 2, 1e-15);
  // an Ornstein–Uhlenbeck kernel is Markov: precision between points two apart is 0
  const HostMatrix precision = c.topLeftCorner(100, 100).inverse();
  EXPECT_NEAR(precision(4, 6) / precision(4, 5), 0, 1e-9);
}

TEST(Matern, HasTheKernelOfItsName) {
  const GaussianMixture m = make("matern", table({{"side", whole(6)}, {"length", number(2)}}));
  const HostMatrix c = m.covariance(0);

  // neighbours are 2 apart, diagonal ones 2√2: u = √5 r/ℓ
  const auto kernel = [](Real u) { return (1 + u + u * u / 3) * std::exp(-u); };
  EXPECT_NEAR(c(7, 7), 1, 1e-15);
  EXPECT_NEAR(c(7, 8), kernel(std::sqrt(5.0)), 1e-14);
  EXPECT_NEAR(c(7, 13), kernel(std::sqrt(5.0)), 1e-14);
  EXPECT_NEAR(c(7, 14), kernel(std::sqrt(10.0)), 1e-14);
  EXPECT_EQ(make("matern", table({{"side", whole(3)}})).dimension(), 9);
}

TEST(BoundedClasses, MirrorsEachOther) {
  const GaussianMixture m = make("bounded-classes");

  EXPECT_EQ(m.means()(0, 0), 1);
  EXPECT_EQ(m.means()(49, 0), 2);
  EXPECT_EQ(m.means()(99, 0), -2);
  EXPECT_EQ(complaint("bounded-classes", table({{"high", number(0.5)}})), "high");
}

TEST(Cfgig, HidesItsClassInsideTheWhole) {
  const GaussianMixture m = make("cfgig"), whole_law = m.components_of({2, 3});

  EXPECT_NEAR(m.mean()[0], whole_law.mean()[0], 1e-5);
  EXPECT_NEAR(m.total_covariance()(0, 0), whole_law.total_covariance()(0, 0), 1e-5);
  EXPECT_NEAR(m.components_of({0, 1}).mean()[0], 2, 1e-15);
}

TEST(Gauss100, HasAWishartSpectrum) {
  const HostVector lambda = symmetric_eigen(make("gauss100").covariance(0)).values;

  EXPECT_GT(lambda[0], 0.05);
  EXPECT_LT(lambda[99], 3.3);
  EXPECT_NEAR(lambda.mean(), 1, 5 * std::sqrt(1.0 / 10000));  // tr/100 has variance 1/100²
}

}  // namespace
}  // namespace plumbline::test::presets_test
