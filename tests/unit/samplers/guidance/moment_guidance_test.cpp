// Guidance by matched moments, pigdm, tmpd and mmps: their scores against dense formulas, whole
// runs against the exact conditional score where theory calls them exact, and the two forms of a
// step.
#include "samplers/guidance/row_algebra.hpp"
#include "unit/problem/observations.hpp"
#include "unit/samplers/guidance/likelihood_guidance.hpp"

namespace plumbline::test::moment_guidance_test {
namespace {

HostMatrix correlated_covariance() {
  return matrix({{1.0, 0.5, 0.2}, {0.5, 0.6, 0}, {0.2, 0, 0.8}});
}

TEST(PiGdmScore, IsThatOfItsIsotropicMoments) {
  for (const bool literal : {false, true}) {
    const Real c = 0.8;
    expect_weight("pigdm", {{"spread", literal ? "literal" : "corrected"}, {"prior_variance", c}},
                  [=](const LinearGaussian& o, const Point& p, const HostVector& r) {
                    const Real a2 = literal ? 1 : p.level.alpha * p.level.alpha;
                    const Real r2 = p.level.variance * c / (p.level.variance + a2 * c);
                    const HostMatrix system = r2 * o.a * o.a.transpose() + o.noise;
                    return HostVector(system.inverse() * r);
                  });
  }
}

TEST(PiGdmScore, TakesTheMeanPriorVarianceByDefault) {
  const Real c = in_space().total_covariance().trace() / 3;
  const auto own = sampler("pigdm", {{"steps", 5}});
  const auto set = sampler("pigdm", {{"steps", 5}, {"prior_variance", c}});

  EXPECT_EQ(to_host(draw(*own, linear(ou()), 50).ensemble.x),
            to_host(draw(*set, linear(ou()), 50).ensemble.x));
}

TEST(TmpdScore, IsThatOfTheExactMomentsOrOfTheirDiagonals) {
  for (const std::string kind : {"full", "diagonal", "row_sum"}) {
    SCOPED_TRACE(kind);
    expect_weight("tmpd", {{"covariance", kind}},
                  [=](const LinearGaussian& o, const Point& p, const HostVector& r) {
                    HostMatrix moments = o.a * p.v * o.a.transpose();
                    const HostVector sums = moments.rowwise().sum();
                    if (kind != "full") moments = HostMatrix(moments.diagonal().asDiagonal());
                    if (kind == "row_sum")
                      for (int i = 0; i < 2; ++i)
                        if (sums(i) > 0) moments(i, i) = sums(i);
                    return HostVector(HostMatrix(moments + o.noise).inverse() * r);
                  });
  }
}

TEST(MmpsScore, IsAConjugateGradientIterate) {
  expect_weight("mmps", {}, [](const LinearGaussian& o, const Point& p, const HostVector& r) {
    const HostMatrix system = o.a * p.v * o.a.transpose() + o.noise;
    return HostVector(r.squaredNorm() / r.dot(system * r) * r);
  });
  expect_weight("mmps", {{"iterations", 2}},
                [](const LinearGaussian& o, const Point& p, const HostVector& r) {
                  const HostMatrix system = o.a * p.v * o.a.transpose() + o.noise;
                  return HostVector(system.inverse() * r);
                });
}

class LikelihoodGuidance : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Kernel, LikelihoodGuidance,
                         testing::Values("ddpm", "em", "ddim", "ode-euler", "ode-heun"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST_P(LikelihoodGuidance, OfTmpdIsMmpsWithAConvergedSolver) {
  for (const Problem& problem : {linear(ou()), inpainting(ou())}) {
    const Drawn tmpd =
        draw(*sampler("tmpd", {{"kernel", GetParam()}, {"steps", 20}}), problem, 300);
    const Drawn mmps = draw(
        *sampler("mmps", {{"kernel", GetParam()}, {"steps", 20}, {"iterations", 4}}), problem, 300);
    const Drawn once =
        draw(*sampler("mmps", {{"kernel", GetParam()}, {"steps", 20}}), problem, 300);

    EXPECT_LT(largest_difference(tmpd.ensemble, mmps.ensemble), 1e-10);
    EXPECT_GT(largest_difference(tmpd.ensemble, once.ensemble), 1e-3);
  }
}

// cfg at γ = 1 integrates the exact conditional score in the same coordinates with the same noise.
TEST_P(LikelihoodGuidance, IsTheConditionalScoreWhereTheoryCallsItExact) {
  const GaussianMixture gauss = gaussian(vector({0.5, -0.2, 0.1}), correlated_covariance());
  const GaussianMixture ball =
      GaussianMixture::isotropic(vector({1}), matrix({{0.5, -0.2, 0.1}}), vector({0.7}));
  const Entries steps = {{"kernel", GetParam()}, {"steps", 12}, {"eta", 0.5}};
  const ObservationPtr seen[] = {two_sums(),
                                 Inpainting{.observed = {2, 0}, .y = vector({0.3, -0.5})}};

  for (const ObservationPtr& observation : seen) {
    const Problem correlated_prior(Exec{}, gauss, ou(), observation);
    const Problem isotropic(Exec{}, ball, ou(), observation);
    const auto exact = [&](const Problem& p) {
      return draw(*sampler("cfg", steps), p, 300).ensemble;
    };

    const Ensemble tmpd = draw(*sampler("tmpd", steps), correlated_prior, 300).ensemble;
    const Ensemble pigdm = draw(*sampler("pigdm", steps), isotropic, 300).ensemble;
    const Ensemble elsewhere = draw(*sampler("pigdm", steps), correlated_prior, 300).ensemble;

    EXPECT_LT(largest_difference(tmpd, exact(correlated_prior)), 1e-10);
    EXPECT_LT(largest_difference(pigdm, exact(isotropic)), 1e-10);
    EXPECT_GT(largest_difference(elsewhere, exact(correlated_prior)), 1e-3);
  }
}

TEST_P(LikelihoodGuidance, IsTheSameInEitherFormUntilSomethingIsClipped) {
  for (const char* name : {"dps", "pigdm", "tmpd", "mmps"}) {
    SCOPED_TRACE(name);
    const auto with = [&](const char* form, double clip) {
      return draw(*sampler(name,
                           {{"kernel", GetParam()}, {"steps", 12}, {"form", form}, {"clip", clip}}),
                  linear(ou()), 300)
          .ensemble;
    };
    const Ensemble plain =
        draw(*sampler(name, {{"kernel", GetParam()}, {"steps", 12}}), linear(ou()), 300).ensemble;

    EXPECT_LT(largest_difference(plain, with("epsilon", 1e3)), 1e-10);
    EXPECT_LT(largest_difference(plain, with("denoised", 1e3)), 1e-10);
    EXPECT_GT(largest_difference(plain, with("epsilon", 0.3)), 1e-3);
    EXPECT_GT(largest_difference(with("denoised", 0.3), with("epsilon", 0.3)), 1e-3);
  }
}

TEST(LikelihoodGuidance, CountsTheEvaluationsItDeclaresUnderEverySwitch) {
  expect_counted("pigdm", {{"spread", "literal"}});
  expect_counted("tmpd", {{"kernel", "ode-heun"}});
  expect_counted("mmps", {{"iterations", 3}, {"form", "denoised"}});
}

TEST(LikelihoodGuidance, RefusesWhatItCannotDoAndNamesWhatCan) {
  const Problem classes(Exec{}, in_space(), ou(), ClassLabel{.label = 0, .classes = {{0, 2}, {1}}});
  for (const char* name : {"pigdm", "tmpd", "mmps"}) {
    expect_refused(name, {{"kernel", "exact"}}, linear(ou()), "kernel", "ode-heun");
    expect_refused(name, {}, classes, "kind", "classifier-guidance");
  }
}

TEST(LikelihoodGuidanceClaim, IsStepsOnlyForTheGaussianThatMakesItExact) {
  const Problem correlated(Exec{}, gaussian(vector({0.5, -0.2, 0.1}), correlated_covariance()),
                           ou(), two_sums());
  const Problem isotropic(Exec{},
                          GaussianMixture::isotropic(vector({1}), matrix({{0, 1}}), vector({0.7})),
                          ou(), Inpainting{.observed = {1}, .y = vector({0.5})});
  const auto on = [](const char* name, Entries settings, const Problem& problem) {
    return sampler(name, settings)->claim_on(problem);
  };

  EXPECT_EQ(on("tmpd", {}, correlated), Claim::limit({"steps"}));
  EXPECT_EQ(on("tmpd", {}, linear(ou())), Claim::nothing());
  EXPECT_EQ(on("tmpd", {{"covariance", "diagonal"}}, correlated), Claim::nothing());
  EXPECT_EQ(on("tmpd", {{"initial", "gaussian"}}, correlated), Claim::nothing());
  EXPECT_EQ(on("mmps", {}, correlated), Claim::nothing());
  EXPECT_EQ(on("mmps", {{"iterations", 2}}, correlated), Claim::limit({"steps"}));
  EXPECT_EQ(on("pigdm", {}, isotropic), Claim::limit({"steps"}));
  EXPECT_EQ(on("pigdm", {}, correlated), Claim::nothing());
  EXPECT_EQ(on("pigdm", {{"spread", "literal"}}, isotropic), Claim::nothing());
  EXPECT_EQ(on("dps", {}, isotropic), Claim::nothing());
}

/// A row-major [size, size] matrix and a vector, as a kernel sees them.
struct RowMajor {
  Real* data;
  int size;
  KOKKOS_INLINE_FUNCTION Real& operator()(int i, int j) const { return data[i * size + j]; }
  KOKKOS_INLINE_FUNCTION Real& operator()(int i) const { return data[i]; }
};

TEST(SolveDefinite, DropsAnObservationThatSaysNothingNew) {
  HostMatrix c = matrix({{2, 2, 0.5}, {2, 2, 0.5}, {0.5, 0.5, 1}});
  HostVector x = vector({1, 1, -1});

  solve_definite(RowMajor{c.data(), 3}, 3, RowMajor{x.data(), 3});

  EXPECT_EQ(x(1), 0);
  EXPECT_NEAR(2 * x(0) + 0.5 * x(2), 1, 1e-15);
  EXPECT_NEAR(0.5 * x(0) + x(2), -1, 1e-15);
}

}  // namespace
}  // namespace plumbline::test::moment_guidance_test
