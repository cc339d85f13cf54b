// Problems: Bayes' rule pointwise, evidence and tilts against quadrature, exact draws.
// problem/README §1.
#include "problem/problem.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "mixture/evaluate.hpp"
#include "unit/diffusion/reverse_reference.hpp"
#include "unit/diffusion/support.hpp"
#include "unit/mixture/support.hpp"
#include "unit/problem/observations.hpp"

namespace plumbline::problem_test {
namespace {

using testing_diffusion::make_process;
using testing_diffusion::worst_z;
using testing_mixture::Numbers;
using testing_mixture::random_mixture;
using testing_mixture::relative_error;
using testing_mixture::tables_of;

const std::vector<CovarianceKind> every_kind = {CovarianceKind::isotropic, CovarianceKind::diagonal,
                                                CovarianceKind::full};

HostVector log_densities(const GaussianMixture& mixture, const HostMatrix& z) {
  const Vector log_p = make_vector("log_p", z.rows());
  log_density(Exec(), tables_of(mixture), to_device("z", z), log_p);
  return to_host_vector(log_p);
}

Problem make_problem(const GaussianMixture& prior, ObservationPtr observation) {
  return Problem(Exec(), prior, make_process("ou"), std::move(observation));
}

TEST(Problem, ObeysBayesRuleForALinearObservation) {
  for (const CovarianceKind kind : every_kind) {
    const auto prior = random_mixture({kind, 4, 3}, 2);
    LinearGaussian o = {Numbers(1).normals(2, 3), HostMatrix::Identity(2, 2), HostVector(2)};
    o.noise << 0.5, 0.2, 0.2, 0.3;
    o.y << 1, -2;
    const Problem problem = make_problem(prior, o);
    const HostMatrix z = 2 * Numbers(3).normals(20, 3);

    const HostVector log_prior = log_densities(prior, z);
    const HostVector log_posterior = log_densities(problem.posterior(), z);
    for (int n = 0; n < 20; ++n) {
      const Real log_y_given_z = log_normal(o.y, o.a * z.row(n).transpose(), o.noise);
      const Real joint = log_prior[n] + log_y_given_z;
      EXPECT_NEAR(joint, problem.log_evidence() + log_posterior[n], 1e-10 * (1 + std::abs(joint)));
    }
    EXPECT_EQ(problem.dimension(), 3);
    EXPECT_TRUE(problem.observed().empty());
  }
}

TEST(Problem, ObeysBayesRuleForInpaintingAndPutsTheObservedNumbersBack) {
  for (const CovarianceKind kind : every_kind) {
    const auto prior = random_mixture({kind, 4, 4}, 2);
    const HostVector y = Numbers(5).normals(2, 1);
    const Problem problem = make_problem(prior, Inpainting{{3, 1}, y});
    HostMatrix z = 2 * Numbers(3).normals(20, 4);
    z.col(3).setConstant(y[0]);
    z.col(1).setConstant(y[1]);

    const HostVector log_joint = log_densities(prior, z);
    const HostVector log_posterior =
        log_densities(problem.posterior(), z(Eigen::all, std::vector<int>{0, 2}));
    for (int n = 0; n < 20; ++n)
      EXPECT_NEAR(log_joint[n], problem.log_evidence() + log_posterior[n],
                  1e-10 * (1 + std::abs(log_joint[n])));

    EXPECT_EQ(problem.free(), (std::vector<int>{0, 2}));
    const GaussianMixture& full = problem.full_posterior();
    EXPECT_NEAR(full.mean()[3], y[0], 1e-14);
    EXPECT_NEAR(full.mean()[1], y[1], 1e-14);
    EXPECT_NEAR(full.total_covariance()(3, 3), 0, 1e-28);
    EXPECT_LE(relative_error(HostVector(full.mean()(problem.free())), problem.posterior().mean()),
              1e-14);
  }
}

TEST(Problem, KeepsTheComponentsOfAnObservedClass) {
  const auto prior = random_mixture({CovarianceKind::full, 4, 2}, 2);
  const Problem problem = make_problem(prior, ClassLabel{1, {{0, 3}, {2, 1}}, 1});
  const Real weight = prior.weights()[1] + prior.weights()[2];

  EXPECT_NEAR(problem.log_evidence(), std::log(weight), 1e-14);
  EXPECT_EQ(problem.posterior().components(), 2);
  EXPECT_NEAR(problem.posterior().weights()[0], prior.weights()[2] / weight, 1e-14);
  EXPECT_TRUE(problem.target_mean() == problem.posterior().mean());
}

/// ∫ f over [−20, 20] by the midpoint rule: spectral accuracy for these smooth decaying functions.
template <class F>
Real integral(F f) {
  const int cells = 8000;
  Real sum = 0;
  for (int i = 0; i < cells; ++i) sum += f(-20 + 40 * (i + 0.5) / cells);
  return sum * 40 / cells;
}

GaussianMixture two_gaussians() {
  HostVector weights(3), variances(3);
  HostMatrix means(3, 1);
  weights << 0.5, 0.3, 0.2;
  means << 1, -1, 2.5;
  variances << 1, 0.8, 0.5;
  return GaussianMixture::isotropic(weights, means, variances);
}

Real density(Real x, Real mean, Real variance) {
  return std::exp(-(x - mean) * (x - mean) / (2 * variance)) / std::sqrt(2 * M_PI * variance);
}
Real weighted_density(const GaussianMixture& mixture, int k, Real x) {
  return mixture.weights()[k] * density(x, mixture.means()(k, 0), mixture.eigenvalues()(k, 0));
}

TEST(Problem, HasTheEvidenceOfQuadrature) {
  const auto prior = two_gaussians();
  const LinearGaussian o = {HostMatrix::Constant(1, 1, 1.7), HostMatrix::Constant(1, 1, 0.4),
                            HostVector::Constant(1, 2.2)};
  const Real evidence = integral([&](Real x) {
    Real p = 0;
    for (int k = 0; k < 3; ++k) p += weighted_density(prior, k, x);
    return p * density(2.2, 1.7 * x, 0.4);
  });

  EXPECT_NEAR(make_problem(prior, o).log_evidence(), std::log(evidence), 1e-12);
}

/// Exact tilted density p(x) p(c | x)^γ, classes {0, 2} and {1}.
struct TiltedLine {
  GaussianMixture prior = two_gaussians();
  Real gamma;
  Real unnormalised(Real x) const {
    const Real in = weighted_density(prior, 0, x) + weighted_density(prior, 2, x);
    const Real all = in + weighted_density(prior, 1, x);
    return all * std::pow(in / all, gamma);
  }
  template <class F>
  Real expectation(F f) const {
    return integral([&](Real x) { return f(x) * unnormalised(x); }) /
           integral([&](Real x) { return unnormalised(x); });
  }
};

// 2^18 draws; |z| < 5 for mean and variance: false alarm below 1e-6 per γ, sees shifts of 0.01 sd.
TEST(Problem, DrawsATiltedClassAsQuadratureSays) {
  for (const Real gamma : {0.0, 0.4, 1.5, 4.0}) {
    const TiltedLine line = {.gamma = gamma};
    const Problem problem = make_problem(line.prior, ClassLabel{0, {{0, 2}, {1}}, gamma});
    const Real mean = line.expectation([](Real x) { return x; });
    const Real variance = line.expectation([&](Real x) { return (x - mean) * (x - mean); });
    const HostMatrix x = to_host_matrix(problem.draw_exact(Exec(), 1 << 18, Rng::from_seed(12)));

    EXPECT_FALSE(problem.is_mixture());
    EXPECT_TRUE(std::isnan(problem.log_evidence()));
    EXPECT_LT(worst_z(x, HostVector::Constant(1, mean), HostMatrix::Constant(1, 1, variance)), 5)
        << "gamma " << gamma;

    // the moments a metric sees: 2^18 draws of another seed, 5 standard errors
    const Real error = 5 * std::sqrt(variance) / (1 << 9);
    EXPECT_NEAR(problem.target_mean()[0], mean, error);
    EXPECT_NEAR(problem.target_covariance()(0, 0), variance, 3 * error * std::sqrt(variance));
    for (int k = 0; k < 3; ++k) {
      const Real mass = line.expectation([&](Real x) {
        Real all = 0;
        for (int j = 0; j < 3; ++j) all += weighted_density(line.prior, j, x);
        return weighted_density(line.prior, k, x) / all;
      });
      EXPECT_NEAR(problem.target_components().weights()[k], mass, 5 * 0.5 / (1 << 9));
    }
  }
}

TEST(Problem, RefusesATiltThatCannotBeDrawn) {
  // Two equal classes on top of each other: p(c | x) = ½ everywhere, acceptance 2^{1−γ}.
  const auto prior =
      GaussianMixture::isotropic(HostVector::Ones(2), HostMatrix::Zero(2, 1), HostVector::Ones(2));
  try {
    make_problem(prior, ClassLabel{0, {{0}, {1}}, 20});
    FAIL() << "accepted";
  } catch (const SpecError& error) {
    EXPECT_EQ(error.key(), "gamma");
  }
  EXPECT_NO_THROW(make_problem(prior, ClassLabel{0, {{0}, {1}}, 5}));
}

TEST(Problem, DrawsItsPosteriorExactlyAndRowByRow) {
  const auto prior = random_mixture({CovarianceKind::full, 4, 3}, 2);
  const Problem problem = make_problem(prior, Inpainting{{1}, HostVector::Constant(1, 0.5)});
  const HostMatrix x = to_host_matrix(problem.draw_exact(Exec(), 1 << 16, Rng::from_seed(3)));
  const HostMatrix fewer = to_host_matrix(problem.draw_exact(Exec(), 37, Rng::from_seed(3)));

  EXPECT_LT(worst_z(x, problem.target_mean(), problem.target_covariance()), 5);
  EXPECT_TRUE(x.topRows(37) == fewer);
}

TEST(Problem, ChecksAnObservationMadeInCode) {
  const auto prior = random_mixture({CovarianceKind::full, 4, 3}, 2);

  EXPECT_THROW(make_problem(prior, Inpainting{{0, 1, 2}, HostVector::Zero(3)}), SpecError);
  EXPECT_THROW(make_problem(prior, ClassLabel{0, {{0, 1}}, 1}), SpecError);
}

}  // namespace
}  // namespace plumbline::problem_test
