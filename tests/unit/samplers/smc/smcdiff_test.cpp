// smcdiff: what it refuses, what its bits do not depend on, and its limits. Its evidence and its
// convergence are in tests/statistical.
#include "unit/samplers/reverse/linear_gaussian.hpp"

namespace plumbline::test::smcdiff_test {
namespace {

Problem problem() {
  return last_observed(three_in_the_plane(), 0.5, ou());
}

/// The message with which settings are refused, "" when they are not.
std::string refusal(Entries settings) {
  try {
    sampler("smcdiff", settings)->check(problem());
    return "";
  } catch (const SpecError& error) {
    return error.what();
  }
}

TEST(SmcDiff, RefusesKernelsWithoutNoiseAndSaysWhichHaveIt) {
  for (const char* kernel : {"ode-euler", "ode-heun", "ddim"})
    EXPECT_NE(refusal({{"kernel", kernel}}).find("use exact, em, or ddpm"), std::string::npos);
  EXPECT_NE(refusal({{"kernel", "ddim"}, {"eta", 1.0}}).find("s = 0"), std::string::npos);
  EXPECT_NE(refusal({{"kernel", "ddpm"}, {"variance", "beta_tilde"}}).find("beta_tilde"),
            std::string::npos);
  for (const char* kernel : {"exact", "em", "ddpm"}) EXPECT_EQ(refusal({{"kernel", kernel}}), "");
}

TEST(SmcDiff, ClaimsParticlesWithTheExactKernelAndStepsTooWithOthers) {
  EXPECT_EQ(sampler("smcdiff")->claim(), Claim::limit({"particles"}));
  EXPECT_EQ(sampler("smcdiff", {{"kernel", "em"}})->claim(), Claim::limit({"steps", "particles"}));
  EXPECT_EQ(sampler("smcdiff", {{"initial", "gaussian"}})->claim(), Claim::nothing());
  EXPECT_EQ(sampler("smcdiff", {{"context", "fixed"}})->claim(), Claim::limit({"particles"}));
  EXPECT_EQ(sampler("smcdiff", {{"context", "fixed"}, {"kernel", "em"}})->claim(),
            Claim::nothing());
}

// 300 runs of 2000 particles in the plane span several chunks of 65 runs.
TEST(SmcDiff, DrawsTheSameBitsHoweverRunsAreChunked) {
  const auto method = sampler("smcdiff", {{"particles", 2000}, {"steps", 3}});

  const auto many = to_host(draw(*method, problem(), 300).ensemble.x);
  const auto few = to_host(draw(*method, problem(), 7).ensemble.x);

  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
}

// With one particle nothing is chosen. A separable kernel then propagates as replacement does: same
// path, same noise, same draw.
TEST(SmcDiff, WithOneParticleAndASeparableKernelIsReplacement) {
  const Entries settings = {{"kernel", "em"}, {"steps", 10}};
  const auto replacement = sampler("replacement", settings);
  const auto filter = sampler("smcdiff", {{"kernel", "em"}, {"steps", 10}, {"particles", 1}});

  const auto a = to_host_matrix(draw(*replacement, problem(), 100).ensemble.x);
  const auto b = to_host_matrix(draw(*filter, problem(), 100).ensemble.x);

  EXPECT_LT((a - b).cwiseAbs().maxCoeff(), 1e-12);
}

TEST(PooledSmcDiff, KeepsAllParticlesAndFillsALastRunByWeight) {
  const auto method = sampler("smcdiff", {{"particles", 16}, {"steps", 5}, {"pooled", true}});

  const Drawn drawn = draw(*method, problem(), 40);

  const auto log_w = to_host(drawn.ensemble.log_w);
  Real sum = 0;
  for (const Real v : log_w) sum += std::exp(v);
  EXPECT_NEAR(sum, 1, 1e-13);
  for (int n = 32; n < 40; ++n) EXPECT_DOUBLE_EQ(log_w[n], -std::log(40.0));
  EXPECT_EQ(drawn.trace.score_evaluations, 3 * 16 * 5 * 2);
}

// One draw is retained by weight, so N W of the retained particle has mean N Σ W². z below 5: false
// alarm 6e-7. Weights that are lost on the way are all 1/N, and N Σ W² is 1.
TEST(PooledSmcDiff, ReturnsTheWeightsByWhichOneWouldBeRetained) {
  constexpr Index particles = 16, runs = 2000;
  const Entries never = {{"particles", int(particles)}, {"steps", 3}, {"ess_threshold", 0.0}};
  const Entries pooled = {
      {"particles", int(particles)}, {"steps", 3}, {"ess_threshold", 0.0}, {"pooled", true}};
  const Problem correlated =
      last_observed(gaussian(vector({0.4, -0.3}), matrix({{4.0, 1.9}, {1.9, 1.0}})), 1.5, ou(1));
  const auto one = to_host(draw(*sampler("smcdiff", never), correlated, runs).ensemble.x);
  const Ensemble all = draw(*sampler("smcdiff", pooled), correlated, runs * particles).ensemble;
  const auto x = to_host(all.x), log_w = to_host(all.log_w);

  HostVector excess(runs);
  Real mean_square = 0;
  for (Index r = 0; r < runs; ++r) {
    const auto begin = x.begin() + r * particles;
    const auto retained = std::find(begin, begin + particles, one[r]);
    ASSERT_NE(retained, begin + particles) << "run " << r << " is not the run that was pooled";
    Real square = 0;
    for (Index n = r * particles; n < (r + 1) * particles; ++n)
      square += std::exp(2 * log_w[n]) * runs * runs;
    excess(r) = particles * (std::exp(log_w[retained - x.begin()]) * runs - square);
    mean_square += particles * square / runs;
  }

  const Real sd = std::sqrt((excess.array() - excess.mean()).square().sum() / (runs - 1));
  EXPECT_LT(std::abs(excess.mean()) / (sd / std::sqrt(Real(runs))), 5);
  EXPECT_GT(mean_square, 1.2);
}

TEST(SmcDiff, HasNoEvidenceOnAPathThatIsNoDrawOfTheForwardChain) {
  for (const char* context : {"fixed", "fresh"}) {
    const Drawn drawn = draw(*sampler("smcdiff", {{"context", context}}), problem(), 4);
    EXPECT_TRUE(std::isnan(drawn.trace.log_evidence)) << context;
  }
  EXPECT_TRUE(std::isfinite(draw(*sampler("smcdiff"), problem(), 4).trace.log_evidence));
}

}  // namespace
}  // namespace plumbline::test::smcdiff_test
