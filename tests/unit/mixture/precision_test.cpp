// tests/README §3: score, denoiser, density, Hessian and denoised covariance against 50-digit
// arithmetic.
#include <gtest/gtest.h>

#include "mixture/evaluate.hpp"
#include "reference/mixture.hpp"
#include "unit/mixture/support.hpp"

namespace plumbline::precision_test {
namespace {

using namespace testing_mixture;

struct Tolerances {
  Real vectors;   ///< relative to the largest entry
  Real matrices;  ///< Hessian and covariance: sums of squares of the vectors
};

/// 1e-12, or 100 ε cond(S) for full covariances, whose eigenvectors are known no better.
Tolerances tolerances(const GaussianMixture& mixture, Real condition) {
  const Real limit =
      mixture.kind() == CovarianceKind::full ? std::max(1e-12, 100 * 2.2e-16 * condition) : 1e-12;
  return {limit, limit};
}

void expect_agreement(const GaussianMixture& mixture, const NoiseLevel& level,
                      const HostMatrix& z) {
  const Evaluated got = evaluate_all(tables_of(mixture, level), z);
  for (int n = 0; n < z.rows(); ++n) {
    const reference::PointValues want = reference::evaluate(mixture, level, z.row(n));
    const Tolerances limit = tolerances(mixture, want.worst_condition);
    SCOPED_TRACE(testing::Message() << "K " << mixture.components() << " d " << mixture.dimension()
                                    << " row " << n << " variance " << level.variance);
    EXPECT_LE(std::abs(got.log_density(n) - want.log_density),
              limit.vectors * std::max(Real(1), std::abs(want.log_density)));
    EXPECT_LE(relative_error(got.score.row(n).transpose(), want.score), limit.vectors);
    EXPECT_LE(relative_error(got.denoised.row(n).transpose(), want.denoised), limit.vectors);
    EXPECT_LE(relative_error(got.responsibilities.row(n).transpose(), want.responsibilities),
              limit.vectors);
    EXPECT_LE(relative_error(got.hessian[n], want.hessian), limit.matrices);
    EXPECT_LE(relative_error(got.denoised_covariance[n], want.denoised_covariance), limit.matrices);
    for (int k = 0; k < mixture.components(); ++k)
      EXPECT_LE(std::abs(got.log_responsibilities(n, k) - want.log_responsibilities(k)),
                limit.vectors * std::max(Real(1), std::abs(want.log_responsibilities(k))));
  }
}

constexpr CovarianceKind kinds[] = {CovarianceKind::isotropic, CovarianceKind::diagonal,
                                    CovarianceKind::full};

TEST(MixturePrecision, HoldsForEveryKindAndDimension) {
  for (const CovarianceKind kind : kinds)
    for (const int d : {1, 2, 3, 4, 5, 8, 10, 16}) {
      const GaussianMixture mixture =
          random_mixture({.kind = kind, .components = d < 8 ? 7 : 3, .dimension = d}, 10 + d);
      const NoiseLevel level = ou_level(0.3);
      expect_agreement(mixture, level, points_near(mixture, level, 2, 3, d));
    }
}

TEST(MixturePrecision, HoldsFortyStandardDeviationsOut) {
  for (const CovarianceKind kind : kinds)
    for (const int components : {1, 25}) {
      const GaussianMixture mixture =
          random_mixture({.kind = kind, .components = components, .dimension = 2}, 31);
      for (const Real t : {1e-8, 0.5})
        expect_agreement(mixture, ou_level(t), points_near(mixture, ou_level(t), 40, 4, 5));
    }
}

TEST(MixturePrecision, HoldsAsNoiseVanishes) {
  for (const CovarianceKind kind : kinds) {
    const GaussianMixture mixture =
        random_mixture({.kind = kind, .components = 5, .dimension = 3}, 77);
    for (const Real t : {1e-8, 1e-4})
      expect_agreement(mixture, ou_level(t), points_near(mixture, ou_level(t), 1.5, 4, 6));
  }
}

TEST(MixturePrecision, HoldsForDataSetsAtTinyNoise) {
  Numbers numbers(3);
  const GaussianMixture data = GaussianMixture::points(10 * numbers.normals(50, 4));
  for (const Real t : {1e-8, 1e-2, 1.0})
    expect_agreement(data, ou_level(t), points_near(data, ou_level(t), 2, 4, 8));
}

TEST(MixturePrecision, HoldsAtConditionNumberOneHundredMillion) {
  for (const CovarianceKind kind : {CovarianceKind::diagonal, CovarianceKind::full}) {
    const GaussianMixture mixture =
        random_mixture({.kind = kind, .components = 3, .dimension = 4, .condition = 1e8}, 12);
    for (const Real t : {1e-8, 0.1})
      expect_agreement(mixture, ou_level(t), points_near(mixture, ou_level(t), 2, 3, 9));
  }
}

TEST(MixturePrecision, HoldsForOneThousandComponents) {
  for (const CovarianceKind kind : kinds) {
    const GaussianMixture mixture =
        random_mixture({.kind = kind, .components = 1000, .dimension = 2}, 4);
    expect_agreement(mixture, ou_level(0.2), points_near(mixture, ou_level(0.2), 1, 2, 3));
  }
}

TEST(MixturePrecision, HoldsWhenNothingIsLeftOfTheSignal) {
  const NoiseLevel pure{0, -1, 1}, almost{1e-9, -1 + 1e-9, 1};
  for (const CovarianceKind kind : kinds) {
    const GaussianMixture mixture =
        random_mixture({.kind = kind, .components = 4, .dimension = 3}, 15);
    expect_agreement(mixture, pure, points_near(mixture, pure, 1, 2, 2));
    expect_agreement(mixture, almost, points_near(mixture, almost, 1, 2, 2));
  }
}

TEST(MixturePrecision, GivesTheDataPointItselfWhenNoNoiseCouldMoveIt) {
  const GaussianMixture point = GaussianMixture::points(HostMatrix::Constant(1, 3, 0.1));
  const NoiseLevel level = ou_level(1e-8);
  const Evaluated got = evaluate_all(tables_of(point, level), HostMatrix::Constant(2, 3, 0.3));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(got.denoised(0, i), 0.1);
  EXPECT_TRUE(got.denoised_covariance[0].isZero(0));
}

}  // namespace
}  // namespace plumbline::precision_test
