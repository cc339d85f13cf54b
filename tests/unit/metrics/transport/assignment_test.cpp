// The assignment solver against all permutations, and against its own proof of optimality.
#include "metrics/transport/assignment.hpp"

#include <gtest/gtest.h>

#include "core/rng.hpp"
#include "reference/metrics.hpp"

namespace plumbline::assignment_test {
namespace {

/// m × m costs, rounded to multiples of 1/distinct: ties for small `distinct`.
HostMatrix costs(Index m, int distinct, std::uint64_t seed) {
  const Rng rng = Rng::from_seed(seed);
  HostMatrix cost(m, m);
  for (Index i = 0; i < m; ++i)
    for (Index j = 0; j < m; ++j)
      cost(i, j) = std::floor(distinct * rng.uniform(i, 0, static_cast<std::uint32_t>(j)));
  return cost;
}

/// A permutation, its cost, and potentials that no cheaper one could satisfy.
void expect_optimal(const HostMatrix& cost, const Assignment& best) {
  const Index m = cost.rows();
  std::vector<int> taken(m, 0);
  Real sum = 0;
  for (Index i = 0; i < m; ++i) {
    ++taken[best.column_of_row[i]];
    sum += cost(i, best.column_of_row[i]);
  }
  EXPECT_EQ(taken, std::vector<int>(m, 1));
  const Real rounding = 1e-12 * (1 + cost.cwiseAbs().maxCoeff()) * static_cast<Real>(m);
  EXPECT_NEAR(best.cost, sum, rounding);
  EXPECT_NEAR(best.row_potential.sum() + best.column_potential.sum(), sum, rounding);
  Real worst = 0;  // of row_potential + column_potential − cost, which must not be positive
  for (Index i = 0; i < m; ++i)
    for (Index j = 0; j < m; ++j)
      worst = std::max(worst, best.row_potential[i] + best.column_potential[j] - cost(i, j));
  EXPECT_LT(worst, rounding);
}

TEST(Assignment, CostsAsLittleAsTheBestPermutation) {
  for (const int distinct : {3, 1 << 20})
    for (const Index m : {1, 2, 3, 5, 7})
      for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const HostMatrix cost = costs(m, distinct, seed);
        reference::Points rows(m, std::vector<Real>(m));
        for (Index i = 0; i < m; ++i)
          for (Index j = 0; j < m; ++j) rows[i][j] = cost(i, j);

        const Assignment best = assign(cost);

        EXPECT_DOUBLE_EQ(best.cost, reference::assignment(rows)) << m << " seed " << seed;
        expect_optimal(cost, best);
      }
}

TEST(Assignment, ProvesItselfOptimalWhereNobodyCanTryAllPermutations) {
  for (const int distinct : {1, 4, 1 << 30})
    expect_optimal(costs(150, distinct, 5), assign(costs(150, distinct, 5)));
  HostMatrix product(60, 60);  // (i + 1)(j + 1): the worst case of many textbooks
  for (Index i = 0; i < 60; ++i)
    for (Index j = 0; j < 60; ++j) product(i, j) = static_cast<Real>((i + 1) * (j + 1));
  expect_optimal(product, assign(product));
}

TEST(Assignment, OfNobodyCostsNothing) {
  EXPECT_EQ(assign(HostMatrix(0, 0)).cost, 0);
}

}  // namespace
}  // namespace plumbline::assignment_test
