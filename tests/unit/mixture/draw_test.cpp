// Draws follow the mixture: counts of components, moments in each component's eigenbasis. Seeds are
// fixed; thresholds are normal quantiles, so the false-alarm rate of each test is below 1e-6.
#include "mixture/draw.hpp"

#include <gtest/gtest.h>

#include "unit/mixture/support.hpp"

namespace plumbline::draw_test {
namespace {

using namespace testing_mixture;

constexpr CovarianceKind kinds[] = {CovarianceKind::isotropic, CovarianceKind::diagonal,
                                    CovarianceKind::full};
constexpr Real six_sigma = 6;  // two-sided 2e-9, at most 100 comparisons per test

HostMatrix draws(const MixtureTables& tables, Index n, std::uint64_t seed, std::uint32_t step = 0,
                 std::uint64_t first_chain = 0) {
  const Matrix z = make_matrix("z", n, tables.mixture.dimension);
  draw(Exec(), tables, Rng::from_seed(seed), step, z, first_chain);
  return to_host_matrix(z);
}

/// n = 2^17: sees a shift of 0.017 standard deviations and 2.3 % in a variance.
TEST(MixtureDraw, HasTheMomentsOfTheDiffusedMixture) {
  for (const CovarianceKind kind : kinds) {
    const GaussianMixture mixture =
        random_mixture({.kind = kind, .components = 3, .dimension = 3}, 5);
    const NoiseLevel level = ou_level(0.5);
    const Index n = Index(1) << 17;
    const HostMatrix z = draws(tables_of(mixture, level), n, 11);
    const HostVector mean = level.alpha * mixture.mean();
    const HostMatrix covariance = level.alpha * level.alpha * mixture.total_covariance() +
                                  level.variance * HostMatrix::Identity(3, 3);
    const HostMatrix centered = z.rowwise() - mean.transpose();
    for (int i = 0; i < 3; ++i) {
      EXPECT_LE(std::abs(centered.col(i).mean()), six_sigma * std::sqrt(covariance(i, i) / n));
      for (int j = 0; j < 3; ++j) {
        const Eigen::ArrayXd products = centered.col(i).array() * centered.col(j).array();
        const Real spread = std::sqrt((products - products.mean()).square().mean() / n);
        EXPECT_LE(std::abs(products.mean() - covariance(i, j)), six_sigma * spread) << i << j;
      }
    }
  }
}

/// Components 1000 standard deviations apart, so that every draw tells where it came from.
TEST(MixtureDraw, VisitsComponentsAsOftenAsTheirWeightsSay) {
  const HostVector weights = (HostVector(5) << 0, 1, 0, 3, 6).finished();
  const GaussianMixture mixture =
      GaussianMixture::isotropic(weights, HostVector::LinSpaced(5, 0, 4000), HostVector::Ones(5));
  const Index n = 100000;
  const HostMatrix z = draws(tables_of(mixture), n, 3);
  HostVector counts = HostVector::Zero(5);
  for (Index i = 0; i < n; ++i) counts(std::lround(z(i, 0) / 1000)) += 1;
  for (int k = 0; k < 5; ++k) {
    const Real p = mixture.weights()(k);
    EXPECT_LE(std::abs(counts(k) - n * p), six_sigma * std::sqrt(n * p * (1 - p))) << k;
  }
}

TEST(MixtureDraw, OfADataSetReturnsItsPoints) {
  Numbers numbers(1);
  const GaussianMixture data = GaussianMixture::points(numbers.normals(6, 2));
  const HostMatrix z = draws(tables_of(data), 100, 3);
  for (int n = 0; n < 100; ++n)
    EXPECT_EQ((data.means().rowwise() - z.row(n)).rowwise().squaredNorm().minCoeff(), 0);
}

TEST(MixtureDraw, GivesAChainTheSameRowInAnyBatch) {
  for (const CovarianceKind kind : kinds) {
    const auto tables =
        tables_of(random_mixture({.kind = kind, .components = 4, .dimension = 5}, 7), ou_level(1));
    const HostMatrix all = draws(tables, 597, 9, 4);
    EXPECT_EQ(draws(tables, 17, 9, 4, 580), all.bottomRows(17));
    EXPECT_NE(draws(tables, 17, 9, 5, 580), all.bottomRows(17));
  }
}

}  // namespace
}  // namespace plumbline::draw_test
