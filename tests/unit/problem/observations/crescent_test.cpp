// The crescent: its quadrature against an independent one, and its draws against both.
#include "problem/observations/crescent_likelihood.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <ctime>

#include "core/steps/stop.hpp"
#include "problem/point_likelihood.hpp"
#include "unit/diffusion/support.hpp"
#include "unit/mixture/support.hpp"
#include "unit/problem/observations.hpp"

namespace plumbline::crescent_test {
namespace {

NoiseProcess ou() {
  return testing_diffusion::make_process("ou");
}

/// The prior of the benchmark: ½N(0, [[1, .8], [.8, 1]]) + ½N(0, [[1, −.8], [−.8, 1]]).
GaussianMixture crossed() {
  HostMatrix up(2, 2), down(2, 2);
  up << 1, .8, .8, 1;
  down << 1, -.8, -.8, 1;
  return GaussianMixture::full(HostVector::Ones(2), HostMatrix::Zero(2, 2), {up, down});
}
/// Nothing symmetric.
GaussianMixture skewed() {
  HostVector weights(2);
  HostMatrix means(2, 2), up(2, 2), down(2, 2);
  weights << 0.7, 0.3;
  means << 0.5, -0.4, -1, 0.6;
  up << 0.8, .5, .5, 1.1;
  down << 0.5, -.2, -.2, 0.4;
  return GaussianMixture::full(weights, means, {up, down});
}

/// ∫ of p(y) and of z, z zᵀ in units of it: given z_1 and its component, z_2 and y are jointly
/// Gaussian, so one integral over z_1 is left; 2^14 trapezoids over ±12 leave an error below 1e-13.
struct Reference {
  Real log_evidence;
  HostVector mean;
  HostMatrix covariance;
  HostVector shares;  ///< of the components
};
Reference along_first_coordinate(const GaussianMixture& prior, const Crescent& o) {
  Real sums[6] = {};
  HostVector masses = HostVector::Zero(prior.components());
  const Real h = 24.0 / (1 << 14);
  for (int k = 0; k < prior.components(); ++k) {
    const HostMatrix s = prior.covariance(k);
    const Real slope = s(0, 1) / s(0, 0), rest = s(1, 1) - slope * s(0, 1);
    for (Real z = -12; z < 12; z += h) {
      const Real away = z - prior.means()(k, 0), mean = prior.means()(k, 1) + slope * away;
      const Real total = rest / (o.c * o.c) + o.xi;
      const Real r = o.y - mean / o.c - (z * z + o.c * o.c) / 2;
      const Real p = prior.weights()[k] *
                     std::exp(-away * away / (2 * s(0, 0)) - r * r / (2 * total)) /
                     (2 * M_PI * std::sqrt(s(0, 0) * total)) * h;
      const Real gain = rest / o.c / total, m = mean + gain * r, v = rest - gain * rest / o.c;
      const Real terms[] = {1, z, m, z * z, z * m, v + m * m};
      for (int i = 0; i < 6; ++i) sums[i] += p * terms[i];
      masses[k] += p;
    }
  }
  for (int i = 1; i < 6; ++i) sums[i] /= sums[0];
  Reference out = {std::log(sums[0]), HostVector(2), HostMatrix(2, 2), masses / sums[0]};
  out.mean << sums[1], sums[2];
  out.covariance << sums[3], sums[4], sums[4], sums[5];
  out.covariance -= out.mean * out.mean.transpose();
  return out;
}

TEST(Crescent, HasTheEvidenceMomentsAndSharesOfAnIndependentQuadrature) {
  for (const GaussianMixture& prior : {crossed(), skewed()})
    for (const Crescent& o : {Crescent{1, 0.5, -1}, Crescent{1, 0.5, 2}, Crescent{1, 0.5, 5},
                              Crescent{-0.7, 0.05, 1.5}}) {
      const Reference expected = along_first_coordinate(prior, o);
      if (std::exp(expected.log_evidence) * std::sqrt(2 * M_PI * o.xi) < 1e-3) continue;
      const Problem problem(Exec(), prior, ou(), o);
      EXPECT_NEAR(problem.log_evidence(), expected.log_evidence, 1e-8) << o.y;
      EXPECT_LT((problem.target_mean() - expected.mean).norm(), 1e-8) << o.y;
      EXPECT_LT((problem.target_covariance() - expected.covariance).norm(), 1e-8) << o.y;
      EXPECT_LT((problem.target_components().weights() - expected.shares).norm(), 1e-9) << o.y;
    }
  // scipy.integrate.quad of the same integral
  EXPECT_NEAR(Problem(Exec(), crossed(), ou(), Crescent{1, 0.5, -1}).log_evidence(),
              -2.354339712092101, 1e-9);
  EXPECT_NEAR(Problem(Exec(), crossed(), ou(), Crescent{1, 0.5, 5}).log_evidence(),
              -4.3907094741194275, 1e-9);
}

TEST(Crescent, DrawsHaveTheMomentsOfTheQuadrature) {
  // z-scores below 5, false alarm 6e-7 each; 5e4 draws see 0.03 standard deviations
  const Index n = 50000;
  for (const Real y : {-1.0, 5.0}) {
    const Problem problem(Exec(), skewed(), ou(), Crescent{1, 0.5, y});
    const HostMatrix x = to_host_matrix(problem.draw_exact(Exec(), n, Rng::from_seed(3)));
    const HostMatrix away = x.rowwise() - problem.target_mean().transpose();
    const HostMatrix& covariance = problem.target_covariance();
    for (int i = 0; i < 2; ++i) {
      EXPECT_LT(std::abs(away.col(i).mean()), 5 * std::sqrt(covariance(i, i) / n));
      for (int j = 0; j <= i; ++j) {
        const auto products = (away.col(i).array() * away.col(j).array()).eval();
        const Real error = std::sqrt((products - products.mean()).square().mean() / n);
        EXPECT_LT(std::abs(products.mean() - covariance(i, j)), 5 * error);
      }
    }
    // the components' shares are E r_k, which draws know too
    const Matrix r = make_matrix("r", n, 2);
    responsibilities(Exec(), testing_mixture::tables_of(skewed()), to_device("x", x), r);
    const HostVector share = to_host_matrix(r).col(0);
    const Real error = std::sqrt((share.array() - share.mean()).square().mean() / n);
    EXPECT_LT(std::abs(share.mean() - problem.target_components().weights()[0]), 5 * error);
  }
}

TEST(Crescent, HasTheGradientOfItsLogLikelihood) {
  const Problem problem(Exec(), skewed(), ou(), Crescent{0.8, 0.4, 1.2});
  const HostMatrix z = 2 * testing_mixture::Numbers(2).normals(9, 2);
  const Matrix gradient = make_matrix("gradient", 9, 2);
  point_log_likelihood_gradient(Exec(), problem, to_device("z", z), gradient);
  const auto value = [&](const HostMatrix& at) {
    const Vector log_l = make_vector("log_l", 9);
    point_log_likelihood(Exec(), problem, to_device("z", at), log_l);
    return to_host_vector(log_l);
  };
  HostMatrix differences(9, 2);
  const Real h = 1e-5;  // error h² + ε/h, about 1e-9 of numbers up to 30
  for (int i = 0; i < 2; ++i) {
    HostMatrix up = z, down = z;
    up.col(i).array() += h;
    down.col(i).array() -= h;
    differences.col(i) = (value(up) - value(down)) / (2 * h);
  }
  EXPECT_LT(testing_mixture::relative_error(to_host_matrix(gradient), differences), 1e-7);
  // at f(z) = y it is the normalised maximum
  HostMatrix top(9, 2);
  top.rowwise() = Eigen::RowVector2d(1, 0.8 * (1.2 - 0.5 - 0.32));
  EXPECT_NEAR(value(top)[0], -0.5 * std::log(2 * M_PI * 0.4), 1e-14);
}

/// The key of the error that the problem raises.
std::string culprit(const GaussianMixture& prior, const Crescent& o) {
  try {
    Problem(Exec(), prior, ou(), o);
  } catch (const SpecError& error) {
    return error.key();
  }
  return "none";
}

TEST(Crescent, RefusesWhatItsReferenceCannotReach) {
  EXPECT_EQ(culprit(GaussianMixture::points(HostMatrix::Ones(2, 2)), {}), "kind");
  EXPECT_EQ(culprit(testing_mixture::random_mixture({}, 1), {}), "kind");
  EXPECT_EQ(culprit(crossed(), {1, 0.5, 60}), "y");
  EXPECT_EQ(culprit(crossed(), {1, 1e-9, 1}), "xi");
  EXPECT_EQ(culprit(crossed(), {0, 0.5, 1}), "c");
  EXPECT_EQ(culprit(crossed(), {1, 0, 1}), "xi");
}

TEST(Crescent, RefusesAYFarBeyondThePriorBeforeItIntegrates) {
  const std::clock_t begun = std::clock();
  for (const Real y : {300.0, -300.0, 1e6, 1e308}) EXPECT_EQ(culprit(crossed(), {1, 0.5, y}), "y");
  EXPECT_LT(static_cast<Real>(std::clock() - begun) / CLOCKS_PER_SEC, 0.5);
}

TEST(Crescent, QuadratureCanBeDroppedBetweenItsBands) {
  int asked = 0;
  const auto build = [&] {
    return Problem(Exec(), skewed(), ou(), Crescent{.c = 1, .xi = 0.5, .y = 1});
  };
  {
    const StopScope scope([&] { return ++asked < 0; });
    build();
  }
  EXPECT_GT(asked, 4);  // two grids at least, each twice
  const int all = asked;
  asked = 0;
  const StopScope scope([&] { return ++asked >= all; });
  EXPECT_THROW(build(), Stopped);
}

}  // namespace
}  // namespace plumbline::crescent_test
