// Known functionals: closed forms, no bias on exact draws, and one meaning for averages and values.
#include "metrics/functionals/known_functionals.hpp"

#include <map>

#include "unit/metrics/support.hpp"

namespace plumbline::test::functionals_test {
namespace {

KnownFunctionals known(const Problem& problem, Index exact = 5000) {
  return {Exec{}, problem, {exact, Rng::from_seed(5)}};
}

std::map<std::string, Real> errors_of(const Problem& problem, const Ensemble& draws) {
  std::map<std::string, Real> errors;
  for (const SignedError& error : known(problem).errors(Exec{}, draws))
    errors[error.name] = error.of.value;
  return errors;
}

/// Three correlated components in space.
Problem correlated() {
  return target(GaussianMixture::full(HostVector{{.2, .5, .3}},
                                      HostMatrix{{-2, 0, 1}, {0, 1, 0}, {3, -1, 2}},
                                      {HostMatrix{{1, .5, 0}, {.5, 1, .2}, {0, .2, .5}},
                                       HostMatrix{{.3, 0, 0}, {0, 2, -.4}, {0, -.4, 1}},
                                       HostMatrix{{.5, 0, .1}, {0, .5, 0}, {.1, 0, .5}}}));
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
  // of the second component r = 1/(1 + e^{−2 √3 · 4}) at x_1 = 4
  const Real r = 1 / (1 + std::exp(-2 * std::sqrt(3.0) * 4));
  EXPECT_NEAR(errors.at("masses_1"), r - .5, 1e-12);
  EXPECT_NEAR(errors.at("masses_0"), .5 - r, 1e-12);
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
  // 0.02 posterior deviations is seen. log_density is known to 1/√(2^18) beside 1/√(256 · 200).
  const Problem problem = correlated();
  const KnownFunctionals functionals = known(problem, 1 << 18);
  std::map<std::string, std::vector<Real>> values;
  for (int repetition = 0; repetition < 256; ++repetition)
    for (const SignedError& error :
         functionals.errors_of_dependent(Exec{}, exact_draws(problem, 200, repetition)))
      values[error.name].push_back(error.of.value);

  EXPECT_EQ(values.size(), 3u + 3 + 3 + 3 + 3 + 1);
  for (const auto& [name, list] : values) expect_mean(list, 0, name.c_str());
}

TEST(SignedErrors, OfDependentDrawsHaveTheStandardErrorsOfExactOnes) {
  // The deviation over 256 sets is known to 4.4 %, five of which are 22 %.
  const Problem problem = correlated();
  const KnownFunctionals functionals = known(problem);
  std::map<std::string, std::vector<Real>> values;
  std::map<std::string, Real> errors;
  for (int repetition = 0; repetition < 256; ++repetition)
    for (const SignedError& error :
         functionals.errors_of_dependent(Exec{}, exact_draws(problem, 100, repetition))) {
      values[error.name].push_back(error.of.value);
      errors[error.name] = error.of.standard_error;
    }

  for (const auto& [name, list] : values)
    if (name.starts_with("tails")) {
      EXPECT_TRUE(std::isnan(errors[name]));
    } else {
      EXPECT_NEAR(errors[name] / summarise(list).deviation, 1, .22) << name;
    }
}

TEST(SignedErrors, AreWeightedMeansOfValues) {
  const Problem problem = correlated();
  const KnownFunctionals functionals = known(problem);
  const std::vector<Real> w = uneven_weights(64);
  const Ensemble draws = ensemble(normal_points(64, 3, .5, 1.5), w);

  const auto errors = functionals.errors_of_dependent(Exec{}, draws);
  const HostMatrix values = functionals.values(Exec{}, draws.x);

  ASSERT_EQ(static_cast<Index>(errors.size()), values.cols());
  for (std::size_t j = 0; j < errors.size(); ++j) {
    Real mean = 0;
    for (Index n = 0; n < values.rows(); ++n)
      mean += w[static_cast<std::size_t>(n)] * values(n, static_cast<Index>(j));
    EXPECT_EQ(errors[j].name, functionals.all(Exec{})[j].name);
    EXPECT_NEAR(errors[j].of.value, mean, 1e-12) << errors[j].name;
  }
}

TEST(KnownFunctionals, AreTheSameWhoeverAsksFirst) {
  const Problem problem = correlated();
  const Ensemble draws = exact_draws(problem, 50, 1);
  const KnownFunctionals asked = known(problem), fresh = known(problem);
  asked.errors(Exec{}, draws);
  asked.values(Exec{}, draws.x);

  const auto a = asked.errors_of_dependent(Exec{}, draws);
  const auto b = fresh.errors_of_dependent(Exec{}, draws);
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t j = 0; j < a.size(); ++j) {
    EXPECT_EQ(a[j].of.value, b[j].of.value) << a[j].name;
    if (!a[j].name.starts_with("tails")) {
      EXPECT_EQ(a[j].of.standard_error, b[j].of.standard_error);
    }
  }
}

TEST(KnownFunctionals, SayHowWellTheyAreKnown) {
  const Exec exec;
  const KnownFunctionals closed = known(correlated(), 1000), by_draws = known(event_target(), 1000);
  for (const KnownFunctional& f : closed.all(exec))
    EXPECT_EQ(f.error, f.name == "log_density" ? 1 / std::sqrt(1000.0) : 0) << f.name;
  for (const KnownFunctional& f : by_draws.all(exec)) {
    EXPECT_FALSE(f.name.starts_with("tails"));
    if (f.name != "log_density") {
      EXPECT_EQ(f.error, f.deviation / 512) << f.name;
    }
  }
}

TEST(KnownFunctionals, OfRareComponentsDoNotJudgeDependentDraws) {
  const Problem problem = target(isotropic({.04, .46, .5}, {{-4}, {0}, {4}}, {1, 1, 1}));
  const KnownFunctionals functionals = known(problem);
  for (const KnownFunctional& f : functionals.in_closed_form())
    EXPECT_EQ(f.of_dependent, f.name != "masses_0" && f.name != "tails_1") << f.name;
}

TEST(KnownFunctionals, RankMassesWhereEveryReplicateHasItsOwnTarget) {
  // 0.04 is too light to be looked at: right whatever the draws.
  const Problem problem = target(isotropic({.46, .04, .5}, {{-9}, {0}, {9}}, {1, 1, 1}));
  const KnownFunctionals ranked(Exec{}, problem, {5000, Rng::from_seed(5)},
                                KnownFunctionals::Masses::by_rank);
  std::map<std::string, Real> errors;
  for (const SignedError& error : ranked.errors_of_dependent(Exec{}, ensemble({{-9}, {0}}))) {
    errors[error.name] = error.of.value;
    if (!error.name.starts_with("tails")) {
      EXPECT_TRUE(std::isfinite(error.of.standard_error)) << error.name;
    }
  }

  EXPECT_NEAR(errors.at("masses_rank_1"), -.5, 1e-12);
  EXPECT_NEAR(errors.at("masses_rank_2"), .5 - .46, 1e-12);
  EXPECT_EQ(errors.at("masses_rank_3"), 0);
  EXPECT_EQ(errors.count("masses_rank_4") + errors.count("masses_0"), 0u);
}

TEST(KnownFunctionals, SayTheSameByWhatExactDrawsSaidBefore) {
  const Exec exec;
  const Problem problem = correlated();
  const auto kept = std::make_shared<std::optional<KnownFunctionals::Summary>>();
  const auto fresh = [&](Index exact) {
    return KnownFunctionals(exec, problem, {exact, Rng::from_seed(5)},
                            KnownFunctionals::Masses::by_component, kept);
  };
  const KnownFunctionals first = fresh(5000);
  EXPECT_FALSE(kept->has_value());
  const std::vector<KnownFunctional> said = first.all(exec);
  const KnownFunctionals second = fresh(10);  // makes none

  for (std::size_t j = 0; j < said.size(); ++j) {
    EXPECT_EQ(second.all(exec)[j].deviation, said[j].deviation);
    EXPECT_EQ(second.all(exec)[j].error, said[j].error);
  }
  const Matrix x = ensemble({{1, 2, 0}, {0, -1, 1}}).x;
  EXPECT_EQ(first.values(exec, x), second.values(exec, x));
}

TEST(KnownFunctionals, KnowThatCoordinatesCorrelate) {
  // Above 64 dimensions coordinates stand in for axes: here all move with the component.
  HostMatrix means(2, 65);
  for (Index i = 0; i < 65; ++i) {
    means(0, i) = -5;
    means(1, i) = i % 2 == 0 ? 5 : 4;
  }
  const Problem problem =
      target(GaussianMixture::isotropic(HostVector{{.5, .5}}, means, HostVector{{1, 1}}));
  const KnownFunctionals functionals = known(problem);
  const Ensemble exact = equally_weighted(problem.draw_exact(Exec{}, 20'000, Rng::from_seed(2)));

  Index pairs = 0;
  for (const SignedError& error : functionals.errors_of_dependent(Exec{}, exact)) {
    if (error.name.starts_with("tails")) continue;
    EXPECT_LT(std::abs(error.of.value), 5 * error.of.standard_error) << error.name;
    pairs += error.name.starts_with("dependence");
  }
  EXPECT_EQ(pairs, 6);
}

TEST(AxisTails, AreDistributionFunctionsFarOut) {
  // Along the first axis u = x/2; P(x ≥ 12) is half of the upper tails at 12 ± √3.
  const Problem problem = two_on_a_line();
  const AxisTails tails = known(problem).tails(Exec{}, ensemble({{12, 0}, {-12, 1}}).x);
  const auto upper = [](Real z) { return .5 * std::erfc(z / std::sqrt(2.0)); };
  const Real side = std::sqrt(3.0), far = (upper(12 - side) + upper(12 + side)) / 2;

  EXPECT_NEAR(tails.above(0, 0) / far, 1, 1e-11);
  EXPECT_NEAR(tails.below(1, 0) / far, 1, 1e-11);
  EXPECT_NEAR(tails.below(0, 0), 1, 1e-14);
  EXPECT_NEAR(tails.below(0, 1), .5, 1e-14);
  EXPECT_NEAR(tails.above(1, 1), upper(1), 1e-14);
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
  EXPECT_NEAR(errors.at("masses_0"), 0, 1e-14);
}

}  // namespace
}  // namespace plumbline::test::functionals_test
