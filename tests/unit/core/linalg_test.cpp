// Decompositions against known spectra; small eigenvalues are the point.
#include "core/linalg.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.hpp"

namespace plumbline::linalg_test {
namespace {

HostMatrix normal_matrix(Index rows, Index columns, std::uint32_t step) {
  const Rng rng = Rng::from_seed(4);
  HostMatrix m(rows, columns);
  for (Index i = 0; i < rows; ++i)
    for (Index j = 0; j < columns; ++j) m(i, j) = rng.normal(i, step, j);
  return m;
}

HostMatrix orthogonal(Index d, std::uint32_t step) {
  return Eigen::HouseholderQR<HostMatrix>(normal_matrix(d, d, step)).householderQ();
}

HostMatrix rebuilt(const SymmetricEigen& e) {
  return e.vectors * e.values.asDiagonal() * e.vectors.transpose();
}

void expect_decomposition(const SymmetricEigen& e, const HostMatrix& c) {
  const Index d = c.rows();
  ASSERT_EQ(e.values.size(), d);
  EXPECT_TRUE(std::is_sorted(e.values.begin(), e.values.end()));
  EXPECT_LT((e.vectors.transpose() * e.vectors - HostMatrix::Identity(d, d)).norm(), 1e-14 * d);
  EXPECT_LE((rebuilt(e) - c).norm(), 1e-14 * d * c.norm());
}

TEST(SymmetricEigen, RebuildsTheMatrixFromAscendingEigenvalues) {
  for (const Index d : {1, 2, 3, 7, 50}) {
    const HostMatrix a = normal_matrix(d, d, 1);
    expect_decomposition(symmetric_eigen(a + a.transpose()), a + a.transpose());
  }
}

// Tridiagonal (−1, 2, −1): eigenvalues 2 − 2 cos(jπ/(d + 1)).
TEST(SymmetricEigen, KnowsTheSpectrumOfTheDiscreteLaplacian) {
  const int d = 40;
  HostMatrix c = 2 * HostMatrix::Identity(d, d);
  for (int i = 0; i + 1 < d; ++i) c(i, i + 1) = c(i + 1, i) = -1;

  const SymmetricEigen e = symmetric_eigen(c);

  for (int j = 1; j <= d; ++j)
    EXPECT_NEAR(e.values[j - 1], 2 - 2 * std::cos(j * M_PI / (d + 1)), 4 * d * 0x1p-53) << j;
}

TEST(FactorEigen, RebuildsTheProductForEveryShape) {
  for (const auto& [d, r] :
       std::vector<std::pair<int, int>>{{1, 1}, {1, 4}, {4, 1}, {3, 7}, {7, 3}, {20, 20}, {5, 0}}) {
    const HostMatrix f = normal_matrix(d, r, 2);
    const SymmetricEigen e = factor_eigen(f);
    expect_decomposition(e, f * f.transpose());
    for (int i = 0; i < d - r; ++i) EXPECT_EQ(e.values[i], 0) << d << " by " << r;
  }
}

// F = U diag(s) Vᵀ, s = 1 … 1e-8, so F Fᵀ has condition 1e16: its own eigendecomposition knows
// nothing of the smallest eigenvalues, the factor's keeps ε cond(F) ~ 1e-8 of them (formed in
// floating point, F itself carries no more).
TEST(FactorEigen, KeepsEigenvaluesThatTheProductLoses) {
  const int d = 9;
  HostVector s(d);
  for (int i = 0; i < d; ++i) s[i] = std::pow(10, i - 8);
  const HostMatrix f = orthogonal(d, 3) * s.asDiagonal() * orthogonal(d, 4).transpose();

  const SymmetricEigen e = factor_eigen(f);

  for (int i = 0; i < d; ++i) EXPECT_NEAR(e.values[i] / (s[i] * s[i]), 1, 20 * 0x1p-52 / s[i]) << i;
}

// Orthogonal columns, or rows, of exactly known lengths 1 … 2^−46: one-sided Jacobi gives every
// singular value to rounding whatever the condition number; Eigen's JacobiSVD loses 9 digits.
TEST(FactorEigen, KeepsFullAccuracyForScaledOrthogonalColumnsAndRows) {
  const int d = 24;
  HostMatrix f = orthogonal(d, 5);
  for (int i = 0; i < d; ++i) f.col(i) *= std::ldexp(1.0, -2 * i);

  const SymmetricEigen columns = factor_eigen(f), rows = factor_eigen(f.transpose());

  for (int i = 0; i < d; ++i) {
    EXPECT_NEAR(columns.values[d - 1 - i] / std::ldexp(1.0, -4 * i), 1, 1e-13) << i;
    EXPECT_NEAR(rows.values[d - 1 - i] / std::ldexp(1.0, -4 * i), 1, 1e-13) << i;
  }
}

// Hilbert matrix of order 6: F Fᵀ has condition 2e14. Singular values of its double-rounded entries
// from a 40-digit computation; a backward stable method knows the smallest to ε cond(F) = 3e-9.
TEST(FactorEigen, KnowsTheHilbertMatrix) {
  const int d = 6;
  HostMatrix h(d, d);
  for (int i = 0; i < d; ++i)
    for (int j = 0; j < d; ++j) h(i, j) = 1.0 / (i + j + 1);
  const Real smallest = 1.0827994844811010e-07, largest = 1.6188998589243391;

  const SymmetricEigen e = factor_eigen(h);

  EXPECT_NEAR(std::sqrt(e.values[0]) / smallest, 1, 1e-8);
  EXPECT_NEAR(std::sqrt(e.values[d - 1]) / largest, 1, 1e-13);
}

}  // namespace
}  // namespace plumbline::linalg_test
