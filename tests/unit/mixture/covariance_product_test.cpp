// Cov[X | z] u and A Cov[X | z] Aᵀ against the whole matrix in 50-digit arithmetic, and against
// direct sums in long double where that would take too long.
#include "mixture/covariance_product.hpp"

#include <gtest/gtest.h>

#include "reference/mixture.hpp"
#include "unit/mixture/support.hpp"

namespace plumbline::covariance_product_test {
namespace {

using namespace testing_mixture;

constexpr CovarianceKind kinds[] = {CovarianceKind::isotropic, CovarianceKind::diagonal,
                                    CovarianceKind::full};

struct Products {
  HostMatrix product;                // Cov u  [n, D]
  std::vector<HostMatrix> observed;  // A Cov Aᵀ  [n, m, m]
};

Products evaluate(const MixtureTables& tables, const HostMatrix& z, const HostMatrix& u,
                  const HostMatrix& a) {
  const Exec exec;
  const Index n = z.rows();
  const Matrix points = to_device("z", z), m = make_matrix("denoised", n, z.cols());
  const Matrix out = make_matrix("product", n, z.cols());
  const Cube observed = make_cube("observed", n, a.rows(), a.rows());
  denoised(exec, tables, points, m);
  covariance_product(exec, tables, points, m, to_device("u", u), out);
  const ObservedDirections directions =
      observed_directions(exec, tables.mixture, to_device("A", a));
  look_at(exec, tables, directions);
  observed_covariance(exec, tables, directions, points, m, observed);
  exec.fence();
  return {to_host_matrix(out), matrices(observed)};
}

/// Relative to the largest entry of the covariance times that of u, or of A on both sides: a
/// product may be 0 where the matrix is not.
void expect_products(const Products& got, int n, const HostMatrix& covariance, const HostVector& u,
                     const HostMatrix& a, Real limit) {
  const Real scale = covariance.cwiseAbs().maxCoeff();
  const HostMatrix product = covariance * u, observed = a * covariance * a.transpose();
  const Real row = a.cwiseAbs().rowwise().sum().maxCoeff();
  EXPECT_LE((got.product.row(n).transpose() - product).cwiseAbs().maxCoeff(),
            limit * scale * u.cwiseAbs().sum());
  EXPECT_LE((got.observed[n] - observed).cwiseAbs().maxCoeff(), limit * scale * row * row);
  EXPECT_EQ(got.observed[n], HostMatrix(got.observed[n].transpose()));
}

/// 1e-12, or 100 ε cond(S) for full covariances (tests/README §3).
Real limit_of(const GaussianMixture& mixture, Real condition) {
  return mixture.kind() == CovarianceKind::full ? std::max(1e-12, 2.2e-14 * condition) : 1e-12;
}

void expect_fifty_digits(const GaussianMixture& mixture, const NoiseLevel& level,
                         const HostMatrix& z, int m) {
  Numbers numbers(99);
  const int d = mixture.dimension();
  const HostMatrix u = numbers.normals(static_cast<int>(z.rows()), d), a = numbers.normals(m, d);
  const Products got = evaluate(tables_of(mixture, level), z, u, a);
  for (int n = 0; n < z.rows(); ++n) {
    SCOPED_TRACE(testing::Message() << "K " << mixture.components() << " d " << d << " m " << m
                                    << " row " << n << " variance " << level.variance);
    const reference::PointValues want = reference::evaluate(mixture, level, z.row(n));
    expect_products(got, n, want.denoised_covariance, u.row(n), a,
                    limit_of(mixture, want.worst_condition));
  }
}

TEST(CovarianceProduct, IsTheMatrixTimesTheVectorInEveryKindAndDimension) {
  for (const CovarianceKind kind : kinds)
    for (const int d : {1, 2, 3, 4, 5, 8, 10})
      for (const int components : {1, 7}) {
        const GaussianMixture mixture =
            random_mixture({.kind = kind, .components = components, .dimension = d}, 20 + d);
        for (const Real t : {1e-8, 0.3, 1.5})
          expect_fifty_digits(mixture, ou_level(t), points_near(mixture, ou_level(t), 2, 3, d),
                              d < 3 ? 1 : 3);
      }
}

TEST(CovarianceProduct, HoldsFarOutAndWhereNothingIsLeftOfTheSignal) {
  const NoiseLevel pure{0, -1, 1}, almost{1e-9, -1 + 1e-9, 1};
  for (const CovarianceKind kind : kinds) {
    const GaussianMixture mixture =
        random_mixture({.kind = kind, .components = 25, .dimension = 2}, 31);
    for (const Real t : {1e-8, 0.5})
      expect_fifty_digits(mixture, ou_level(t), points_near(mixture, ou_level(t), 40, 4, 5), 2);
    for (const NoiseLevel& level : {pure, almost})
      expect_fifty_digits(mixture, level, points_near(mixture, level, 1, 3, 2), 2);
  }
}

/// Points 1000 away from 0 and 0.01 from each other: what is squared are differences of them.
TEST(CovarianceProduct, HoldsForDataSetsFarFromTheOrigin) {
  Numbers numbers(3);
  const HostMatrix cloud = numbers.normals(50, 4);
  for (const auto& [size, offset] : {std::pair{10.0, 0.0}, {0.01, 1000.0}}) {
    const GaussianMixture data =
        GaussianMixture::points(HostMatrix(size * cloud + HostMatrix::Constant(50, 4, offset)));
    for (const Real s : {0.1, 1.0, 10.0}) {
      const NoiseLevel level{1, 0, s * s * size * size};
      expect_fifty_digits(data, level, points_near(data, level, 1, 4, 8), 3);
    }
  }
}

using Long = long double;
using LongMatrix = Eigen::Matrix<Long, Eigen::Dynamic, Eigen::Dynamic>;
using LongVector = Eigen::Matrix<Long, Eigen::Dynamic, 1>;

/// Cov[X | z] by the sums of mixture/README §3.
HostMatrix direct_covariance(const GaussianMixture& mixture, const NoiseLevel& level,
                             const HostVector& z) {
  const int d = mixture.dimension(), components = mixture.components();
  const Long a = level.alpha > 0.5 ? 1 + Long(level.alpha_minus_one) : Long(level.alpha);
  const LongMatrix noise = Long(level.variance) * LongMatrix::Identity(d, d);
  std::vector<LongVector> means;
  std::vector<LongMatrix> within;
  LongVector logits(components);
  for (int k = 0; k < components; ++k) {
    const LongVector mu = mixture.means().row(k).transpose().cast<Long>();
    const LongMatrix c = mixture.covariance(k).cast<Long>();
    const Eigen::LDLT<LongMatrix> s(LongMatrix(a * a * c + noise));
    const LongVector y = z.cast<Long>() - a * mu;
    means.push_back(mu + a * (c * s.solve(y)));
    within.push_back(Long(level.variance) * s.solve(c));
    logits(k) =
        Long(mixture.log_weights()(k)) - (y.dot(s.solve(y)) + s.vectorD().array().log().sum()) / 2;
  }
  LongVector r = (logits.array() - logits.maxCoeff()).exp();
  r /= r.sum();
  LongVector center = LongVector::Zero(d);
  for (int k = 0; k < components; ++k) center += r(k) * means[k];
  LongMatrix sum = LongMatrix::Zero(d, d);
  for (int k = 0; k < components; ++k) {
    const LongVector delta = means[k] - center;
    sum += r(k) * (within[k] + delta * delta.transpose());
  }
  return sum.cast<Real>();
}

TEST(CovarianceProduct, HoldsForManyComponentsAndDimensions) {
  for (const CovarianceKind kind : kinds)
    for (const auto& [components, d] : {std::pair{100, 3}, {1000, 2}, {25, 64}, {100, 20}}) {
      const GaussianMixture mixture =
          random_mixture({.kind = kind, .components = components, .dimension = d}, 5);
      Numbers numbers(7);
      const HostMatrix u = numbers.normals(3, d), a = numbers.normals(5, d);
      for (const Real t : {0.2, 3.0}) {  // far components; overlapping ones
        const HostMatrix z = points_near(mixture, ou_level(t), 1, 3, 3);
        const Products got = evaluate(tables_of(mixture, ou_level(t)), z, u, a);
        for (int n = 0; n < 3; ++n)
          expect_products(got, n, direct_covariance(mixture, ou_level(t), z.row(n)), u.row(n), a,
                          limit_of(mixture, 10));
      }
    }
}

/// C_k = s² Σ_k S_k⁻¹ vanishes with s, and all m_k are z/a.
TEST(CovarianceProduct, VanishesWithoutNoise) {
  for (const CovarianceKind kind : kinds)
    for (const int d : {2, 5}) {
      const GaussianMixture mixture =
          random_mixture({.kind = kind, .components = 4, .dimension = d}, 6);
      const HostMatrix z = points_near(mixture, {}, 1, 5, 1);
      const Products got =
          evaluate(tables_of(mixture, {}), z, HostMatrix::Ones(5, d), HostMatrix::Identity(d, d));
      EXPECT_LE(got.product.cwiseAbs().maxCoeff(), 1e-28);
      for (const HostMatrix& observed : got.observed)
        EXPECT_LE(observed.cwiseAbs().maxCoeff(), 1e-28);
    }
}

/// Where one component has all the weight, Cov = C_k to the bit, however far out.
TEST(CovarianceProduct, OfAPointThatOneComponentOwnsIsItsOwn) {
  for (const CovarianceKind kind : kinds)
    for (const int d : {2, 5}) {
      const GaussianMixture mixture =
          random_mixture({.kind = kind, .components = 4, .dimension = d}, 6);
      const NoiseLevel level = ou_level(0.1);
      HostMatrix z(4, d);
      z.row(0).setConstant(1e8);
      z.row(1).setConstant(-1e100);
      z.row(2).setConstant(1e200);
      z.row(3).setConstant(1e290);
      const HostMatrix a = HostMatrix::Identity(d, d), u = HostMatrix::Ones(4, d);
      const Evaluated at = evaluate_all(tables_of(mixture, level), z);
      const Products got = evaluate(tables_of(mixture, level), z, u, a);
      for (int n = 0; n < 4; ++n) {
        int k = 0;
        const Real most = at.responsibilities.row(n).maxCoeff(&k);
        EXPECT_TRUE(got.product.row(n).allFinite() && got.observed[n].allFinite()) << n;
        if (n == 1 && most < 1) continue;  // |z − a μ_k|² of equal covariances are one number
        ASSERT_EQ(most, 1) << n;
        const Products alone =
            evaluate(tables_of(mixture.components_of({k}), level), HostMatrix::Zero(4, d), u, a);
        EXPECT_LE(relative_error(got.product.row(n), alone.product.row(0)), 1e-14) << n;
        EXPECT_LE(relative_error(got.observed[n], alone.observed[0]), 1e-14) << n;
      }
    }
}

TEST(CovarianceProduct, IsNaNForARowThatIsNotFiniteAndOnlyThere) {
  for (const CovarianceKind kind : kinds)
    for (const int d : {2, 5}) {
      const auto tables = tables_of(
          random_mixture({.kind = kind, .components = 4, .dimension = d}, 6), ou_level(0.1));
      Numbers numbers(3);
      HostMatrix z = 4 * numbers.normals(20, d);
      const HostMatrix u = numbers.normals(20, d), a = numbers.normals(2, d);
      const Products clean = evaluate(tables, z, u, a);
      z(3, 0) = nan;
      z(17, 1) = infinity;
      const Products at = evaluate(tables, z, u, a);
      for (int n = 0; n < 20; ++n) {
        const bool broken = n == 3 || n == 17;
        EXPECT_EQ(at.product.row(n).array().isNaN().any(), broken) << n;
        EXPECT_EQ(at.observed[n].array().isNaN().any(), broken) << n;
        EXPECT_TRUE(broken || at.product.row(n) == clean.product.row(n)) << n;
        EXPECT_TRUE(broken || at.observed[n] == clean.observed[n]) << n;
      }
    }
}

/// Every position in a block, and every number of blocks.
TEST(CovarianceProduct, GivesARowTheSameBitsInAnyBatch) {
  for (const CovarianceKind kind : kinds)
    for (const int d : {2, 5, 10, 20}) {
      const auto tables = tables_of(
          random_mixture({.kind = kind, .components = 11, .dimension = d}, 2), ou_level(0.7));
      Numbers numbers(12);
      const HostMatrix z = 4 * numbers.normals(597, d), u = numbers.normals(597, d);
      const HostMatrix a = numbers.normals(3, d);
      const Products all = evaluate(tables, z, u, a);
      for (int count = 1; count <= 40; ++count) {
        const Products part = evaluate(tables, z.bottomRows(count), u.bottomRows(count), a);
        EXPECT_EQ(part.product, all.product.bottomRows(count));
        EXPECT_EQ(part.observed.front(), all.observed[597 - count]);
      }
    }
}

TEST(CovarianceProduct, MayWriteOverItsInput) {
  for (const CovarianceKind kind : kinds)
    for (const int d : {2, 6}) {
      const auto tables = tables_of(
          random_mixture({.kind = kind, .components = 3, .dimension = d}, 2), ou_level(0.5));
      Numbers numbers(1);
      const HostMatrix z = 4 * numbers.normals(50, d), u = numbers.normals(50, d);
      const Products apart = evaluate(tables, z, u, HostMatrix::Identity(1, d));
      for (const int over : {0, 1, 2}) {
        const Matrix at[] = {to_device("z", z), make_matrix("denoised", 50, d), to_device("u", u)};
        denoised(Exec(), tables, at[0], at[1]);
        covariance_product(Exec(), tables, at[0], at[1], at[2], at[over]);
        EXPECT_EQ(to_host_matrix(at[over]), apart.product);
      }
    }
}

/// An error e of the denoised state adds e (e·u): 1e-8 is as good as none.
TEST(CovarianceProduct, SeesTheSquareOfAnErrorOfTheDenoisedState) {
  for (const CovarianceKind kind : kinds) {
    const auto tables = tables_of(
        random_mixture({.kind = kind, .components = 6, .dimension = 3}, 2), ou_level(0.7));
    Numbers numbers(12);
    const HostMatrix z = 4 * numbers.normals(30, 3), u = numbers.normals(30, 3);
    const HostMatrix e = numbers.normals(30, 3);
    const Matrix points = to_device("z", z), m = make_matrix("denoised", 30, 3);
    denoised(Exec(), tables, points, m);
    const HostMatrix right = to_host_matrix(m);
    const auto product = [&](Real size) {
      const Matrix out = make_matrix("product", 30, 3);
      covariance_product(Exec(), tables, points, to_device("off", HostMatrix(right + size * e)),
                         to_device("u", u), out);
      return to_host_matrix(out);
    };
    const HostMatrix added = e.array().colwise() * (e.array() * u.array()).rowwise().sum();
    EXPECT_LE((product(1e-8) - product(0)).cwiseAbs().maxCoeff(), 1e-14);
    EXPECT_LE((product(0.5) - product(0) - 0.25 * added).cwiseAbs().maxCoeff(), 1e-13);
  }
}

}  // namespace
}  // namespace plumbline::covariance_product_test
