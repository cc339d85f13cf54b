// ∇log p − ∇log q, and that an object which was used before gives the same bits.
#include "mixture/score_difference.hpp"

#include <gtest/gtest.h>

#include "mixture/evaluate.hpp"
#include "unit/mixture/support.hpp"

namespace plumbline::score_difference_test {
namespace {

using testing_mixture::Numbers;
using testing_mixture::random_mixture;
using testing_mixture::tables_of;

HostMatrix difference(const ScoreDifference& of, const HostMatrix& z) {
  const Matrix out = make_matrix("out", z.rows(), z.cols());
  of.evaluate(Exec(), to_device("z", z), out);
  return to_host_matrix(out);
}
HostMatrix score_of(const GaussianMixture& mixture, const HostMatrix& z) {
  const Matrix out = make_matrix("out", z.rows(), z.cols());
  score(Exec(), tables_of(mixture), to_device("z", z), out);
  return to_host_matrix(out);
}

TEST(ScoreDifference, IsTheDifferenceOfTheScoresAtData) {
  const auto p = random_mixture({CovarianceKind::full, 3, 3}, 1),
             q = random_mixture({CovarianceKind::diagonal, 4, 3}, 2);
  const ScoreDifference of(Exec(), factored(Exec(), p), factored(Exec(), q));
  const HostMatrix z = Numbers(3).normals(17, 3);

  EXPECT_EQ(difference(of, z), score_of(p, z) - score_of(q, z));
}

TEST(ScoreDifference, DependsOnNothingThatWasAskedBefore) {
  const auto p = random_mixture({CovarianceKind::full, 3, 3}, 1),
             q = random_mixture({CovarianceKind::full, 4, 3}, 2);
  const ScoreDifference of(Exec(), factored(Exec(), p), factored(Exec(), q));
  const HostMatrix few = Numbers(3).normals(5, 3), many = Numbers(4).normals(40, 3);
  const HostMatrix first = difference(of, few);

  difference(of, many);

  EXPECT_EQ(difference(of, few), first);
}

}  // namespace
}  // namespace plumbline::score_difference_test
