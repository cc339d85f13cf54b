// p(y | z_t): the dense formula, and the identity ∇log p_t(z|y) = ∇log p_t(z) + ∇log p(y|z).
// problem/README §7.
#include "problem/likelihood.hpp"
#include "diffusion/diffused_mixture.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "unit/diffusion/support.hpp"
#include "unit/mixture/support.hpp"
#include "unit/problem/observations.hpp"

namespace plumbline::likelihood_test {
namespace {

using testing_diffusion::every_process;
using testing_mixture::Numbers;
using testing_mixture::random_mixture;
using testing_mixture::relative_error;

const std::vector<CovarianceKind> every_kind = {CovarianceKind::isotropic, CovarianceKind::diagonal,
                                                CovarianceKind::full};

LinearGaussian linear() {
  LinearGaussian o = {Numbers(1).normals(2, 3), HostMatrix(2, 2), HostVector(2)};
  o.noise << 0.5, 0.2, 0.2, 0.3;
  o.y << 1, -2;
  return o;
}
std::vector<ObservationPtr> every_observation() {
  return {Inpainting{{2, 0}, HostVector::Constant(2, 0.7)}, linear(),
          ClassLabel{1, {{0, 3}, {2, 1}}, 1}, Event{HostVector::LinSpaced(3, -0.5, 1), 1.5, 0.3}};
}

HostVector likelihoods(const Problem& problem, Real t, const HostMatrix& z) {
  const Vector log_p = make_vector("log_p", z.rows());
  log_likelihood(Exec(), problem, t, to_device("z", z), log_p);
  return to_host_vector(log_p);
}

TEST(LevelLikelihood, SaysTheSameWhateverLevelsItWasAtBefore) {
  for (const CovarianceKind kind : every_kind)
    for (const ObservationPtr& observation : every_observation()) {
      const Problem problem(Exec(), random_mixture({kind, 4, 3}, 3), every_process().front(),
                            observation);
      LevelLikelihood run(Exec(), problem);
      for (const Real t : {1.5, 0.7, 0.1, 0.7})
        for (const Index n : {9, 4}) {
          const HostMatrix z = 2 * Numbers(2).normals(n, 3);
          const Vector log_p = make_vector("log_p", n);

          run.evaluate(Exec(), t, to_device("z", z), log_p);

          EXPECT_EQ(to_host_vector(log_p), likelihoods(problem, t, z))
              << observation->target() << ", t = " << t;
        }
    }
}

/// Σ_k r_k N(y; A m_k, A C_k Aᵀ + Γ) through the mixture of z_0 | z_t.
Real dense_likelihood(const Problem& problem, Real t, const HostVector& z, const HostMatrix& a,
                      const HostMatrix& noise, const HostVector& y) {
  const GaussianMixture clean = clean_posterior(problem.prior(), problem.process().at(t), z);
  HostVector terms(clean.components());
  for (int k = 0; k < clean.components(); ++k)
    terms[k] = clean.log_weights()[k] + log_normal(y, a * clean.means().row(k).transpose(),
                                                   a * clean.covariance(k) * a.transpose() + noise);
  return log_sum_exp(terms);
}

TEST(Likelihood, IsTheMixtureOfKalmanLikelihoodsOfTheCleanPosterior) {
  for (const NoiseProcess& process : every_process())
    for (const CovarianceKind kind : every_kind) {
      const auto prior = random_mixture({kind, 4, 3}, 3);
      const Real t = 0.5 * process.horizon();
      const HostMatrix z = std::sqrt(process.at(t).variance) * Numbers(2).normals(9, 3) +
                           process.at(t).alpha * 3 * Numbers(4).normals(9, 3);
      const LinearGaussian o = linear();
      const Problem problem(Exec(), prior, process, o);
      const Problem inpainting(Exec(), prior, process, Inpainting{{2, 0}, o.y});
      HostMatrix selection = HostMatrix::Zero(2, 3);
      selection(0, 2) = selection(1, 0) = 1;
      const HostVector got = likelihoods(problem, t, z),
                       got_inpainting = likelihoods(inpainting, t, z);
      for (int n = 0; n < 9; ++n) {
        const HostVector row = z.row(n).transpose();
        const Real want = dense_likelihood(problem, t, row, o.a, o.noise, o.y);
        EXPECT_NEAR(got[n], want, 1e-10 * (1 + std::abs(want)));
        const Real want_inpainting =
            dense_likelihood(inpainting, t, row, selection, HostMatrix::Zero(2, 2), o.y);
        EXPECT_NEAR(got_inpainting[n], want_inpainting, 1e-9 * (1 + std::abs(want_inpainting)))
            << testing_diffusion::label_of(process);
      }
    }
}

TEST(Likelihood, AddsItsGradientToTheScoreToGiveTheConditionalScore) {
  const Exec exec;
  const NoiseProcess process = testing_diffusion::make_process("ou");
  for (const CovarianceKind kind : every_kind)
    for (const ObservationPtr& observation : every_observation())
      for (const Real t : {0.05, 0.7}) {
        const auto prior = random_mixture({kind, 4, 3}, 3);
        const Problem problem(exec, prior, process, observation);
        const HostMatrix z = 1.5 * Numbers(2).normals(6, 3);
        const Matrix points = to_device("z", z), out = make_matrix("score", 6, 3),
                     conditional = make_matrix("conditional", 6, 3);
        score(exec, DiffusedMixture(exec, problem.prior_factored(), process, t).tables(), points,
              out);
        conditional_score(exec, problem, t, points, conditional);

        const Real h = 1e-5;
        HostMatrix gradient(6, 3);
        for (int i = 0; i < 3; ++i) {
          HostMatrix up = z, down = z;
          up.col(i).array() += h;
          down.col(i).array() -= h;
          gradient.col(i) = (likelihoods(problem, t, up) - likelihoods(problem, t, down)) / (2 * h);
        }
        // central differences: h² f''' / 6 and ε |log p|/h, both below 1e-6 of the score here
        EXPECT_LE(
            relative_error(HostMatrix(to_host_matrix(out) + gradient), to_host_matrix(conditional)),
            2e-6)
            << observation->target() << " " << name_of(kind) << " t " << t;
      }
}

TEST(Likelihood, OfALinearObservationAtTimeZeroIsTheObservationModel) {
  const LinearGaussian o = linear();
  const Problem problem(Exec(), random_mixture({CovarianceKind::full, 4, 3}, 3),
                        testing_diffusion::make_process("ve"), o);
  const HostMatrix z = Numbers(2).normals(5, 3);
  const HostVector got = likelihoods(problem, 0, z);

  for (int n = 0; n < 5; ++n)
    EXPECT_NEAR(got[n], log_normal(o.y, o.a * z.row(n).transpose(), o.noise), 1e-11);
}

TEST(Likelihood, OfALevelWithoutDataIsTheEvidence) {
  const NoiseProcess flow = testing_diffusion::make_process("flow");
  for (const ObservationPtr& observation : every_observation()) {
    const Problem problem(Exec(), random_mixture({CovarianceKind::full, 4, 3}, 3), flow,
                          observation);
    const HostVector got = likelihoods(problem, 1, Numbers(2).normals(5, 3));
    for (int n = 0; n < 5; ++n)
      EXPECT_NEAR(got[n], problem.log_evidence(), 1e-12) << observation->target();
  }
}

/// Two unit Gaussians at ±1: log p(+ | z) = −log(1 + e^{−2z}), −e^{−2z} far on the right.
TEST(Likelihood, OfAClassThatIsAllButCertainKeepsItsDigits) {
  const Problem problem(
      Exec(),
      GaussianMixture::isotropic(HostVector::Ones(2), HostMatrix{{-1}, {1}}, HostVector::Ones(2)),
      testing_diffusion::make_process("ou"), ClassLabel{1, {{0}, {1}}, 1});
  const std::vector<Real> far = {-300, -30, -1, 0, 1, 17, 18, 30, 300};
  HostMatrix z(static_cast<Eigen::Index>(far.size()), 1);
  for (std::size_t n = 0; n < far.size(); ++n) z(static_cast<Eigen::Index>(n), 0) = far[n];
  const HostVector got = likelihoods(problem, 0, z);

  for (std::size_t n = 0; n < far.size(); ++n) {
    const Real expected = far[n] > 0 ? -std::log1p(std::exp(-2 * far[n]))
                                     : 2 * far[n] - std::log1p(std::exp(2 * far[n]));
    // Rounding an exponent of 2 |z| costs it 2 |z| ε, relative.
    EXPECT_NEAR(got[static_cast<Eigen::Index>(n)] / expected, 1, 1e-15 * (4 + 4 * std::abs(far[n])))
        << "z = " << far[n];
  }
}

}  // namespace
}  // namespace plumbline::likelihood_test
