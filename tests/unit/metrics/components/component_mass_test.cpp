// Component masses against direct responsibilities, and where densities do not exist.
#include "unit/metrics/support.hpp"

namespace plumbline::test::component_mass_test {
namespace {

TEST(ComponentMass, MatchesDirectResponsibilities) {
  const std::vector<Real> weight = {.2, .3, .5}, stddev = {1, .7, 2};
  const reference::Points mean = {{0, 0}, {2, 1}, {-3, 2}};
  const Problem problem = target(isotropic(weight, mean, stddev));
  const reference::Points x = normal_points(597, 2, 0, 2);
  const std::vector<Real> w = uneven_weights(597);

  EXPECT_NEAR(evaluate("component_mass", problem, ensemble(x, w)).value,
              reference::component_mass(x, w, weight, mean, stddev), 1e-13);
}

TEST(ComponentMass, IsTheSameInOnePassOrMany) {
  // 9000 draws of 1000 components take several passes; their copies 9 times fewer draws.
  const Index components = 1000;
  reference::Points mean(components);
  for (Index k = 0; k < components; ++k) mean[k] = {std::sin(Real(k)) * 20, std::cos(2.0 * k) * 20};
  const Problem problem =
      target(isotropic(std::vector<Real>(components, 1), mean, std::vector<Real>(components, 0.5)));
  const reference::Points once = normal_points(1000, 2, 0, 10);
  reference::Points many;
  for (int copy = 0; copy < 9; ++copy) many.insert(many.end(), once.begin(), once.end());

  EXPECT_NEAR(evaluate("component_mass", problem, ensemble(many)).value,
              evaluate("component_mass", problem, ensemble(once)).value, 1e-13);
}

TEST(ComponentMass, OfCollapsedDrawsIsTheMassTheyMiss) {
  const Problem problem = target(isotropic({.25, .75}, {{-20}, {20}}, {1, 1}));

  EXPECT_NEAR(evaluate("component_mass", problem, ensemble(normal_points(100, 1, -20))).value, 0.75,
              1e-12);
}

TEST(ComponentMass, CountsNearestPointsWhenTheTargetIsADataSet) {
  const Problem problem = target(isotropic({1, 1, 2}, {{0}, {1}, {5}}, {0, 0, 0}));

  EXPECT_NEAR(evaluate("component_mass", problem, ensemble({{0.1}, {0.2}, {1.2}, {6}})).value, 0.25,
              1e-12);
}

TEST(ComponentMass, OfATiltIsSmallOnExactDraws) {
  const Problem problem = tilted_target();

  // TV of two shares of n draws is below 5 √(K/(4 n)) but once in a million.
  EXPECT_LT(evaluate("component_mass", problem, exact_draws(problem, 4000, 1)).value,
            5 * std::sqrt(3.0 / 16000));
}

}  // namespace
}  // namespace plumbline::test::component_mass_test
