// The energy distance against loops, its mean on exact draws, and a closed form.
#include "metrics/transport/normal.hpp"
#include "unit/metrics/support.hpp"

namespace plumbline::test::energy_distance_test {
namespace {

reference::Points rows(const Matrix& x) {
  const HostMatrix m = to_host_matrix(x);
  reference::Points list(m.rows(), std::vector<Real>(m.cols()));
  for (Index n = 0; n < m.rows(); ++n)
    for (Index i = 0; i < m.cols(); ++i) list[n][i] = m(n, i);
  return list;
}

TEST(EnergyDistance, MatchesLoopsOverAllPairs) {
  const Problem problem = target(isotropic({.4, .6}, {{0, 0, 0}, {3, 1, 1}}, {1, 2}));
  for (const Index n : {2, 16, 97}) {
    const reference::Points x = normal_points(n, 3, 1);
    const std::vector<Real> w = uneven_weights(n);
    const Rng rng = Rng::from_seed(1);

    const Real value = evaluate("energy_distance", problem, ensemble(x, w)).value;

    const reference::Points y = rows(problem.draw_exact(Exec(), n, rng.stream("reference")));
    EXPECT_NEAR(value, reference::energy_distance(x, w, y), 1e-12) << n;
  }
}

TEST(EnergyDistance, OfExactDrawsHasMeanZero) {
  const Problem problem = target(isotropic({.4, .6}, {{0, 0}, {5, 1}}, {1, 2}));
  std::vector<Real> values;
  for (int repetition = 0; repetition < 512; ++repetition)
    values.push_back(
        evaluate("energy_distance", problem, exact_draws(problem, 50, repetition), repetition)
            .value);

  // A V-statistic would be biased by E|X − X'|/n + E|Y − Y'|/n > 0.1: more than twice what this
  // sees.
  expect_mean(values, 0, "null");
  EXPECT_LT(5 * summarise(values).error, 0.1 / 2);
}

/// E|N(m, s²)|
Real mean_size(Real m, Real s) {
  const NormalValue n = standard_normal(m / s);
  return 2 * s * n.pdf + m * (2 * n.cdf - 1);
}

TEST(EnergyDistance, OfAShiftedNormalHasItsClosedForm) {
  const Problem problem = target(standard_normal_mixture(1));
  const Problem shifted = target(isotropic({1}, {{0.5}}, {1}));
  std::vector<Real> values;
  for (int repetition = 0; repetition < 256; ++repetition)
    values.push_back(evaluate("energy_distance", problem, exact_draws(shifted, 200, repetition),
                              repetition + 1000)
                         .value);

  const Real root2 = std::sqrt(2.0);
  expect_mean(values, 2 * mean_size(0.5, root2) - 2 * mean_size(0, root2), "shift");
}

TEST(EnergyDistance, ComparesWithAsManyExactDrawsAsAsked) {
  const Problem problem = target(standard_normal_mixture(2));
  const Ensemble draws = ensemble(normal_points(20, 2, 3));

  const Estimate few = evaluate("energy_distance", problem, draws, 1, setting("reference", 20));
  const Estimate many = evaluate("energy_distance", problem, draws, 1, setting("reference", 2000));

  EXPECT_EQ(few.value, evaluate("energy_distance", problem, draws).value);
  EXPECT_LT(many.standard_error, few.standard_error);
  EXPECT_THROW(evaluate("energy_distance", problem, draws, 1, setting("reference", 1)), SpecError);
}

}  // namespace
}  // namespace plumbline::test::energy_distance_test
