// The assignment solver against all permutations, and against its own proof of optimality.
#include "metrics/transport/assignment.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/rng.hpp"
#include "metrics/transport/assignment_costs.hpp"
#include "reference/assignment.hpp"
#include "unit/deep.hpp"

namespace plumbline::assignment_test {
namespace {

using Rows = std::vector<std::vector<Real>>;

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
        Rows rows(m, std::vector<Real>(m));
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

/// |x_i − y_j|², row by row.
HostMatrix squares(const HostMatrix& x, const HostMatrix& y) {
  HostMatrix cost(x.rows(), y.rows());
  for (Index i = 0; i < x.rows(); ++i)
    for (Index j = 0; j < y.rows(); ++j) cost(i, j) = (x.row(i) - y.row(j)).squaredNorm();
  return cost;
}

Real slow_cost(const HostMatrix& cost) {
  Rows rows(cost.rows(), std::vector<Real>(cost.cols()));
  for (Index i = 0; i < cost.rows(); ++i)
    for (Index j = 0; j < cost.cols(); ++j) rows[i][j] = cost(i, j);
  return reference::assignment_by_paths(rows);
}

HostMatrix normal_rows(Index m, int d, std::uint64_t seed) {
  const Rng rng = Rng::from_seed(seed);
  HostMatrix x(m, d);
  for (Index i = 0; i < m; ++i)
    for (int c = 0; c < d; ++c) x(i, c) = rng.normal(i, 0, c);
  return x;
}

TEST(Assignment, SlowReferencesAgreeWithEachOther) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const HostMatrix cost = costs(6, 50, seed);
    Rows rows(6, std::vector<Real>(6));
    for (Index i = 0; i < 6; ++i)
      for (Index j = 0; j < 6; ++j) rows[i][j] = cost(i, j);
    EXPECT_DOUBLE_EQ(slow_cost(cost), reference::assignment(rows));
  }
}

/// Pairs of samples that one step of the algorithm or another finds hard.
std::vector<std::pair<HostMatrix, HostMatrix>> samples(Index m, int d) {
  const HostMatrix x = normal_rows(m, d, 1), y = normal_rows(m, d, 2);
  HostMatrix apart = x, copies = x, far = x, modes = x, others = y;
  for (Index i = 0; i < m; ++i) {
    apart.row(i).array() += 5;
    copies.row(i) = x.row(i % 3);                 // lists shared by copies
    modes.row(i).array() += i % 4 == 0 ? 20 : 0;  // a quarter, and half of the others, over there
    others.row(i).array() += i % 2 == 0 ? 20 : 0;
  }
  far.row(0).setConstant(1e6);
  const HostMatrix ones = HostMatrix::Ones(m, d), twos = 2 * ones;
  return {{x, y},
          {apart, y},
          {copies, y},
          {copies, HostMatrix(copies.colwise().reverse())},
          {far, y},
          {modes, others},
          {x, x},
          {ones, twos},
          {HostMatrix((2 * x).array().floor()), HostMatrix((2 * y).array().floor())}};
}

TEST(Assignment, OfPointsCostsWhatTheSlowReferenceFindsAndProvesIt) {
  for (const Index m : {1, 2, 3, 15, 16, 17, 23, 24, 25, 48, 150})
    for (const int d : {1, 2, 5}) {
      int number = 0;
      for (const auto& [x, y] : samples(m, d)) {
        const HostMatrix cost = squares(x, y);
        const std::string what = fmt::format("m = {}, d = {}, samples {}", m, d, number++);

        const Assignment best = assign_points(x, y);

        const Real exact = slow_cost(cost);
        EXPECT_NEAR(best.cost, exact, 1e-13 * (exact + cost.maxCoeff())) << what;
        SCOPED_TRACE(what);
        expect_optimal(cost, best);
        EXPECT_NEAR(assign(cost).cost, exact, 1e-13 * (exact + cost.maxCoeff())) << what;
      }
    }
}

TEST(Assignment, ProvesItselfToTwelveDigitsOfItsValue) {
  const Index m = test::deep() ? 10000 : 1000;
  for (const int d : {2, 10}) {
    const HostMatrix x = normal_rows(m, d, 3), y = 1.1 * normal_rows(m, d, 4);
    const Assignment best = assign_points(x, y);
    // The dual's value with row potentials that are feasible to the last bit.
    const SquaredDistances costs(x, y);
    HostVector potential =
        HostVector::Constant(costs.blocks() * SquaredDistances::block, -infinity);
    potential.head(m) = best.column_potential;
    HostVector reduced(potential.size()), least(costs.blocks());
    Real dual = best.column_potential.sum();
    for (Index i = 0; i < m; ++i) {
      costs.reduce(i, potential.data(), reduced.data(), least.data());
      dual += least.minCoeff();
    }
    EXPECT_LT(best.cost - dual, 1e-12 * best.cost) << d;
    EXPECT_GT(best.cost - dual, -1e-12 * best.cost) << d;
  }
}

TEST(AssignmentCosts, OfARowAreThoseOfItsEntries) {
  for (const Index m : {1, 15, 16, 17, 40}) {
    const HostMatrix x = normal_rows(m, 3, 1), y = normal_rows(m, 3, 2), cost = squares(x, y);
    const SquaredDistances points(x, y);
    const MatrixCosts matrix(cost);
    HostVector potential =
        HostVector::Constant(points.blocks() * SquaredDistances::block, -infinity);
    potential.head(m) = normal_rows(m, 1, 3).col(0);
    HostVector reduced(potential.size()), least(points.blocks());
    for (const AssignmentCosts* costs : {static_cast<const AssignmentCosts*>(&points),
                                         static_cast<const AssignmentCosts*>(&matrix)}) {
      costs->reduce(m - 1, potential.data(), reduced.data(), least.data());
      for (Index j = 0; j < reduced.size(); ++j) {
        const Real expected = j < m ? costs->at(m - 1, j) - potential[j] : infinity;
        EXPECT_EQ(reduced[j], expected) << m << " " << j;
        EXPECT_LE(least[j / SquaredDistances::block], reduced[j]);
      }
      EXPECT_EQ(least.minCoeff(), reduced.minCoeff());
      EXPECT_NEAR(costs->at(m - 1, 0), cost(m - 1, 0), 1e-14 * (1 + cost(m - 1, 0)));
    }
  }
}

TEST(AssignmentCosts, KnowCopiesByTheirFirst) {
  HostMatrix x(5, 2);
  x << 1, 2, 0, 2, 1, 2, 1, 3, 0, 2;
  const SquaredDistances costs(x, x);
  const std::vector<Index> first = {0, 1, 0, 3, 1};
  for (Index i = 0; i < 5; ++i) EXPECT_EQ(costs.original(i), first[i]) << i;
}

}  // namespace
}  // namespace plumbline::assignment_test
