// Weighted moments against Eigen on the host, and the health checks.
#include "core/ensemble.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/errors.hpp"
#include "core/math.hpp"
#include "core/rng.hpp"

namespace plumbline::ensemble_test {
namespace {

/// n draws with mean 1e3 and unequal normalised weights.
Ensemble weighted(Index n, int d) {
  const Rng rng = Rng::from_seed(2);
  HostMatrix x(n, d);
  HostVector log_w(n);
  for (Index row = 0; row < n; ++row) {
    log_w[row] = rng.normal(row, 1, 0);
    for (int i = 0; i < d; ++i) x(row, i) = 1e3 + (1 + i) * rng.normal(row, 0, i);
  }
  log_w.array() -= log_sum_exp(log_w);
  return {to_device("x", x), to_device("log_w", log_w)};
}

TEST(Ensemble, HasTheMomentsOfALongDoubleHostLoop) {
  using LongMatrix = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;
  for (const auto& [n, d] : std::vector<std::pair<Index, int>>{{1, 1}, {597, 7}, {5000, 3}}) {
    const Ensemble e = weighted(n, d);
    const LongMatrix x = to_host_matrix(e.x).cast<long double>();
    LongMatrix w = to_host_vector(e.log_w).cast<long double>();
    for (Index row = 0; row < n; ++row) w(row) = std::exp(w(row));
    const LongMatrix exact_mean = x.transpose() * w;
    const LongMatrix centred = x.rowwise() - exact_mean.col(0).transpose();
    const LongMatrix exact = centred.transpose() * w.col(0).asDiagonal() * centred;

    const HostVector m = mean(Exec(), e);
    const HostMatrix c = covariance(Exec(), e);

    // Rounding only: the weights sum to 1 within 1e-15·√n, the mean is 1e3.
    EXPECT_LT((m.cast<long double>() - exact_mean).norm(), 1e-13 * exact_mean.norm()) << n;
    EXPECT_LE((c.cast<long double>() - exact).norm(), 1e-12 * exact.norm() + 1e-22) << n;
    EXPECT_EQ(c, c.transpose());
  }
}

TEST(Ensemble, CovarianceSurvivesALargeMean) {
  Ensemble e = weighted(2000, 3);
  HostMatrix x = to_host_matrix(e.x);
  const HostMatrix before = covariance(Exec(), e);
  x.array() += 1e9;  // one pass with E x² − (E x)² would lose all 16 digits here
  e.x = to_device("x", x);

  // Adding 1e9 rounds x itself by 6e-8.
  EXPECT_LT((covariance(Exec(), e) - before).norm(), 1e-6 * before.norm());
}

TEST(Ensemble, IgnoresDrawsOfWeightZero) {
  HostMatrix x(3, 1);
  x << 1, 3, 1e300;
  HostVector log_w(3);
  log_w << -std::log(2), -std::log(2), -infinity;
  const Ensemble e{to_device("x", x), to_device("log_w", log_w)};

  EXPECT_DOUBLE_EQ(mean(Exec(), e)[0], 2);
  EXPECT_DOUBLE_EQ(covariance(Exec(), e)(0, 0), 1);
  EXPECT_DOUBLE_EQ(effective_sample_size(Exec(), e), 2);
}

TEST(Ensemble, EffectiveSampleSizeRunsFromOneToAll) {
  for (const Index n : {1, 597, 4096}) {
    const Ensemble equal = equally_weighted(make_matrix("x", n, 1));
    EXPECT_NEAR(effective_sample_size(Exec(), equal), n, 1e-12 * n);
    EXPECT_NEAR(log_sum_exp(to_host_vector(equal.log_w)), 0, 1e-13);
  }
  HostVector one = HostVector::Constant(597, -infinity);
  one[300] = 0;
  EXPECT_EQ(effective_sample_size(Exec(), {make_matrix("x", 597, 1), to_device("log_w", one)}), 1);
}

TEST(Ensemble, SeesAnyNumberThatIsNotFinite) {
  const Index n = 1030;
  EXPECT_TRUE(has_finite_squares(Exec(), weighted(n, 2)));
  for (const Real bad : {nan, infinity, -infinity, 1.1e150, -1.1e150})
    for (const Index row : {Index{0}, Index{1027}, n - 1}) {
      Ensemble e = weighted(n, 2);
      HostMatrix x = to_host_matrix(e.x);
      x(row, 1) = bad;
      e.x = to_device("x", x);
      EXPECT_FALSE(has_finite_squares(Exec(), e)) << bad << " in row " << row;

      Ensemble f = weighted(n, 2);
      HostVector log_w = to_host_vector(f.log_w);
      log_w[row] = bad;
      f.log_w = to_device("log_w", log_w);
      EXPECT_EQ(has_finite_squares(Exec(), f), bad < infinity) << bad << " as weight " << row;
    }
}

TEST(Arrays, KeepRowMajorOrderThereAndBack) {
  const std::vector<Real> numbers = {1, 2, 3, 4, 5, 6};
  const Matrix m = to_device("m", numbers, 2, 3);
  EXPECT_EQ(to_host(m), numbers);
  EXPECT_EQ(to_host_matrix(m)(1, 0), 4);
  EXPECT_EQ(to_host(to_device("v", numbers)), numbers);
  EXPECT_EQ(to_host(to_device("rows", to_host_matrix(m))), numbers);
  EXPECT_EQ(m.label(), "m");
}

TEST(Arrays, MayBeEmpty) {
  EXPECT_TRUE(to_host(to_device("v", std::vector<Real>{})).empty());
  EXPECT_EQ(to_host_matrix(to_device("m", {}, 0, 3)).cols(), 3);
}

TEST(ArraysDeathTest, RefuseACountThatDoesNotMatchTheShape) {
  EXPECT_DEATH(to_device("m", {1, 2, 3}, 2, 2), "m: 3 numbers for a \\[2, 2\\] matrix");
}

TEST(Digest, ChangesWithEveryBitAndWithTheOrderOfDraws) {
  const Index n = 3000;
  const int d = 3;
  const Ensemble e = weighted(n, d);
  const Real whole = digest(Exec(), e);
  EXPECT_EQ(whole, digest(Exec(), weighted(n, d)));
  EXPECT_EQ(whole, std::floor(whole));
  EXPECT_LT(whole, 0x1p53);
  const HostMatrix x = to_host_matrix(e.x);
  const HostVector log_w = to_host_vector(e.log_w);
  const auto of = [](const HostMatrix& draws, const HostVector& weights) {
    return digest(Exec(), {to_device("x", draws), to_device("log_w", weights)});
  };
  // 204 further digests; that any two are equal has a chance of 3e-12.
  std::set<Real> seen = {whole};
  for (int bit = 0; bit < 64; ++bit)
    for (const Index row : {Index{0}, Index{1023}, n - 1}) {
      HostMatrix other = x;
      other(row, bit % d) =
          math::from_bits(math::bits_of(x(row, bit % d)) ^ std::uint64_t{1} << bit);
      EXPECT_TRUE(seen.insert(of(other, log_w)).second) << "bit " << bit << " of row " << row;
    }
  for (Index row = 0; row < 10; ++row) {
    HostVector other = log_w;
    other[row] = std::nextafter(other[row], 0.0);
    EXPECT_TRUE(seen.insert(of(x, other)).second) << "weight " << row;
  }
  HostMatrix swapped = x;
  swapped.row(0).swap(swapped.row(1));
  EXPECT_TRUE(seen.insert(of(swapped, log_w)).second);
  HostMatrix moved = x;  // the same numbers, other coordinates
  std::swap(moved(0, 0), moved(0, 1));
  EXPECT_TRUE(seen.insert(of(moved, log_w)).second);
}

TEST(Digest, IsTheOneThatFilesHold) {
  HostMatrix x(2, 2);
  x << 1, -0.5, 0, 3;
  HostVector log_w(2);
  log_w << -0.25, -1.5;
  EXPECT_EQ(digest(Exec(), {to_device("x", x), to_device("log_w", log_w)}), 5452179143851463.0);
}

}  // namespace
}  // namespace plumbline::ensemble_test
