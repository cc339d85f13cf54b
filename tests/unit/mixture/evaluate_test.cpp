// What density, score, denoiser, Hessian and responsibilities must satisfy whatever the numbers
// are: derivatives, integrals, symmetries, limits.
#include "mixture/evaluate.hpp"

#include <gtest/gtest.h>

#include "mixture/pair.hpp"
#include "unit/mixture/support.hpp"

namespace plumbline::evaluate_test {
namespace {

using namespace testing_mixture;

constexpr CovarianceKind kinds[] = {CovarianceKind::isotropic, CovarianceKind::diagonal,
                                    CovarianceKind::full};

HostMatrix random_points(int rows, int d, std::uint64_t seed) {
  Numbers numbers(seed);
  return 3 * numbers.normals(rows, d);
}

/// Central differences in coordinate i: row 2i is z + h e_i, row 2i + 1 is z − h e_i.
HostMatrix stencil(const HostVector& z, Real h) {
  HostMatrix rows = z.transpose().replicate(2 * z.size(), 1);
  for (Eigen::Index i = 0; i < z.size(); ++i) {
    rows(2 * i, i) += h;
    rows(2 * i + 1, i) -= h;
  }
  return rows;
}

// Truncation h² f‴/6 and rounding ε f/h are both below 1e-7 for |f| of order 100, f‴ of order 10.
TEST(MixtureScore, MatchesCentralDifferencesOfLogDensity) {
  for (const CovarianceKind kind : kinds)
    for (const int d : {1, 2, 3, 7, 11}) {
      const auto tables = tables_of(
          random_mixture({.kind = kind, .components = 6, .dimension = d}, d), ou_level(0.4));
      const HostMatrix z = random_points(3, d, 5);
      const Evaluated at = evaluate_all(tables, z);
      for (int n = 0; n < z.rows(); ++n) {
        const Evaluated around = evaluate_all(tables, stencil(z.row(n), 1e-5));
        for (int i = 0; i < d; ++i) {
          const Real slope = (around.log_density(2 * i) - around.log_density(2 * i + 1)) / 2e-5;
          EXPECT_NEAR(at.score(n, i), slope, 1e-6 * (1 + at.score.row(n).cwiseAbs().maxCoeff()));
          const HostVector curve =
              (around.score.row(2 * i) - around.score.row(2 * i + 1)).transpose() / 2e-5;
          EXPECT_LE((at.hessian[n].col(i) - curve).cwiseAbs().maxCoeff(),
                    1e-6 * (1 + at.hessian[n].cwiseAbs().maxCoeff()));
        }
      }
    }
}

TEST(MixtureDenoiser, IsTweediesFormulaAndItsCovarianceTheHessiansWhereNothingCancels) {
  for (const CovarianceKind kind : kinds) {
    const NoiseLevel level = ou_level(0.7);
    const auto tables =
        tables_of(random_mixture({.kind = kind, .components = 9, .dimension = 3}, 21), level);
    const HostMatrix z = random_points(17, 3, 2);
    const Evaluated at = evaluate_all(tables, z);
    const HostMatrix tweedie = (z + level.variance * at.score) / level.alpha;
    EXPECT_LE(relative_error(at.denoised, tweedie), 1e-13);
    for (int n = 0; n < z.rows(); ++n) {
      const HostMatrix from_hessian = level.variance / (level.alpha * level.alpha) *
                                      (HostMatrix::Identity(3, 3) + level.variance * at.hessian[n]);
      EXPECT_LE((at.denoised_covariance[n] - from_hessian).cwiseAbs().maxCoeff(), 1e-12);
      EXPECT_EQ(at.denoised_covariance[n], at.denoised_covariance[n].transpose());
    }
  }
}

TEST(MixtureScore, OfOneGaussianIsLinear) {
  const HostVector mu = HostVector::LinSpaced(3, -1, 2);
  const GaussianMixture one =
      GaussianMixture::isotropic(HostVector::Ones(1), mu.transpose(), HostVector::Constant(1, 4));
  const HostMatrix z = random_points(33, 3, 1);
  const Evaluated at = evaluate_all(tables_of(one, {0.5, -0.5, 3}), z);
  for (int n = 0; n < 33; ++n) {
    const HostVector y = 0.5 * mu - z.row(n).transpose();  // S = ¼ 4 + 3 = 4
    EXPECT_LE((at.score.row(n).transpose() - y / 4).cwiseAbs().maxCoeff(), 1e-15);
    EXPECT_NEAR(at.log_density(n), -y.squaredNorm() / 8 - 1.5 * std::log(8 * M_PI), 1e-13);
    EXPECT_EQ(at.responsibilities(n, 0), 1);
    EXPECT_EQ(at.hessian[n], HostMatrix(-0.25 * HostMatrix::Identity(3, 3)));
  }
}

/// Trapezoid rule on a square grid far into the tails: spectrally accurate for smooth densities.
TEST(MixtureDensity, IntegratesToOne) {
  for (const CovarianceKind kind : kinds)
    for (const int d : {1, 2}) {
      const auto tables = tables_of(
          random_mixture({.kind = kind, .components = 4, .dimension = d}, 8), ou_level(0.5));
      const Real h = 0.1, reach = 18;
      const int side = static_cast<int>(2 * reach / h) + 1;
      const int count = d == 1 ? side : side * side;
      HostMatrix z(count, d);
      for (int n = 0; n < count; ++n)
        for (int i = 0; i < d; ++i) z(n, i) = -reach + h * ((i == 0 ? n : n / side) % side);
      const Vector log_p = make_vector("log_p", count);
      log_density(Exec(), tables, to_device("z", z), log_p);
      const HostVector values = to_host_vector(log_p);
      EXPECT_NEAR(values.array().exp().sum() * std::pow(h, d), 1, 1e-12);
    }
}

TEST(MixtureDensity, DoesNotSeeHowComponentsAreListed) {
  const GaussianMixture mixture =
      random_mixture({.kind = CovarianceKind::full, .components = 5, .dimension = 3}, 3);
  const HostMatrix z = random_points(15, 3, 4);
  const Evaluated at = evaluate_all(tables_of(mixture, ou_level(0.2)), z);
  const Evaluated permuted =
      evaluate_all(tables_of(mixture.components_of({4, 2, 0, 1, 3}), ou_level(0.2)), z);
  EXPECT_LE(relative_error(permuted.score, at.score), 1e-14);
  EXPECT_LE((permuted.log_density - at.log_density).cwiseAbs().maxCoeff(), 1e-13);

  // Component 0 split in two halves.
  HostVector log_weights = mixture.log_weights()({0, 0, 1, 2, 3, 4});
  log_weights(0) -= std::log(2);
  log_weights(1) -= std::log(2);
  const Evaluated split = evaluate_all(
      tables_of(mixture.components_of({0, 0, 1, 2, 3, 4}).with_log_weights(log_weights),
                ou_level(0.2)),
      z);
  EXPECT_LE(relative_error(split.score, at.score), 1e-14);
  EXPECT_LE((split.log_density - at.log_density).cwiseAbs().maxCoeff(), 1e-13);
  EXPECT_LE(
      (split.responsibilities.col(0) + split.responsibilities.col(1) - at.responsibilities.col(0))
          .cwiseAbs()
          .maxCoeff(),
      1e-14);
}

TEST(MixtureScore, TurnsWithTheMixture) {
  Numbers numbers(6);
  const HostMatrix u = rotation(4, numbers);
  const GaussianMixture mixture =
      random_mixture({.kind = CovarianceKind::diagonal, .components = 6, .dimension = 4}, 9);
  std::vector<HostMatrix> covariances;
  for (int k = 0; k < 6; ++k) {
    const HostMatrix c = u * mixture.covariance(k) * u.transpose();
    covariances.push_back((c + c.transpose()) / 2);
  }
  const GaussianMixture turned =
      GaussianMixture::full(mixture.weights(), mixture.means() * u.transpose(), covariances);
  const HostMatrix z = random_points(19, 4, 7);
  const Evaluated at = evaluate_all(tables_of(mixture, ou_level(0.3)), z);
  const Evaluated there = evaluate_all(tables_of(turned, ou_level(0.3)), z * u.transpose());
  EXPECT_LE(relative_error(there.score, HostMatrix(at.score * u.transpose())), 1e-12);
  EXPECT_LE(relative_error(there.denoised, HostMatrix(at.denoised * u.transpose())), 1e-12);
  EXPECT_LE((there.log_density - at.log_density).cwiseAbs().maxCoeff(), 1e-11);
}

/// z/a under (a, s²) is z under (1, s²/a²): any process is VE in disguise
/// (diffusion/processes/README §1).
TEST(MixtureScore, IsTheRescaledScoreOfTheVarianceExplodingProcess) {
  for (const CovarianceKind kind : kinds) {
    const GaussianMixture mixture =
        random_mixture({.kind = kind, .components = 5, .dimension = 3}, 14);
    const NoiseLevel vp = {0.25, -0.75, 0.9375}, ve = {1, 0, 15};
    const HostMatrix z = random_points(16, 3, 3);
    const Evaluated a = evaluate_all(tables_of(mixture, vp), z);
    const Evaluated b = evaluate_all(tables_of(mixture, ve), 4 * z);
    EXPECT_LE(relative_error(a.score, HostMatrix(4 * b.score)), 1e-13);
    EXPECT_LE(relative_error(a.denoised, b.denoised), 1e-13);
  }
}

TEST(MixtureKernels, GiveARowTheSameBitsInAnyBatch) {
  for (const CovarianceKind kind : kinds)
    for (const int d : {2, 5, 20}) {
      const auto tables = tables_of(
          random_mixture({.kind = kind, .components = 11, .dimension = d}, 2), ou_level(0.1));
      const HostMatrix z = random_points(597, d, 12);
      const Evaluated all = evaluate_all(tables, z);
      for (const int count : {1, 15, 17}) {
        const Evaluated part = evaluate_all(tables, z.bottomRows(count));
        EXPECT_EQ(part.log_density, all.log_density.tail(count));
        EXPECT_EQ(part.score, all.score.bottomRows(count));
        EXPECT_EQ(part.denoised, all.denoised.bottomRows(count));
        EXPECT_EQ(part.responsibilities, all.responsibilities.bottomRows(count));
        EXPECT_EQ(part.hessian.back(), all.hessian.back());
      }
    }
}

/// out(n) = log p(z_n), one point at a time.
void log_density_by_points(const Exec& exec, const MixtureTables& tables, const Matrix& z,
                           const Vector& out) {
  parallel_over(
      exec, "log_density_by_points", z.extent(0), KOKKOS_LAMBDA(Index n) {
        OnlineLogSum sum;
        for (int k = 0; k < tables.mixture.components; ++k)
          sum.add(log_joint(tables, k, RowPoint{z, n}));
        out(n) = sum.value();
      });
}

TEST(MixtureKernels, AgreeBetweenFixedAndRunTimeDimensionsAndOnePointAtATime) {
  for (const CovarianceKind kind : kinds) {
    const auto tables = tables_of(
        random_mixture({.kind = kind, .components = 40, .dimension = 64}, 2), ou_level(0.6));
    const HostMatrix z = random_points(21, 64, 13);
    const Evaluated at = evaluate_all(tables, z);
    const Vector sums = make_vector("sums", 21);
    log_density_by_points(Exec(), tables, to_device("z", z), sums);
    const HostVector by_points = to_host_vector(sums);
    for (int n = 0; n < 21; ++n)
      EXPECT_NEAR(by_points[n], at.log_density(n), 1e-12 * std::abs(by_points[n]));
  }
}

TEST(MixtureKernels, MayWriteOverTheirInput) {
  for (const CovarianceKind kind : kinds)
    for (const int d : {2, 6}) {
      const auto tables = tables_of(
          random_mixture({.kind = kind, .components = 3, .dimension = d}, 2), ou_level(0.5));
      const HostMatrix z = random_points(50, d, 1);
      const Evaluated apart = evaluate_all(tables, z);
      const Matrix in_place = to_device("z", z), other = to_device("z", z);
      const Vector log_p = make_vector("log_p", 50);
      log_density_and_score(Exec(), tables, in_place, log_p, in_place);
      denoised(Exec(), tables, other, other);
      EXPECT_EQ(to_host_matrix(in_place), apart.score);
      EXPECT_EQ(to_host_vector(log_p), apart.log_density);
      EXPECT_EQ(to_host_matrix(other), apart.denoised);
    }
}

TEST(MixtureKernels, IgnoreComponentsOfWeightZeroWhereverTheyStand) {
  for (const CovarianceKind kind : kinds) {
    const GaussianMixture mixture =
        random_mixture({.kind = kind, .components = 3, .dimension = 2}, 5);
    const HostVector log_weights =
        HostVector::Map(std::vector<Real>{-infinity, 0, -infinity}.data(), 3);
    const HostMatrix z = random_points(20, 2, 3);
    const Evaluated with =
        evaluate_all(tables_of(mixture.with_log_weights(log_weights), ou_level(0.5)), z);
    const Evaluated without = evaluate_all(tables_of(mixture.components_of({1}), ou_level(0.5)), z);
    EXPECT_EQ(with.score, without.score);
    EXPECT_EQ(with.log_density, without.log_density);
    EXPECT_EQ(with.denoised, without.denoised);
    EXPECT_EQ(with.responsibilities.col(0).maxCoeff(), 0);
    EXPECT_EQ(with.log_responsibilities.col(2).maxCoeff(), -infinity);
    for (int n = 0; n < 20; ++n) EXPECT_EQ(with.hessian[n], without.hessian[n]);
  }
}

TEST(MixtureKernels, StayFiniteAtEveryFinitePoint) {
  for (const CovarianceKind kind : kinds)
    for (const int d : {2, 5}) {
      const GaussianMixture mixture =
          random_mixture({.kind = kind, .components = 4, .dimension = d}, 6);
      HostMatrix z = random_points(5, d, 3);
      z.row(1).setConstant(1e100);
      z.row(2).setConstant(-1e200);
      z.row(3).setConstant(1e290);
      const Evaluated at = evaluate_all(tables_of(mixture, ou_level(1e-3)), z);
      EXPECT_TRUE(at.log_density.allFinite());
      EXPECT_TRUE(at.score.allFinite());
      EXPECT_TRUE(at.denoised.allFinite());
      for (int n = 0; n < 5; ++n) {
        EXPECT_TRUE(at.hessian[n].allFinite()) << n;
        EXPECT_TRUE(at.denoised_covariance[n].allFinite()) << n;
        EXPECT_NEAR(at.responsibilities.row(n).sum(), 1, 1e-14) << n;
      }
      // Far out the widest direction of one component rules: the score points back.
      EXPECT_LT((at.score.row(3) / 1e290).sum(), 0);
    }
}

TEST(MixtureKernels, GiveNaNForARowThatIsNotFiniteAndOnlyThere) {
  for (const CovarianceKind kind : kinds)
    for (const int d : {2, 5}) {
      const auto tables = tables_of(
          random_mixture({.kind = kind, .components = 4, .dimension = d}, 6), ou_level(0.1));
      HostMatrix z = random_points(20, d, 3);
      const Evaluated clean = evaluate_all(tables, z);
      z(3, 0) = nan;
      z(17, 1) = infinity;
      const Evaluated at = evaluate_all(tables, z);
      for (int n = 0; n < 20; ++n) {
        const bool broken = n == 3 || n == 17;
        EXPECT_EQ(std::isnan(at.log_density(n)), broken) << n;
        EXPECT_EQ(at.score.row(n).array().isNaN().any(), broken) << n;
        EXPECT_EQ(at.denoised.row(n).array().isNaN().any(), broken) << n;
        EXPECT_EQ(at.responsibilities.row(n).array().isNaN().all(), broken) << n;
        EXPECT_EQ(at.hessian[n].array().isNaN().any(), broken) << n;
        EXPECT_TRUE(broken || at.score.row(n) == clean.score.row(n)) << n;
      }
    }
}

}  // namespace
}  // namespace plumbline::evaluate_test
