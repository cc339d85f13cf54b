// Events a·z_0 + η ≥ τ: probabilities, moments, scores and draws against SciPy, the dense mixture
// of z_0 | z_t, and brute-force rejection.
#include "problem/observations/event_field.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "diffusion/reverse_kernel.hpp"
#include "mixture/draw.hpp"
#include "unit/diffusion/support.hpp"
#include "unit/mixture/support.hpp"
#include "unit/problem/observations.hpp"

namespace plumbline::event_test {
namespace {

using testing_diffusion::every_process;
using testing_mixture::Numbers;
using testing_mixture::random_mixture;
using testing_mixture::relative_error;

const std::vector<CovarianceKind> every_kind = {CovarianceKind::isotropic, CovarianceKind::diagonal,
                                                CovarianceKind::full};

/// The first coordinates of the rare-event mixture (Subedi et al. 2026), its second ones left out.
GaussianMixture rare() {
  HostVector pi(7);
  HostMatrix mu(7, 1), variance(7, 1);
  pi << .10, .18, .14, .22, .10, .16, .10;
  mu << -6, -4, -1, -10, 4, 4, 5;
  variance << .36, .81, .49, .04, 2.40, 2.40, .30;
  return GaussianMixture::diagonal(pi, mu, variance);
}
Event beyond(Real threshold, Real width = 0) {
  return {HostVector::Ones(1), threshold, width};
}
Event tilted_plane(Real width) {
  HostVector a(3);
  a << 0.8, -0.5, 0.3;
  return {a, 2.5, width};
}
NoiseProcess ou() {
  return every_process().front();
}

TEST(EventEvidence, IsTheAnalyticProbabilityOfTheRareEvent) {
  // scipy.special: logsumexp(log w + log_ndtr((μ − τ)/√(σ² + δ²)))
  constexpr Real sharp[] = {-4.979425481870971, -6.663219896210961, -8.725768203218323,
                            -11.178136574750823};
  constexpr Real smooth[] = {-4.979327687387536, -6.663064028912718, -8.725533190354922,
                             -11.17780539437595};
  for (int i = 0; i < 4; ++i) {
    EXPECT_NEAR(Problem(Exec(), rare(), ou(), beyond(7 + i)).log_evidence(), sharp[i], 1e-13);
    EXPECT_NEAR(Problem(Exec(), rare(), ou(), beyond(7 + i, 0.01)).log_evidence(), smooth[i],
                1e-13);
  }
  // 40 standard deviations out: e^−805
  const auto normal =
      GaussianMixture::isotropic(HostVector::Ones(1), HostMatrix::Zero(1, 1), HostVector::Ones(1));
  EXPECT_NEAR(Problem(Exec(), normal, ou(), beyond(40)).log_evidence(), -804.60844201375379, 1e-12);
}

TEST(EventEvidence, IsRefusedWhereNoComponentReachesTheEvent) {
  const auto points = GaussianMixture::points(HostMatrix::Ones(3, 1));
  EXPECT_THROW(Problem(Exec(), points, ou(), beyond(2)), SpecError);
  EXPECT_NEAR(Problem(Exec(), points, ou(), beyond(1)).log_evidence(), 0, 1e-15);
}

TEST(EventLikelihood, IsTheMixtureOfTailProbabilitiesOfTheCleanPosterior) {
  for (const NoiseProcess& process : every_process())
    for (const CovarianceKind kind : every_kind)
      for (const Real width : {0.0, 0.4}) {
        const auto prior = random_mixture({kind, 4, 3}, 3);
        const Event event = tilted_plane(width);
        const Real t = 0.4 * process.horizon();
        const HostMatrix z = std::sqrt(process.at(t).variance) * Numbers(2).normals(9, 3) +
                             process.at(t).alpha * 3 * Numbers(4).normals(9, 3);
        const DiffusedMixture at_t(Exec(), factored(Exec(), prior), process, t);
        const Vector log_p = make_vector("log_p", z.rows());
        event_log_probability(Exec(), event_tables(Exec(), at_t.tables(), event), to_device("z", z),
                              log_p);

        HostVector expected(z.rows());
        for (Index n = 0; n < z.rows(); ++n) {
          const GaussianMixture clean = clean_posterior(prior, process.at(t), z.row(n).transpose());
          expected[n] = event_log_evidence(clean, event);
        }
        EXPECT_LT(relative_error(to_host_vector(log_p), expected), 1e-10) << process.name();
      }
}

TEST(EventField, PredictsTheMeanOfDataGivenTheEvent) {
  // E[z_0 | z_t, event] is the first moment of the event under the clean posterior, and Tweedie's
  // (z + s² score)/a.
  for (const CovarianceKind kind : every_kind) {
    const auto prior = random_mixture({kind, 4, 3}, 5);
    const NoiseProcess process = ou();
    const Event event = tilted_plane(0);
    const Real t = 0.3;
    const NoiseLevel level = process.at(t);
    const HostMatrix z = 3 * Numbers(2).normals(9, 3);
    const Matrix points = to_device("z", z), score = make_matrix("score", 9, 3),
                 denoised = make_matrix("denoised", 9, 3);
    const auto field = event_score_field(Exec(), factored(Exec(), prior), process, event);
    field->evaluate(Exec(), t, points, Prediction::score, score);
    field->evaluate(Exec(), t, points, Prediction::denoised, denoised);

    HostMatrix expected(z.rows(), 3);
    for (Index n = 0; n < z.rows(); ++n)
      expected.row(n) = event_moments(clean_posterior(prior, level, z.row(n).transpose()), event)
                            .mean.transpose();
    const HostMatrix tweedie = (z + level.variance * to_host_matrix(score)) / level.alpha;
    EXPECT_LT(relative_error(to_host_matrix(denoised), expected), 1e-10);
    EXPECT_LT(relative_error(tweedie, expected), 1e-10);
  }
}

TEST(EventField, SaysTheSameAtOnceAndApartInAnyDimensionAndInPlace) {
  for (const CovarianceKind kind : every_kind)
    for (const int d : {1, 3, 7}) {  // 7: dimensions known at run time only
      const auto prior = random_mixture({kind, 4, d}, 5);
      const Event event = {HostVector::LinSpaced(d, 0.9, 0.2), 2, 0.3};
      const HostMatrix z = 3 * Numbers(2).normals(37, d);
      const auto field = event_score_field(Exec(), factored(Exec(), prior), ou(), event);
      for (const Prediction prediction : {Prediction::score, Prediction::denoised})
        for (const Real t : {1.2, 0.3, 1.2}) {
          const Matrix points = to_device("z", z), apart = make_matrix("apart", 37, d);
          const Vector at_once = make_vector("at_once", 37), alone = make_vector("alone", 37);
          const DiffusedMixture at_t(Exec(), factored(Exec(), prior), ou(), t);
          event_log_probability(Exec(), event_tables(Exec(), at_t.tables(), event), points, alone);
          field->evaluate(Exec(), t, points, prediction, apart);

          field->evaluate_with_likelihood(Exec(), t, points, prediction, points, at_once);

          EXPECT_EQ(to_host_matrix(points), to_host_matrix(apart)) << d << ' ' << t;
          EXPECT_EQ(to_host_vector(at_once), to_host_vector(alone)) << d << ' ' << t;
          HostMatrix expected(z.rows(), d);
          for (Index n = 0; n < z.rows(); ++n)
            expected.row(n) =
                event_moments(clean_posterior(prior, ou().at(t), z.row(n).transpose()), event)
                    .mean.transpose();
          HostMatrix found = to_host_matrix(points);
          if (prediction == Prediction::score)
            found = (z + ou().at(t).variance * found) / ou().at(t).alpha;
          EXPECT_LT(relative_error(found, expected), 1e-10) << d << ' ' << t;
        }
    }
}

/// Mean and covariance of rows with z-scores below 5 of `expected`: false alarm 6e-7 an entry; 2e4
/// rows see a shift of 0.05 standard deviations.
void expect_moments(const HostMatrix& x, const HostVector& mean, const HostMatrix& covariance) {
  const Real n = Real(x.rows());
  const HostMatrix away = x.rowwise() - mean.transpose();
  for (Index i = 0; i < x.cols(); ++i) {
    EXPECT_LT(std::abs(away.col(i).mean()), 5 * std::sqrt(covariance(i, i) / n)) << i;
    for (Index j = 0; j <= i; ++j) {
      const auto products = (away.col(i).array() * away.col(j).array()).eval();
      const Real error = std::sqrt((products - products.mean()).square().mean() / n);
      EXPECT_LT(std::abs(products.mean() - covariance(i, j)), 5 * error) << i << ' ' << j;
    }
  }
}

TEST(EventDraws, HaveTheClosedFormMomentsAndAreWhatRejectionKeeps) {
  const Index n = 1 << 17;
  for (const CovarianceKind kind : every_kind) {
    const auto prior = random_mixture({kind, 4, 3}, 3);
    const Problem problem(Exec(), prior, ou(), tilted_plane(0.4));
    expect_moments(to_host_matrix(problem.draw_exact(Exec(), n / 4, Rng::from_seed(3))),
                   problem.target_mean(), problem.target_covariance());

    // the closed form itself: prior draws that the event keeps
    const Matrix z = make_matrix("z", n, 3);
    draw(Exec(), tables_at(Exec(), factored(Exec(), prior), NoiseLevel{}), Rng::from_seed(4), 0, z);
    const HostMatrix all = to_host_matrix(z);
    HostMatrix kept(n, 3);
    Index count = 0;
    for (Index row = 0; row < n; ++row)
      if (all.row(row).dot(tilted_plane(0).direction) + 0.4 * Rng::from_seed(5).normal(row, 0, 0) >=
          2.5)
        kept.row(count++) = all.row(row);
    ASSERT_GT(count, n / 50);
    expect_moments(kept.topRows(count), problem.target_mean(), problem.target_covariance());
    EXPECT_NEAR(std::log(Real(count) / n), problem.log_evidence(), 5 / std::sqrt(Real(count)));
  }
}

TEST(EventDraws, FollowTheTruncatedLawInTheFarTail) {
  // Kolmogorov's √n D exceeds 2.7 with probability 9e-7; at n = 2e4 a CDF off by 0.025 is seen.
  const Index n = 20000;
  const Problem problem(Exec(), rare(), ou(), beyond(10));
  std::vector<Real> x = to_host(problem.draw_exact(Exec(), n, Rng::from_seed(6)));
  std::sort(x.begin(), x.end());
  Real gap = 0;
  for (Index i = 0; i < n; ++i) {
    const Real above = event_log_evidence(rare(), beyond(x[i]));
    const Real level = 1 - std::exp(above - problem.log_evidence());
    gap = std::max({gap, level - Real(i) / n, Real(i + 1) / n - level});
  }
  EXPECT_GE(x.front(), 10);
  EXPECT_LT(gap * std::sqrt(Real(n)), 2.7);
  EXPECT_NEAR(problem.target_mean()[0], std::accumulate(x.begin(), x.end(), 0.0) / n,
              5 * std::sqrt(problem.target_covariance()(0, 0) / n));
}

/// Draws of z_s | z_t, event by rejection: z_0 | z_t by the unconditional kernel, kept where the
/// event holds, then the bridge of diffusion/README §2 in its own form.
HostMatrix by_rejection(const DiffusedMixture& at_t, const Event& event, Real s, const Matrix& z) {
  const Index n = z.extent(0), d = z.extent(1);
  const Matrix clean = make_matrix("clean", n, d);
  exact_reverse_draw(Exec(), at_t, 0, Rng::from_seed(8), 0, z, clean);
  const HostMatrix z_0 = to_host_matrix(clean), z_t = to_host_matrix(z);
  const NoiseLevel t_level = at_t.level(), s_level = at_t.process().at(s);
  const Real rho = std::pow(t_level.alpha / s_level.alpha, 2) * s_level.variance / t_level.variance;
  HostMatrix kept(n, d);
  Index count = 0;
  const Rng rng = Rng::from_seed(9);
  for (Index row = 0; row < n; ++row) {
    const Real eta = event.width * rng.normal(row, 1, 0);
    if (z_0.row(row).dot(event.direction) + eta < event.threshold) continue;
    for (Index i = 0; i < d; ++i)
      kept(count, i) =
          t_level.alpha / s_level.alpha * s_level.variance / t_level.variance * z_t(row, i) +
          s_level.alpha * (1 - rho) * z_0(row, i) +
          std::sqrt(s_level.variance * (1 - rho)) * rng.normal(row, 2, static_cast<int>(i));
    ++count;
  }
  return kept.topRows(count);
}

TEST(EventReverseKernel, DrawsWhatRejectionKeepsAtAnyStep) {
  const Index n = 60000;
  for (const CovarianceKind kind : every_kind)
    for (const Real s : {0.0, 0.2}) {
      const auto prior = random_mixture({kind, 4, 3}, 3);
      const Event event = tilted_plane(kind == CovarianceKind::full ? 0.4 : 0);
      const DiffusedMixture at_t(Exec(), factored(Exec(), prior), ou(), 0.8);
      HostMatrix start(n, 3);
      start.rowwise() = Eigen::RowVector3d(2, -1.2, 0.7);
      const Matrix z = to_device("z", start);
      const HostMatrix expected = by_rejection(at_t, event, s, z);
      ASSERT_GT(expected.rows(), n / 50);
      const auto kernel = event_reverse_kernel(Exec(), factored(Exec(), prior), ou(), event);
      kernel->draw(Exec(), at_t.time(), s, Rng::from_seed(10), 3, z, z, 0);  // aliased
      const HostMatrix x = to_host_matrix(z);

      // first and second moments of both sets: z-scores below 5, false alarm 6e-7 each
      const Real few = Real(expected.rows());
      const HostVector centre = expected.colwise().mean().transpose();
      const HostMatrix p = x.rowwise() - centre.transpose(),
                       q = expected.rowwise() - centre.transpose();
      for (int i = 0; i < 3; ++i) {
        const Real sd = std::sqrt(q.col(i).squaredNorm() / few);
        EXPECT_LT(std::abs(p.col(i).mean()), 5 * sd * std::sqrt(1 / few + 1 / Real(n)));
        for (int j = 0; j <= i; ++j) {
          const auto a = (p.col(i).array() * p.col(j).array()).eval();
          const auto b = (q.col(i).array() * q.col(j).array()).eval();
          const Real error = std::sqrt((b - b.mean()).square().mean() * (1 / few + 1 / Real(n)));
          EXPECT_LT(std::abs(a.mean() - b.mean()), 5 * error) << i << ' ' << j;
        }
      }
    }
}

/// Tables are refilled where t moves: what was drawn before leaves no trace.
TEST(EventReverseKernel, DrawsTheSameBitsWhateverLevelsItWasAtBefore) {
  const auto prior = random_mixture({CovarianceKind::full, 4, 3}, 3);
  const Event event = tilted_plane(0.4);
  const Matrix z = to_device("z", Numbers(2).normals(33, 3)), fresh = make_matrix("fresh", 33, 3),
               later = make_matrix("later", 33, 3), elsewhere = make_matrix("elsewhere", 40, 3);
  const auto kernel = [&] {
    return event_reverse_kernel(Exec(), factored(Exec(), prior), ou(), event);
  };
  kernel()->draw(Exec(), 0.5, 0.1, Rng::from_seed(1), 2, z, fresh, 7);
  const auto used = kernel();
  Kokkos::deep_copy(elsewhere, 0.3);
  used->draw(Exec(), 1.5, 0, Rng::from_seed(2), 0, elsewhere, elsewhere, 0);
  used->draw(Exec(), 0.5, 0.1, Rng::from_seed(1), 2, z, later, 7);
  EXPECT_EQ(to_host_matrix(fresh), to_host_matrix(later));
}

}  // namespace
}  // namespace plumbline::event_test
