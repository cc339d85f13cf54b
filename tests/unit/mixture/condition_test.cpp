// Exact posteriors against the joint-Gaussian formulas in 50 digits and against Bayes' rule.
#include "mixture/condition.hpp"

#include <gtest/gtest.h>

#include "core/errors.hpp"
#include "core/settings.hpp"
#include "core/steps/stop.hpp"
#include "reference/mixture.hpp"
#include "unit/mixture/support.hpp"

namespace plumbline::condition_test {
namespace {

using namespace testing_mixture;

constexpr CovarianceKind kinds[] = {CovarianceKind::isotropic, CovarianceKind::diagonal,
                                    CovarianceKind::full};

/// Rows of A picking coordinates.
HostMatrix selection(const std::vector<int>& observed, int d) {
  HostMatrix a = HostMatrix::Zero(static_cast<Eigen::Index>(observed.size()), d);
  for (std::size_t j = 0; j < observed.size(); ++j) a(static_cast<int>(j), observed[j]) = 1;
  return a;
}

void expect_posterior(const Conditioned& got, const reference::Posterior& want,
                      const std::vector<int>& free, Real limit) {
  EXPECT_NEAR(got.log_evidence, want.log_evidence, limit * (1 + std::abs(want.log_evidence)));
  EXPECT_LE(relative_error(got.posterior.weights(), want.weights), 10 * limit);
  for (int k = 0; k < got.posterior.components(); ++k) {
    EXPECT_LE(relative_error(HostVector(got.posterior.means().row(k)),
                             HostVector(want.means.row(k)(free))),
              limit);
    const HostMatrix c = want.covariances[k](free, free);
    const HostMatrix f = got.posterior.factor(k);
    EXPECT_LE(relative_error(got.posterior.covariance(k), c), limit);
    EXPECT_LE(relative_error(HostMatrix(f * f.transpose()), c), limit);
  }
}

std::vector<int> everything(int d) {
  return complement({}, d);
}

TEST(ConditionLinear, MatchesTheJointGaussianFormulas) {
  for (const CovarianceKind kind : kinds)
    for (const Real noise_sd : {1.0, 1e-2, 1e-6, 0.0})
      for (const int m : {1, 3}) {
        const int d = 5;
        const GaussianMixture prior =
            random_mixture({.kind = kind, .components = 4, .dimension = d}, 40 + m);
        Numbers numbers(m);
        const HostMatrix a = numbers.normals(m, d), l = numbers.normals(m, m);
        const HostMatrix noise =
            noise_sd * noise_sd * (l * l.transpose() + HostMatrix::Identity(m, m));
        const HostVector y = a * prior.means().row(0).transpose() + 0.3 * numbers.normals(m, 1);
        SCOPED_TRACE(testing::Message() << name_of(kind) << " m " << m << " noise " << noise_sd);
        expect_posterior(condition_linear(prior, a, noise, y),
                         reference::condition(prior, a, noise, y), everything(d), 2e-12);
      }
}

/// More observations than coordinates: the whitened residual has a part that no z explains.
TEST(ConditionLinear, AcceptsMoreObservationsThanCoordinates) {
  for (const CovarianceKind kind : kinds) {
    const GaussianMixture prior =
        random_mixture({.kind = kind, .components = 3, .dimension = 2}, 8);
    Numbers numbers(4);
    const HostMatrix a = numbers.normals(5, 2), noise = 0.25 * HostMatrix::Identity(5, 5);
    const HostVector y = numbers.normals(5, 1);
    expect_posterior(condition_linear(prior, a, noise, y), reference::condition(prior, a, noise, y),
                     everything(2), 1e-12);
  }
}

TEST(ConditionLinear, KeepsIndependentCoordinatesDiagonal) {
  for (const CovarianceKind kind : {CovarianceKind::isotropic, CovarianceKind::diagonal}) {
    const GaussianMixture prior =
        random_mixture({.kind = kind, .components = 4, .dimension = 5}, 18);
    HostMatrix a = selection({3, 0}, 5);
    a(1, 0) = -2;
    const HostMatrix noise = HostVector(HostVector::LinSpaced(2, 1e-8, 0.5)).asDiagonal();
    const HostVector y = HostVector::LinSpaced(2, -1, 1);
    const Conditioned got = condition_linear(prior, a, noise, y);
    EXPECT_EQ(got.posterior.kind(), CovarianceKind::diagonal);
    expect_posterior(got, reference::condition(prior, a, noise, y), everything(5), 1e-12);
  }
}

/// p(z) p(y | z) = p(y) p(z | y) at any z.
TEST(ConditionLinear, ObeysBayesRulePointwise) {
  for (const CovarianceKind kind : kinds) {
    const GaussianMixture prior =
        random_mixture({.kind = kind, .components = 6, .dimension = 4}, 23);
    Numbers numbers(5);
    const HostMatrix a = numbers.normals(2, 4), noise = 0.3 * HostMatrix::Identity(2, 2);
    const HostVector y = numbers.normals(2, 1);
    const HostMatrix z = 2 * numbers.normals(16, 4);
    const Conditioned got = condition_linear(prior, a, noise, y);
    const HostVector before = evaluate_all(tables_of(prior), z).log_density;
    const HostVector after = evaluate_all(tables_of(got.posterior), z).log_density;
    for (int n = 0; n < 16; ++n) {
      const Real joint = before(n) + log_normal(y, a * z.row(n).transpose(), noise);
      EXPECT_NEAR(joint, got.log_evidence + after(n), 1e-11 * std::abs(joint));
    }
  }
}

TEST(ConditionLinear, KeepsADataSetADataSet) {
  Numbers numbers(2);
  const GaussianMixture data = GaussianMixture::points(numbers.normals(7, 3));
  const HostMatrix a = numbers.normals(1, 3), noise = HostMatrix::Constant(1, 1, 0.01);
  const HostVector y = HostVector::Constant(1, 0.2);
  const Conditioned got = condition_linear(data, a, noise, y);
  EXPECT_EQ(got.posterior.kind(), CovarianceKind::isotropic);
  EXPECT_EQ(got.posterior.means(), data.means());
  EXPECT_LE(
      relative_error(got.posterior.weights(), reference::condition(data, a, noise, y).weights),
      1e-12);
}

/// Points 1e-8 apart seen with noise 1e-8: the weights hang on digits of y − A μ that a plain dot
/// product rounds away.
TEST(ConditionLinear, TellsApartDataPointsAsCloseAsTheNoise) {
  Numbers numbers(3);
  const HostMatrix means = HostMatrix::Constant(5, 3, 0.7) + 1e-8 * numbers.normals(5, 3);
  const GaussianMixture data = GaussianMixture::points(means);
  const HostMatrix a = numbers.normals(2, 3), noise = 1e-16 * HostMatrix::Identity(2, 2);
  const HostVector y = a * means.row(0).transpose();
  const Conditioned got = condition_linear(data, a, noise, y);
  const reference::Posterior want = reference::condition(data, a, noise, y);
  EXPECT_LE(relative_error(got.posterior.weights(), want.weights), 1e-12);
  EXPECT_NEAR(got.log_evidence, want.log_evidence, 1e-12 * std::abs(want.log_evidence));
}

TEST(ConditionCoordinates, MatchesTheJointGaussianFormulasAndKeepsTheKind) {
  for (const CovarianceKind kind : kinds)
    for (const Real condition : {10.0, 1e6}) {
      const GaussianMixture prior = random_mixture(
          {.kind = kind, .components = 5, .dimension = 6, .condition = condition}, 3);
      const std::vector<int> observed = {4, 1, 2}, free = {0, 3, 5};
      const HostVector y = prior.means().row(2)(observed).transpose().array() + 0.1;
      const Conditioned got = condition_coordinates(prior, observed, y);
      EXPECT_EQ(got.posterior.kind(), kind);
      const Real limit = kind == CovarianceKind::full ? 100 * 2.2e-16 * condition + 1e-12 : 1e-12;
      expect_posterior(
          got, reference::condition(prior, selection(observed, 6), HostMatrix::Zero(3, 3), y), free,
          limit);
    }
}

TEST(ConditionCoordinates, EmbeddedAgainFixesTheObservedOnes) {
  for (const CovarianceKind kind : kinds) {
    const GaussianMixture prior =
        random_mixture({.kind = kind, .components = 3, .dimension = 4}, 33);
    const std::vector<int> observed = {2, 0}, free = {1, 3};
    const HostVector y = HostVector::LinSpaced(2, 0.5, 1);
    const Conditioned got = condition_coordinates(prior, observed, y);
    const GaussianMixture whole = embed(got.posterior, free, observed, y);
    const reference::Posterior want =
        reference::condition(prior, selection(observed, 4), HostMatrix::Zero(2, 2), y);
    EXPECT_TRUE(whole.singular());
    for (int k = 0; k < 3; ++k) {
      EXPECT_EQ(whole.means()(k, 2), 0.5);
      EXPECT_EQ(whole.means()(k, 0), 1);
      EXPECT_LE(relative_error(whole.covariance(k), want.covariances[k]), 1e-12);
      EXPECT_TRUE(whole.covariance(k).row(2).isZero(0));
    }
    EXPECT_LE(relative_error(whole.weights(), got.posterior.weights()), 1e-15);
  }
}

/// The key of the SpecError that `make` throws; "" when it throws none.
template <class Make>
std::string refused(const Make& make) {
  try {
    make();
  } catch (const SpecError& error) {
    return error.key();
  }
  return "";
}

TEST(Condition, NamesWhatCannotBeConditionedOn) {
  const GaussianMixture prior = random_mixture({.components = 2, .dimension = 2}, 1);
  const GaussianMixture data = GaussianMixture::points(HostMatrix::Identity(2, 2));
  const HostMatrix a = HostMatrix::Ones(1, 2), twice = HostMatrix::Ones(2, 2);
  const HostMatrix none = HostMatrix::Zero(1, 1), one = HostMatrix::Ones(1, 1);
  const HostVector y = HostVector::Ones(1);
  EXPECT_EQ(refused([&] { condition_linear(prior, HostMatrix::Ones(1, 3), one, y); }), "A");
  EXPECT_EQ(refused([&] { condition_linear(prior, a, HostMatrix::Ones(2, 2), y); }), "noise");
  EXPECT_EQ(refused([&] { condition_linear(prior, a, -one, y); }), "noise");
  // exact rows beside noisy ones: of no kind of prior, whether A selects or not
  HostMatrix half = HostMatrix::Zero(2, 2);
  half(0, 0) = 0.3;
  for (const CovarianceKind kind : kinds)
    for (const HostMatrix& rows : {HostMatrix(HostMatrix::Identity(2, 2)), twice})
      EXPECT_EQ(refused([&] {
                  condition_linear(
                      random_mixture({.kind = kind, .components = 2, .dimension = 2}, 1), rows,
                      half, HostVector::Ones(2));
                }),
                "noise");
  EXPECT_EQ(refused([&] { condition_linear(prior, a, one, HostVector::Ones(2)); }), "y");
  EXPECT_EQ(
      refused([&] { condition_linear(prior, twice, HostMatrix::Zero(2, 2), HostVector::Ones(2)); }),
      "A");
  EXPECT_EQ(refused([&] { condition_linear(data, a, none, y); }), "A");
  EXPECT_EQ(refused([&] { condition_coordinates(data, {0}, y); }), "observed");
  EXPECT_EQ(refused([&] {
              condition_coordinates(prior, {0, 0}, HostVector::Ones(2));
            }),
            "observed");
  EXPECT_EQ(refused([&] {
              condition_coordinates(prior, {0, 1}, HostVector::Ones(2));
            }),
            "observed");
  EXPECT_EQ(refused([&] { condition_coordinates(prior, {1}, HostVector::Constant(1, 1e200)); }),
            "y");
}

TEST(Condition, OfMatricesCanBeDroppedBetweenComponents) {
  const GaussianMixture prior = GaussianMixture::full(
      HostVector::Ones(3), HostMatrix::Zero(3, 2),
      {HostMatrix::Identity(2, 2), 2 * HostMatrix::Identity(2, 2), 3 * HostMatrix::Identity(2, 2)});
  const HostVector y = HostVector::Ones(1);
  int asked = 0;
  {
    const StopScope scope([&] { return ++asked < 0; });
    condition_coordinates(prior, {0}, y);
  }
  EXPECT_GE(asked, 6);  // the update of every component, and its decomposition
  asked = 0;
  const StopScope scope([&] { return ++asked == 2; });
  EXPECT_THROW(condition_coordinates(prior, {0}, y), Stopped);
}

}  // namespace
}  // namespace plumbline::condition_test
