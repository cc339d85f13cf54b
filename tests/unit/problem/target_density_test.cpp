// Density and score of targets that are no mixture: the score is the derivative, the density
// integrates to 1 where its evidence is known.
#include "problem/target_density.hpp"

#include "unit/metrics/support.hpp"

namespace plumbline::test::target_density_test {
namespace {

void expect_score_is_derivative(const Problem& problem) {
  const TargetDensity density(Exec(), problem);
  ASSERT_TRUE(density.exists());
  const auto at = [&](Real a, Real b) {
    const Vector value = make_vector("log_q", 1);
    density.log_density(Exec(), to_device("x", std::vector<Real>{a, b}, 1, 2), value);
    return to_host(value)[0];
  };
  const Matrix s = make_matrix("score", 1, 2);
  density.score(Exec(), to_device("x", std::vector<Real>{.3, -.7}, 1, 2), s);
  constexpr Real e = 1e-5;
  EXPECT_NEAR(to_host(s)[0], (at(.3 + e, -.7) - at(.3 - e, -.7)) / (2 * e), 1e-8);
  EXPECT_NEAR(to_host(s)[1], (at(.3, -.7 + e) - at(.3, -.7 - e)) / (2 * e), 1e-8);
}

TEST(TargetDensity, HasTheDerivativeOfItsLogDensityAsScoreWhereItIsNoMixture) {
  expect_score_is_derivative(tilted_target());
  expect_score_is_derivative(event_target());
  expect_score_is_derivative(crescent_target());
}

// Under a uniform law on a box around the target, the mean of its density times the area is 1.
TEST(TargetDensity, OfAnEventAndACrescentIntegratesToOne) {
  const int side = 400;
  const Real h = 16.0 / side;
  std::vector<Real> grid;
  for (int i = 0; i < side * side; ++i) {
    grid.push_back(-8 + h * (i / side + 0.5));
    grid.push_back(-8 + h * (i % side + 0.5));
  }
  const Matrix x = to_device("x", grid, side * side, 2);
  for (const Problem& problem : {event_target(), crescent_target()}) {
    const Vector log_q = make_vector("log_q", side * side);
    TargetDensity(Exec(), problem).log_density(Exec(), x, log_q);
    Real sum = 0;
    for (const Real l : to_host(log_q)) sum += std::exp(l) * h * h;
    EXPECT_NEAR(sum, 1, 1e-7);  // outside the box: 6 standard deviations of the prior
  }
}

}  // namespace
}  // namespace plumbline::test::target_density_test
