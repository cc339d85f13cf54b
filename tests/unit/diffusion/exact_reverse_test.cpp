// The exact reverse kernel: closed form for one component, moments, composition over a whole run,
// invariances. diffusion/README §2.
//
// Monte-Carlo tests compare n draws with exact moments in units of the standard error; a test of q
// numbers fails falsely with probability below q · 6e-7 at |z| < 5, with one fixed seed each.
#include <gtest/gtest.h>

#include <cmath>

#include "diffusion/processes/time_grid.hpp"
#include "diffusion/reverse_kernel.hpp"
#include "mixture/draw.hpp"
#include "unit/diffusion/reverse_reference.hpp"
#include "unit/diffusion/support.hpp"
#include "unit/mixture/support.hpp"

namespace plumbline::exact_reverse_test {
namespace {

using namespace testing_diffusion;
using testing_mixture::matrices;
using testing_mixture::Numbers;
using testing_mixture::random_mixture;
using testing_mixture::relative_error;

const std::vector<CovarianceKind> every_kind = {CovarianceKind::isotropic, CovarianceKind::diagonal,
                                                CovarianceKind::full};

HostMatrix exact_draws(const GaussianMixture& mixture, const NoiseProcess& process, Real t, Real s,
                       const HostMatrix& z_t, const Rng& rng, std::uint64_t first_chain = 0) {
  const Exec exec;
  const DiffusedMixture diffused(exec, factored(exec, mixture), process, t);
  const Matrix z = to_device("z", z_t);
  exact_reverse_draw(exec, diffused, s, rng, 3, z, z, first_chain);
  return to_host_matrix(z);
}

struct Moments {
  HostMatrix mean;
  std::vector<HostMatrix> covariance;
};
Moments exact_moments(const GaussianMixture& mixture, const NoiseProcess& process, Real t, Real s,
                      const HostMatrix& z_t) {
  const Exec exec;
  const DiffusedMixture diffused(exec, factored(exec, mixture), process, t);
  const Index n = z_t.rows(), d = z_t.cols();
  const Matrix mean = make_matrix("mean", n, d);
  const Cube covariance = make_cube("covariance", n, d, d);
  exact_reverse_moments(exec, diffused, s, to_device("z", z_t), mean, covariance);
  exec.fence();
  return {to_host_matrix(mean), matrices(covariance)};
}

TEST(ExactReverse, HasTheMomentsOfTheMixtureAsPrinted) {
  for (const NoiseProcess& process : every_process())
    for (const CovarianceKind kind : every_kind) {
      const auto mixture = random_mixture({kind, 4, 3}, 11);
      const Real t = 0.9 * process.horizon(), s = 0.35 * t;
      Numbers numbers(2);
      const HostMatrix z = process.at(t).alpha * mixture.means().topRows(3) +
                           std::sqrt(process.at(t).variance) * numbers.normals(3, 3);
      const Moments got = exact_moments(mixture, process, t, s, z);
      for (int n = 0; n < 3; ++n) {
        HostVector mean = HostVector::Zero(3);
        HostMatrix second = HostMatrix::Zero(3, 3);
        const auto list = branches(mixture, process, t, s, z.row(n).transpose());
        for (const auto& b : list) mean += std::exp(b.log_weight) * b.mean;
        for (const auto& b : list)
          second += std::exp(b.log_weight) *
                    (b.covariance + (b.mean - mean) * (b.mean - mean).transpose());
        EXPECT_LE(relative_error(got.mean.row(n).transpose(), mean), 1e-11) << label_of(process);
        EXPECT_LE(relative_error(got.covariance[n], second), 1e-10) << label_of(process);
      }
    }
}

/// With one component every normal is known, so the draw itself is: m + U √C ξ.
TEST(ExactReverse, OfOneComponentIsTheAffineMapOfItsNormals) {
  const Rng rng = Rng::from_seed(8);
  for (const CovarianceKind kind : every_kind)
    for (const int d : {1, 2, 4, 7}) {
      const auto mixture = random_mixture({kind, 1, d}, 4);
      const NoiseProcess process = make_process("ou");
      const HostMatrix z = Numbers(5).normals(37, d);
      const HostMatrix got = exact_draws(mixture, process, 1.3, 0.4, z, rng, 100);
      for (int n = 0; n < z.rows(); ++n) {
        const auto branch = branches(mixture, process, 1.3, 0.4, z.row(n).transpose())[0];
        HostVector xi(d);
        for (int i = 0; i < d; ++i) xi[i] = rng.normal(100 + n, 3, i);
        if (kind == CovarianceKind::full) {
          const HostMatrix& u = mixture.eigenvectors(0);
          const HostVector variances = (u.transpose() * branch.covariance * u).eval().diagonal();
          xi = u * variances.cwiseSqrt().cwiseProduct(xi);
        } else {
          xi = branch.covariance.diagonal().cwiseSqrt().cwiseProduct(xi);
        }
        EXPECT_LE(relative_error(got.row(n).transpose(), HostVector(branch.mean + xi)), 1e-12);
      }
    }
}

// 2^15 draws from one point: sees a shift of 0.03 standard deviations with power above 0.6 at z
// = 5.
TEST(ExactReverse, DrawsHaveTheExactMomentsFromAPointBetweenComponents) {
  for (const CovarianceKind kind : every_kind)
    for (const int d : {2, 6}) {
      const auto mixture = random_mixture({kind, 5, d}, 21);
      const NoiseProcess process = make_process("ou");
      const Real t = 1.5, s = 0.2;
      const HostVector start =
          process.at(t).alpha * (mixture.means().row(0) + mixture.means().row(1)).transpose() / 2;
      const HostMatrix z = start.transpose().replicate(1 << 15, 1);
      const Moments want = exact_moments(mixture, process, t, s, start.transpose());
      const HostMatrix got = exact_draws(mixture, process, t, s, z, Rng::from_seed(77));

      EXPECT_LT(worst_z(got, want.mean.row(0).transpose(), want.covariance[0]), 5)
          << name_of(kind) << " d " << d;
    }
}

// p_T → s → 0 by exact kernels is the prior, whatever the steps: 2^16 chains, two steps.
TEST(ExactReverse, CarriesTheDiffusedLawBackToThePriorInTwoSteps) {
  for (const NoiseProcess& process : every_process()) {
    const Exec exec;
    const auto mixture = random_mixture({CovarianceKind::full, 3, 2}, 31);
    const Real horizon = process.horizon(), middle = 0.3 * horizon;
    const FactoredMixture prior = factored(exec, mixture);
    DiffusedMixture diffused(exec, prior, process, horizon);
    const Matrix z = make_matrix("z", 1 << 16, 2);
    const Rng rng = Rng::from_seed(5);
    draw(exec, diffused.tables(), rng.stream("start"), 0, z);
    exact_reverse_draw(exec, diffused, middle, rng, 1, z, z);
    diffused.move_to(exec, middle);
    exact_reverse_draw(exec, diffused, 0, rng, 2, z, z);

    EXPECT_LT(worst_z(to_host_matrix(z), mixture.mean(), mixture.total_covariance()), 5)
        << label_of(process);
  }
}

TEST(ExactReverse, LandsOnTheDataOfAPointMixture) {
  const auto data = GaussianMixture::points(Numbers(3).normals(50, 3));
  for (const NoiseProcess& process : every_process()) {
    const HostMatrix z = Numbers(4).normals(100, 3);
    const HostMatrix got = exact_draws(data, process, process.horizon(), 0, z, Rng::from_seed(1));
    for (int n = 0; n < 100; ++n) {
      const HostMatrix distance = data.means().rowwise() - got.row(n);
      EXPECT_EQ(distance.rowwise().norm().minCoeff(), 0) << label_of(process);
    }
  }
}

TEST(ExactReverse, StaysFiniteFarOutAndPassesNanOn) {
  const auto mixture = random_mixture({CovarianceKind::diagonal, 3, 2}, 9);
  HostMatrix z(4, 2);
  z << 40, -40, 1e200, 1e200, std::nan(""), 0, 1, 2;
  const HostMatrix got = exact_draws(mixture, make_process("ou"), 1, 0.5, z, Rng::from_seed(1));

  EXPECT_TRUE(got.row(0).allFinite());
  EXPECT_TRUE(got.row(1).allFinite());
  EXPECT_TRUE(std::isnan(got(2, 0)) && std::isnan(got(2, 1)));
  EXPECT_TRUE(got.row(3).allFinite());
}

TEST(ExactReverse, GivesTheSameBitsForAnySplitOfTheRows) {
  for (const CovarianceKind kind : every_kind)
    for (const int d : {2, 7}) {
      const auto mixture = random_mixture({kind, 6, d}, 13);
      const NoiseProcess process = make_process("ve");
      const HostMatrix z = 5 * Numbers(6).normals(597, d);
      const Rng rng = Rng::from_seed(2);
      const HostMatrix whole = exact_draws(mixture, process, 0.9, 0.3, z, rng);
      const HostMatrix head = exact_draws(mixture, process, 0.9, 0.3, z.topRows(101), rng);
      const HostMatrix tail = exact_draws(mixture, process, 0.9, 0.3, z.bottomRows(496), rng, 101);

      EXPECT_TRUE(whole.topRows(101) == head);
      EXPECT_TRUE(whole.bottomRows(496) == tail);
    }
}

/// Any process is a VE process of z/a (diffusion/processes/README §1): a run in either gives the
/// same numbers.
TEST(ExactReverse, AgreesWithTheVarianceExplodingRunAfterRescaling) {
  const NoiseProcess vp = make_process("vp", {text("schedule", "continuous")});
  const NoiseProcess ve = NoiseProcess::general(
      [](Real) { return 1.0; },
      [vp](Real t) { return t == 0 ? 0 : vp.at(t).variance / std::pow(vp.at(t).alpha, 2); }, 1);
  const auto mixture = random_mixture({CovarianceKind::full, 4, 3}, 17);
  HostMatrix z_vp = Numbers(8).normals(64, 3);
  HostMatrix z_ve = z_vp / vp.at(1).alpha;
  const TimeGrid grid = make_time_grid(GridKind::log_snr, vp, 12);
  for (int i = 0; i < grid.steps(); ++i) {
    const Rng rng = Rng::from_seed(100 + i);
    z_vp = exact_draws(mixture, vp, grid.times[i], grid.times[i + 1], z_vp, rng);
    z_ve = exact_draws(mixture, ve, grid.times[i], grid.times[i + 1], z_ve, rng);
  }

  // 12 steps; the general process subtracts variances, which costs it about 3 digits
  EXPECT_LE(relative_error(z_vp, z_ve), 1e-9);
}

TEST(ExactReverse, HasTheMomentsOfAnyCleanPosteriorAtTimeZero) {
  const auto mixture = random_mixture({CovarianceKind::full, 3, 3}, 23);
  const NoiseProcess process = make_process("ou");
  const HostVector z = Numbers(1).normals(3, 1);
  const GaussianMixture posterior = clean_posterior(mixture, process.at(0.8), z);
  const Moments moments = exact_moments(mixture, process, 0.8, 0, z.transpose());

  EXPECT_LE(relative_error(moments.mean.row(0).transpose(), posterior.mean()), 1e-12);
  EXPECT_LE(relative_error(moments.covariance[0], posterior.total_covariance()), 1e-12);
}

}  // namespace
}  // namespace plumbline::exact_reverse_test
