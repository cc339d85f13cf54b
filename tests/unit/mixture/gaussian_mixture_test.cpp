// Validation messages and derived laws of GaussianMixture.
#include "mixture/gaussian_mixture.hpp"

#include <gtest/gtest.h>

#include "core/errors.hpp"
#include "unit/mixture/support.hpp"

namespace plumbline::gaussian_mixture_test {
namespace {

using namespace testing_mixture;

HostVector vector_of(std::initializer_list<Real> values) {
  return HostVector::Map(values.begin(), static_cast<Eigen::Index>(values.size()));
}

/// The key and text of the SpecError that `make` throws; empty when it throws none.
struct Complaint {
  std::string key, text;
};
template <class Make>
Complaint complaint(const Make& make) {
  try {
    make();
  } catch (const SpecError& error) {
    return {error.key(), error.what()};
  }
  return {};
}

TEST(GaussianMixture, NormalisesWeightsOfAnySizeAndKeepsZeros) {
  const GaussianMixture mixture = GaussianMixture::isotropic(
      vector_of({1e300, 0, 3e300}), HostMatrix::Zero(3, 2), vector_of({1, 1, 1}));
  EXPECT_NEAR(mixture.weights()(0), 0.25, 1e-16);
  EXPECT_EQ(mixture.weights()(1), 0);
  EXPECT_EQ(mixture.log_weights()(1), -infinity);
  EXPECT_NEAR(mixture.weights().sum(), 1, 1e-15);
}

TEST(GaussianMixture, GivesAWeightOfZeroToNobodyElseWhateverTheNumberOfComponents) {
  for (Index components = 2; components <= 9; ++components) {
    HostVector weights = HostVector::Ones(components);
    weights[0] = 0;
    const GaussianMixture mixture = GaussianMixture::isotropic(
        weights, HostMatrix::Zero(components, 1), HostVector::Ones(components));

    EXPECT_EQ(mixture.weights()[0], 0) << components;
    EXPECT_DOUBLE_EQ(mixture.weights()[1], 1.0 / static_cast<Real>(components - 1));
  }
}

TEST(GaussianMixture, KeepsWeightsThatAreTinyBesideTheLargest) {
  const HostVector weights = vector_of({1e300, 1e-20, 1e-5, 3e-300});  // 3e-600 is no double
  const GaussianMixture mixture =
      GaussianMixture::isotropic(weights, HostMatrix::Zero(4, 1), HostVector::Ones(4));

  EXPECT_NEAR(mixture.log_weights()[3], std::log(3.0) - 600 * std::log(10.0), 1e-9);
  EXPECT_EQ(mixture.weights()[3], 0);
  EXPECT_NEAR(mixture.weights()[2] / 1e-305, 1, 1e-12);
  EXPECT_NEAR(mixture.weights()[1] / 1e-320, 1, 1e-3);  // subnormal
}

TEST(GaussianMixture, RefusesWeightsWhoseSumOverflows) {
  EXPECT_EQ(complaint([&] {
              GaussianMixture::isotropic(vector_of({1e308, 1e308}), HostMatrix::Zero(2, 2),
                                         vector_of({1, 1}));
            }).key,
            "weights");
}

/// Covariance of `draws` draws in d dimensions, computed as one computes it.
HostMatrix sample_covariance(int draws, int d, std::uint64_t seed) {
  const Rng rng = Rng::from_seed(seed);
  HostMatrix x(draws, d);
  for (int n = 0; n < draws; ++n)
    for (int i = 0; i < d; ++i) x(n, i) = rng.normal(n, 0, i);
  const HostMatrix offset = x.rowwise() - x.colwise().mean();
  return offset.transpose() * offset / (draws - 1);
}

TEST(GaussianMixture, RefusesEverySampleCovarianceOfTooFewDraws) {
  const HostVector one = HostVector::Ones(1);
  for (std::uint64_t seed = 0; seed < 200; ++seed)
    for (const int d : {2, 4, 9}) {
      const HostMatrix means = HostMatrix::Zero(1, d);
      for (const int draws : {d / 2 + 1, d})
        EXPECT_EQ(complaint([&] {
                    GaussianMixture::full(one, means, {sample_covariance(draws, d, seed)});
                  }).key,
                  "covariances[0]")
            << draws << " draws in " << d;
      // one draw more is enough, and nearly singular is not singular
      GaussianMixture::full(one, means, {sample_covariance(d + 1, d, seed)});
      HostMatrix thin = HostMatrix::Identity(d, d);
      thin(0, 0) = 1e-13;
      GaussianMixture::full(one, means, {thin});
    }
}

TEST(GaussianMixture, SymmetrisesWhatFloat32RoundedAndRefusesWhatItDidNot) {
  HostMatrix c = HostMatrix::Identity(3, 3);
  c(2, 1) = 0.12345679;
  c(1, 2) = 0.12345678;
  const GaussianMixture mixture =
      GaussianMixture::full(HostVector::Ones(1), HostMatrix::Zero(1, 3), {c});
  EXPECT_EQ(mixture.covariance(0)(1, 2), mixture.covariance(0)(2, 1));
  EXPECT_NEAR(mixture.covariance(0)(1, 2), 0.123456785, 1e-15);

  c(0, 0) = 1.0 / 3;  // a double, beside which 1e-8 is no rounding
  const Complaint skew =
      complaint([&] { GaussianMixture::full(HostVector::Ones(1), HostMatrix::Zero(1, 3), {c}); });
  EXPECT_EQ(skew.key, "covariances[0]");
  EXPECT_NE(skew.text.find("[2][1] = 0.12345679 but [1][2] = 0.12345678"), std::string::npos);
}

TEST(GaussianMixture, NamesTheComponentAndTheValueItRefuses) {
  const HostMatrix means = HostMatrix::Zero(2, 2);
  const HostVector ones = HostVector::Ones(2);
  HostMatrix broken_means = means;
  broken_means(1, 0) = nan;
  HostMatrix skew = HostMatrix::Identity(2, 2), indefinite = skew;
  skew(0, 1) = 0.5;
  indefinite << 1, 1.2, 1.2, 1;  // eigenvalues 2.2 and −0.2
  const HostMatrix identity = HostMatrix::Identity(2, 2);

  EXPECT_EQ(complaint([&] {
              GaussianMixture::isotropic(vector_of({1, -2}), means, ones);
            }).key,
            "weights[1]");
  EXPECT_EQ(complaint([&] {
              GaussianMixture::isotropic(vector_of({0, 0}), means, ones);
            }).key,
            "weights");
  EXPECT_EQ(complaint([&] { GaussianMixture::isotropic(HostVector::Ones(3), means, ones); }).key,
            "weights");
  EXPECT_EQ(complaint([&] { GaussianMixture::isotropic(ones, broken_means, ones); }).key,
            "means[1]");
  EXPECT_EQ(complaint([&] {
              GaussianMixture::isotropic(ones, means, vector_of({nan, 1}));
            }).key,
            "variances[0]");
  EXPECT_EQ(complaint([&] { GaussianMixture::diagonal(ones, means, HostMatrix::Ones(2, 3)); }).key,
            "variances");
  EXPECT_EQ(complaint([&] { GaussianMixture::full(ones, means, {identity}); }).key, "covariances");
  EXPECT_EQ(complaint([&] {
              GaussianMixture::full(ones, means, {identity, skew});
            }).key,
            "covariances[1]");
  const Complaint negative = complaint([&] {
    GaussianMixture::full(ones, means, {indefinite, identity});
  });
  EXPECT_EQ(negative.key, "covariances[0]");
  EXPECT_NE(negative.text.find("smallest eigenvalue -0.2"), std::string::npos) << negative.text;
}

TEST(GaussianMixture, HasTheMomentsOfItsComponents) {
  const GaussianMixture mixture =
      GaussianMixture::diagonal(vector_of({1, 3}), (HostMatrix(2, 2) << 0, 4, 8, 0).finished(),
                                (HostMatrix(2, 2) << 1, 2, 3, 4).finished());
  const HostVector mean = mixture.mean();
  const HostMatrix covariance = mixture.total_covariance();
  EXPECT_NEAR(mean(0), 6, 1e-15);
  EXPECT_NEAR(mean(1), 1, 1e-15);
  // between components ¾ ¼ (Δμ)(Δμ)ᵀ with Δμ = (8, −4)
  EXPECT_NEAR(covariance(0, 0), 0.25 * 1 + 0.75 * 3 + 12, 1e-14);
  EXPECT_NEAR(covariance(1, 1), 0.25 * 2 + 0.75 * 4 + 3, 1e-14);
  EXPECT_NEAR(covariance(0, 1), -6, 1e-14);
}

TEST(GaussianMixture, RebuildsCovariancesFromItsFactors) {
  for (const CovarianceKind kind :
       {CovarianceKind::isotropic, CovarianceKind::diagonal, CovarianceKind::full}) {
    const GaussianMixture mixture =
        random_mixture({.kind = kind, .components = 3, .dimension = 4}, 1);
    for (int k = 0; k < 3; ++k) {
      const HostMatrix f = mixture.factor(k);
      EXPECT_LE((f * f.transpose() - mixture.covariance(k)).cwiseAbs().maxCoeff(), 1e-14);
    }
  }
}

TEST(GaussianMixture, OfSingularFactorsKnowsThatItIsSingular) {
  const HostMatrix line = HostMatrix::Ones(3, 1);
  const GaussianMixture mixture =
      GaussianMixture::from_factors(HostVector::Ones(1), HostMatrix::Zero(1, 3), {line});
  EXPECT_TRUE(mixture.singular());
  EXPECT_NEAR(mixture.eigenvalues()(0, 2), 3, 1e-14);
  EXPECT_EQ(mixture.eigenvalues()(0, 0), 0);
  EXPECT_TRUE(GaussianMixture::points(HostMatrix::Zero(2, 2)).singular());
}

TEST(GaussianMixture, MarginalsAreTheRowsAndColumnsAsked) {
  for (const CovarianceKind kind :
       {CovarianceKind::isotropic, CovarianceKind::diagonal, CovarianceKind::full}) {
    const GaussianMixture mixture =
        random_mixture({.kind = kind, .components = 3, .dimension = 5, .condition = 1e6}, 2);
    const GaussianMixture marginal = mixture.marginal({4, 1});
    EXPECT_EQ(marginal.kind(), kind);
    for (int k = 0; k < 3; ++k) {
      EXPECT_EQ(marginal.means()(k, 0), mixture.means()(k, 4));
      EXPECT_EQ(marginal.means()(k, 1), mixture.means()(k, 1));
      const HostMatrix c = mixture.covariance(k);
      const HostMatrix want = (HostMatrix(2, 2) << c(4, 4), c(4, 1), c(1, 4), c(1, 1)).finished();
      const HostMatrix f = marginal.factor(k);
      EXPECT_LE((marginal.covariance(k) - want).cwiseAbs().maxCoeff(), 1e-15);
      EXPECT_LE((f * f.transpose() - want).cwiseAbs().maxCoeff(), 1e-14);
    }
  }
}

TEST(GaussianMixture, SelectionsRenormaliseTheirWeights) {
  const GaussianMixture mixture = GaussianMixture::isotropic(
      vector_of({1, 2, 5}), HostMatrix::Identity(3, 3), vector_of({1, 2, 3}));
  const GaussianMixture two = mixture.components_of({2, 0});
  EXPECT_NEAR(two.weights()(0), 5.0 / 6, 1e-15);
  EXPECT_EQ(two.means().row(0), mixture.means().row(2));
  EXPECT_EQ(two.eigenvalues()(1, 0), 1);
  // Weights far below the smallest number still know their ratio.
  const GaussianMixture tiny = mixture.with_log_weights(vector_of({-5000, -5001, -6000}));
  EXPECT_NEAR(tiny.weights()(0), 1 / (1 + std::exp(-1)), 1e-12);
  EXPECT_NEAR(tiny.log_weights()(2), -1000 - std::log1p(std::exp(-1)), 1e-9);
}

}  // namespace
}  // namespace plumbline::gaussian_mixture_test
