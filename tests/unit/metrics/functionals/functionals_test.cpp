// Signed errors of known expectations: closed forms, and no bias on exact draws.
#include "metrics/functionals/functionals.hpp"

#include <map>

#include "unit/metrics/support.hpp"

namespace plumbline::test::functionals_test {
namespace {

std::map<std::string, Real> errors_of(const Problem& problem, const Ensemble& draws) {
  std::map<std::string, Real> errors;
  for (const SignedError& error : signed_errors(Exec{}, problem, draws))
    errors[error.name] = error.value;
  return errors;
}

/// Two components on the first axis, of variance 4 in all; the second has variance 1.
Problem two_on_a_line() {
  const Real side = std::sqrt(3.0);
  return target(isotropic({.5, .5}, {{-side, 0}, {side, 0}}, {1, 1}));
}

TEST(SignedErrors, AreMomentsAlongPrincipalAxesLessTheTruth) {
  // u_1 = x_1/2, u_2 = x_2: draws at u = (1, 0), (0, 2) with weights ¼, ¾.
  const Problem problem = two_on_a_line();

  const auto errors = errors_of(problem, ensemble({{2, 0}, {0, 2}}, {.25, .75}));

  EXPECT_NEAR(errors.at("location_1"), .25, 1e-14);
  EXPECT_NEAR(errors.at("location_2"), 1.5, 1e-14);
  EXPECT_NEAR(errors.at("spread_1"), .25 - 1, 1e-14);
  EXPECT_NEAR(errors.at("spread_2"), 3 - 1, 1e-14);
  EXPECT_NEAR(errors.at("dependence_1_2"), 0, 1e-14);
  EXPECT_EQ(errors.count("location_3"), 0u);
}

TEST(SignedErrors, SeeProductsMassesAndTails) {
  const Problem problem = two_on_a_line();

  const auto errors = errors_of(problem, ensemble({{4, 2}, {4, 2}}));

  EXPECT_NEAR(errors.at("dependence_1_2"), 4, 1e-13);
  // r_2 = 1/(1 + e^{−2 √3 · 4}) at x_1 = 4
  const Real r = 1 / (1 + std::exp(-2 * std::sqrt(3.0) * 4));
  EXPECT_NEAR(errors.at("mass_2"), r - .5, 1e-12);
  EXPECT_NEAR(errors.at("mass_1"), .5 - r, 1e-12);
  EXPECT_NEAR(errors.at("tails_1"), 1 - .1, 1e-14);  // 4 is beyond √3 + 1.28, where 95 % is
  EXPECT_NEAR(errors.at("tails_2"), 1 - .1, 1e-14);  // 2 is beyond 1.645
}

TEST(SignedErrors, OfTailsTurnAtTheQuantiles) {
  const Problem problem = target(isotropic({1}, {{0}}, {1}));
  const Real quantile = 1.6448536269514722;

  EXPECT_NEAR(errors_of(problem, ensemble({{quantile - 1e-9}})).at("tails_1"), -.1, 1e-14);
  EXPECT_NEAR(errors_of(problem, ensemble({{quantile + 1e-9}})).at("tails_1"), .9, 1e-14);
  EXPECT_NEAR(errors_of(problem, ensemble({{-quantile - 1e-9}})).at("tails_1"), .9, 1e-14);
}

TEST(SignedErrors, OfExactDrawsHaveMeanZero) {
  // Correlated components, all kinds of errors. |z| < 5 each: a false alarm is 6e-7, an error of
  // 0.02 posterior deviations is seen.
  const Problem problem = target(
      GaussianMixture::full(HostVector{{.2, .5, .3}}, HostMatrix{{-2, 0, 1}, {0, 1, 0}, {3, -1, 2}},
                            {HostMatrix{{1, .5, 0}, {.5, 1, .2}, {0, .2, .5}},
                             HostMatrix{{.3, 0, 0}, {0, 2, -.4}, {0, -.4, 1}},
                             HostMatrix{{.5, 0, .1}, {0, .5, 0}, {.1, 0, .5}}}));
  std::map<std::string, std::vector<Real>> values;
  for (int repetition = 0; repetition < 256; ++repetition)
    for (const auto& [name, value] : errors_of(problem, exact_draws(problem, 200, repetition)))
      values[name].push_back(value);

  EXPECT_EQ(values.size(), 3u + 3 + 3 + 3 + 3);
  for (const auto& [name, list] : values) expect_mean(list, 0, name.c_str());
}

TEST(SignedErrors, AreNoneOfAPointAndOfDrawsThatAreNotFinite) {
  const Problem point = target(isotropic({1}, {{1, 2}}, {0}));
  EXPECT_TRUE(errors_of(point, ensemble({{1, 2}})).empty());
  EXPECT_TRUE(errors_of(two_on_a_line(), ensemble({{nan, 0}})).empty());
}

TEST(SignedErrors, AsksNoTailsOfPoints) {
  const Problem points = target(isotropic({1, 1}, {{-1, 0}, {1, 0}}, {0, 0}));

  const auto errors = errors_of(points, ensemble({{-1, 0}, {1, 0}}));

  EXPECT_EQ(errors.count("tails_1"), 0u);
  EXPECT_NEAR(errors.at("location_1"), 0, 1e-14);
  EXPECT_NEAR(errors.at("mass_1"), 0, 1e-14);
}

}  // namespace
}  // namespace plumbline::test::functionals_test
