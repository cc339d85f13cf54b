// Guided samplers: both forms against each other, against the conditional score, and against the
// recursion of a guided Gaussian, bias included.
#include "unit/problem/observations.hpp"
#include "unit/samplers/filters/noisy_sum.hpp"

namespace plumbline::test::guidance_test {
namespace {

using noisy_sum::cfg_field, noisy_sum::posterior, noisy_sum::prior;

constexpr Index draws = 100000;

Problem two_classes(Real gamma = 1) {
  return Problem(Exec{}, three_in_the_plane(), ou(),
                 ClassLabel{.label = 0, .classes = {{0, 2}, {1}}, .gamma = gamma});
}

Real largest_difference(const Ensemble& a, const Ensemble& b) {
  return (to_host_matrix(a.x) - to_host_matrix(b.x)).cwiseAbs().maxCoeff();
}

class Guidance : public testing::TestWithParam<std::tuple<std::string, double>> {};

TEST_P(Guidance, OfANoisyClassifierIsClassifierFreeGuidanceWithTheSameGamma) {
  const auto& [kernel, gamma] = GetParam();
  const Entries settings = {{"kernel", kernel}, {"gamma", gamma}, {"steps", 20}};

  const Drawn free = draw(*sampler("cfg", settings), two_classes(), 500);
  const Drawn classifier = draw(*sampler("classifier-guidance", settings), two_classes(), 500);

  EXPECT_LT(largest_difference(free.ensemble, classifier.ensemble), 1e-11);
}

INSTANTIATE_TEST_SUITE_P(KernelAndGamma, Guidance,
                         testing::Combine(testing::Values("ddpm", "em", "ddim", "ode-euler",
                                                          "ode-heun"),
                                          testing::Values(0.0, 0.5, 1.0, 3.0)));

TEST(Guidance, AtGammaOneIsTheConditionalScore) {
  const Drawn oracle =
      draw(*sampler("conditional-score", {{"kernel", "ddpm"}, {"steps", 20}}), two_classes(), 500);

  const Drawn guided = draw(*sampler("cfg", {{"steps", 20}}), two_classes(), 500);

  EXPECT_EQ(largest_difference(oracle.ensemble, guided.ensemble), 0);
}

TEST(Guidance, AtGammaZeroIsThePriorsOwnReverseProcess) {
  Moments law = prior.at(2);
  const std::vector<Real> times = uniform_times(2, 8);
  for (int i = 0; i < 8; ++i) law = push(ddpm_kernel(score_of(prior), times[i], times[i + 1]), law);

  const auto unconditional = sampler("cfg", {{"gamma", 0.0}, {"steps", 8}});

  expect_gaussian(draw(*unconditional, noisy_sum::problem(), draws).ensemble, law);
}

/// Output of a guided sampler from p_T(z | y), 8 ddpm steps on a linear score.
Moments guided_law(const LinearField& field) {
  return noisy_sum::law_after(8, [&](Real t, Real s) { return ddpm_kernel(field, t, s); });
}

class GuidedGaussian : public testing::TestWithParam<double> {};

TEST_P(GuidedGaussian, HasTheLawOfItsRecursion) {
  const Real gamma = GetParam();
  const Entries settings = {{"gamma", gamma}, {"steps", 8}};

  expect_gaussian(draw(*sampler("cfg", settings), noisy_sum::problem(), draws).ensemble,
                  guided_law(cfg_field(gamma)));
  expect_gaussian(
      draw(*sampler("classifier-guidance", settings), noisy_sum::problem(), draws).ensemble,
      guided_law(cfg_field(gamma)));
}

TEST_P(GuidedGaussian, ByACleanClassifierHasTheLawOfItsRecursion) {
  const Real gamma = GetParam();
  const LinearField field = [gamma](Real t) -> LinearScore {
    const LinearScore noisy = score_of(prior)(t);
    const LinearScore p = score_of(prior)(0), q = score_of(posterior())(0);
    return {noisy.p + gamma * (q.p - p.p), noisy.pm + gamma * (q.pm - p.pm)};
  };
  const Entries settings = {{"gamma", gamma}, {"steps", 8}, {"classifier", "clean"}};

  expect_gaussian(
      draw(*sampler("classifier-guidance", settings), noisy_sum::problem(), draws).ensemble,
      guided_law(field));
}

INSTANTIATE_TEST_SUITE_P(Gamma, GuidedGaussian, testing::Values(0.5, 1.0, 2.0));

Table limited(Real gamma, Real low, Real high) {
  Table settings = table({{"gamma", gamma}, {"steps", 8}});
  settings.set("interval", Value{Array{Value{low}, Value{high}}});
  return settings;
}

// Of the times 2, 1.75 … 0.25 the interval holds 1.5 … 0.75: γ there, the conditional score
// outside.
TEST_P(GuidedGaussian, InALimitedIntervalHasTheLawOfItsRecursion) {
  const Real gamma = GetParam();
  const LinearField field = [gamma](Real t) -> LinearScore {
    const LinearScore p = score_of(prior)(t), q = score_of(posterior())(t);
    const Real own = 0.7 <= t && t <= 1.5 ? gamma : 1;
    return {(1 - own) * p.p + own * q.p, (1 - own) * p.pm + own * q.pm};
  };
  for (const char* name : {"cfg", "classifier-guidance"})
    expect_gaussian(
        draw(*find_sampler(name).make(limited(gamma, 0.7, 1.5)), noisy_sum::problem(), draws)
            .ensemble,
        guided_law(field));
}

TEST(GuidanceInterval, OfAllTimesChangesNothingAndOfNoneIsTheConditionalScore) {
  for (const char* name : {"cfg", "classifier-guidance"}) {
    const auto with = [&](const Table& settings) {
      return draw(*find_sampler(name).make(settings), noisy_sum::problem(), 200).ensemble;
    };
    const Ensemble strong = with(table({{"gamma", 3.0}, {"steps", 8}}));
    const Ensemble bayes = with(table({{"gamma", 1.0}, {"steps", 8}}));

    EXPECT_EQ(largest_difference(with(limited(3, 0, 2)), strong), 0) << name;
    EXPECT_LT(largest_difference(with(limited(3, 0.1, 0.2)), bayes), 1e-12) << name;
    EXPECT_GT(largest_difference(with(limited(3, 0.7, 1.5)), bayes), 0.01) << name;
  }
}

TEST(GuidanceInterval, CostsOneEvaluationOutsideAndIsCounted) {
  for (const char* kernel : {"ddpm", "ode-heun"}) {
    Table settings = limited(3, 0.7, 1.5);
    settings.set("kernel", Value{std::string(kernel)});
    const auto method = find_sampler("cfg").make(settings);
    const Index counted = draw(*method, noisy_sum::problem(), 10).trace.score_evaluations;

    EXPECT_EQ(counted, method->declared_evaluations(noisy_sum::problem(), 10));
    EXPECT_EQ(counted, std::string(kernel) == "ddpm" ? 10 * (8 + 4) : 10 * (16 + 8));
  }
}

TEST(GuidanceInterval, RefusesWhatIsNoInterval) {
  EXPECT_THROW(find_sampler("cfg").make(limited(2, 1, 0.5)), SpecError);
  EXPECT_THROW(find_sampler("classifier-guidance").make(limited(2, -1, 0.5)), SpecError);
  Table one = table({});
  one.set("interval", Value{Array{Value{0.5}}});
  EXPECT_THROW(find_sampler("cfg").make(one), SpecError);
}

// At γ ≠ 1 the recursion's limit is not the tilted law p(z) p(y | z)^γ, which for a linear-Gaussian
// likelihood is the posterior with noise τ²/γ (problem/README §3): why γ ≠ 1 claims nothing.
TEST(GuidanceRecursion, DoesNotReachTheTiltedLaw) {
  const Real gamma = 2;
  const LinearField field = cfg_field(gamma);
  const HostMatrix a = matrix({{1, 1}});
  const HostMatrix tilted =
      HostMatrix(HostMatrix(prior.sigma.inverse()) + gamma * a.transpose() * a / 0.25).inverse();

  Moments law = posterior().at(4);
  const std::vector<Real> times = uniform_times(4, 4000);
  for (int i = 0; i < 4000; ++i) law = push(ode_kernel(field, times[i], times[i + 1]), law);

  const Real along = (a * law.covariance * a.transpose())(0, 0);
  EXPECT_GT(std::abs(along / (a * tilted * a.transpose())(0, 0) - 1), 0.05);
}

TEST(Guidance, RefusesTheExactKernelAndNamesTheOthers) {
  for (const char* name : {"cfg", "classifier-guidance"}) {
    try {
      sampler(name, {{"kernel", "exact"}})->check(two_classes());
      FAIL() << name;
    } catch (const SpecError& error) {
      EXPECT_EQ(error.key(), "kernel");
      for (const char* kernel : {"ddpm", "em", "ddim", "ode-euler", "ode-heun"})
        EXPECT_NE(error.allowed().find(kernel), std::string::npos) << error.what();
    }
  }
}

TEST(CleanClassifier, RefusesANoiseFreeObservation) {
  const Problem inpainting = last_observed(three_in_the_plane(), 0.5, ou());
  const auto clean = sampler("classifier-guidance", {{"classifier", "clean"}});

  EXPECT_THROW(clean->check(inpainting), SpecError);
  EXPECT_NO_THROW(clean->check(two_classes()));
}

TEST(GuidanceClaim, IsStepsAtGammaOneOnAnUntiltedTargetOnly) {
  EXPECT_EQ(sampler("cfg")->claim(), Claim::limit({"steps"}));
  EXPECT_EQ(sampler("cfg", {{"gamma", 2.0}})->claim(), Claim::nothing());
  EXPECT_EQ(sampler("classifier-guidance")->claim(), Claim::limit({"steps"}));
  EXPECT_EQ(sampler("classifier-guidance", {{"classifier", "clean"}})->claim(), Claim::nothing());
  EXPECT_EQ(sampler("cfg")->claim_on(two_classes()), Claim::limit({"steps"}));
  EXPECT_EQ(sampler("cfg")->claim_on(two_classes(3)), Claim::nothing());
}

}  // namespace
}  // namespace plumbline::test::guidance_test
