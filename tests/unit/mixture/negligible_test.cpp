// What is below 2^−1000 of the largest term counts as 0, on every path the same: mixture/README §5.
#include <gtest/gtest.h>

#include "mixture/block.hpp"
#include "mixture/covariance_product.hpp"
#include "unit/mixture/support.hpp"

namespace plumbline::negligible_test {
namespace {

using namespace testing_mixture;

constexpr CovarianceKind kinds[] = {CovarianceKind::isotropic, CovarianceKind::diagonal,
                                    CovarianceKind::full};

/// Two unit Gaussians, the second `distance` away from the first along every coordinate's share,
/// and the first alone.
GaussianMixture pair_of(CovarianceKind kind, int d, Real distance) {
  HostMatrix means = HostMatrix::Zero(2, d);
  means.row(1).setConstant(distance / std::sqrt(d));
  const HostVector weights = HostVector::Constant(2, 0.5);
  if (kind == CovarianceKind::isotropic)
    return GaussianMixture::isotropic(weights, means, HostVector::Ones(2));
  if (kind == CovarianceKind::diagonal)
    return GaussianMixture::diagonal(weights, means, HostMatrix::Ones(2, d));
  return GaussianMixture::full(weights, means,
                               std::vector<HostMatrix>(2, HostMatrix::Identity(d, d)));
}

/// At the mean of the first component its own score is 0: what is left is the other's.
struct Left {
  Real score = 0, product = 0, hessian = 0, covariance = 0;
  Real r = 0, log_r = 0;  // its responsibility
};
Left left_of_the_other(CovarianceKind kind, int d, Real distance, bool first_is_near) {
  const MixtureTables tables =
      tables_of(pair_of(kind, d, distance)
                    .components_of(first_is_near ? std::vector{0, 1} : std::vector{1, 0}),
                {1, 0, 1e-3});
  const HostMatrix zero = HostMatrix::Zero(1, d);
  const Evaluated at = evaluate_all(tables, zero);
  const Matrix out = make_matrix("product", 1, d),
               u = to_device("u", HostMatrix(HostMatrix::Ones(1, d)));
  const Matrix z = to_device("z", zero);
  covariance_product(Exec(), tables, z, to_device("denoised", at.denoised), u, out);
  const Real alone = 1e-3 / 1.001;
  return {at.score.cwiseAbs().maxCoeff(),  to_host_matrix(out)(0, 0) - alone,
          at.hessian[0](0, 0) + 1 / 1.001, at.denoised_covariance[0](0, 0) - alone,
          at.responsibilities.minCoeff(),  at.log_responsibilities.minCoeff()};
}

TEST(NegligibleComponents, AddNothingOnAnyPathInAnyOrder) {
  for (const CovarianceKind kind : kinds)
    for (const int d : {1, 2, 5})
      for (const bool near_first : {true, false}) {
        SCOPED_TRACE(testing::Message() << "d " << d << " near first " << near_first);
        // weights e^−680 and e^−715: above the bound, and a denormal number's
        const Left heard = left_of_the_other(kind, d, std::sqrt(2 * 680 * 1.001), near_first);
        const Left silent = left_of_the_other(kind, d, std::sqrt(2 * 715 * 1.001), near_first);
        EXPECT_GT(heard.score, 0);
        EXPECT_EQ(silent.score, 0);
        EXPECT_GT(heard.r, 0);
        EXPECT_EQ(silent.r, 0);
        EXPECT_NEAR(silent.log_r, -715, 1e-10);
        for (const Left& left : {heard, silent}) {
          EXPECT_LE(std::abs(left.product), 1e-17);
          EXPECT_LE(std::abs(left.covariance), 1e-17);
          EXPECT_LE(std::abs(left.hessian), 1e-15);
        }
      }
}

TEST(NegligibleComponents, AddNothingToSumsOfOnePointNorOfABlock) {
  for (const Real below : {-693.2, -710.0, -744.0}) {
    OnlineLogSum rising, falling;
    for (const Real l : {below, 0.0}) rising.add(l);
    for (const Real l : {0.0, below}) falling.add(l);
    EXPECT_EQ(rising.sum, 1);
    EXPECT_EQ(falling.sum, 1);
    detail::LogSumBlock<4> block;
    block.add(0, {0, 0, 0, 0});
    block.add(below, {0, 0, 2 * below, 0});  // as much below, but level with the largest in lane 2
    for (int w = 0; w < 4; ++w) EXPECT_EQ(block.weight[w], w == 2 ? 1 : 0);
    block.add(-below, {0, 0, 0, 0});
    for (int w = 0; w < 4; ++w) EXPECT_EQ(block.keep[w], 0);
  }
}

}  // namespace
}  // namespace plumbline::negligible_test
