// A random linear problem: random_linear.cpp.
#include <gtest/gtest.h>

#include <cmath>

#include "problem/problem.hpp"
#include "unit/mixture/support.hpp"

namespace plumbline::random_linear_test {
namespace {

/// [rows, dimension] with y left open.
LinearForm random_operator(int rows, int dimension, const std::vector<Member>& more, int seed) {
  const GaussianMixture prior =
      testing_mixture::random_mixture({CovarianceKind::full, 1, dimension}, 1);
  Table table;
  table.set("kind", {std::string("random-linear")});
  table.set("rows", {std::int64_t{rows}});
  table.set("y", {std::string("draw")});
  for (const Member& member : more) table.set(member.key, member.value);
  return *make_observation(table, prior, Rng::from_seed(seed)).observation->linear_form(dimension);
}

TEST(RandomLinear, HasUniformSingularValuesAndANewOperatorPerDraw) {
  // The largest of m uniforms has P(max ≤ x) = x^m: mean m/(m + 1), variance m/((m+1)²(m+2)).
  const int m = 3, d = 8, n = 400;
  Real largest = 0, noise = 0;
  for (int seed = 0; seed < n; ++seed) {
    const LinearForm o = random_operator(m, d, {}, seed);
    const HostVector s = Eigen::JacobiSVD<Eigen::MatrixXd>(o.a).singularValues();
    EXPECT_TRUE(s.minCoeff() > 0 && s.maxCoeff() < 1);
    EXPECT_LT(o.noise(0, 0), s[0] * s[0]);
    largest += s[0] / n;
    noise += std::sqrt(o.noise(0, 0)) / s[0] / n;
  }
  EXPECT_NEAR(largest, 0.75, 5 * std::sqrt(3.0 / 80 / n));
  EXPECT_NEAR(noise, 0.5, 5 * std::sqrt(1.0 / 12 / n));

  // directions are isotropic: the first right singular vector's entries have variance 1/d
  Real square = 0;
  for (int seed = 0; seed < n; ++seed) {
    const Eigen::JacobiSVD<Eigen::MatrixXd> svd(random_operator(m, d, {{"noise", {0.0}}}, seed).a,
                                                Eigen::ComputeThinU | Eigen::ComputeThinV);
    square += svd.matrixV()(0, 0) * svd.matrixV()(0, 0) / n;
  }
  // entries of their own: Frobenius norm² has mean m d and variance 2 m d
  Real norm = 0;
  for (int seed = 0; seed < n; ++seed)
    norm +=
        random_operator(m, d, {{"spectrum", {std::string("normal")}}}, seed).a.squaredNorm() / n;
  EXPECT_NEAR(norm, m * d, 5 * std::sqrt(2.0 * m * d / n));
  EXPECT_NEAR(square, 1.0 / d, 5 * std::sqrt(2.0 * 7 / (64 * 10) / n));
}

TEST(RandomLinear, IsReadFromItsTableWithAnOperatorPerReplicate) {
  const GaussianMixture prior = testing_mixture::random_mixture({CovarianceKind::full, 3, 5}, 1);
  Table table;
  table.set("kind", {std::string("random-linear")});
  table.set("rows", {std::int64_t{2}});
  table.set("noise", {0.1});
  table.set("y", {std::string("draw")});
  const auto make = [&](int seed) {
    return *make_observation(table, prior, Rng::from_seed(seed)).observation->linear_form(5);
  };
  EXPECT_TRUE(draws_observation(table));
  EXPECT_NEAR(make(1).noise(0, 0), 0.01, 1e-16);
  EXPECT_EQ(make(1).a, make(1).a);
  EXPECT_GT((make(1).a - make(2).a).norm(), 0.1);
  EXPECT_GT((make(1).y - make(2).y).norm(), 0);

  table.set("rows", {std::int64_t{6}});
  EXPECT_THROW(make(1), SpecError);
  table.set("rows", {std::int64_t{2}});
  table.set("noise", {std::string("some")});
  EXPECT_THROW(make(1), SpecError);
}

}  // namespace
}  // namespace plumbline::random_linear_test
