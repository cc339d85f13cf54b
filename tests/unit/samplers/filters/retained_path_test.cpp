// Which filters can keep an exact path, what their evidence claims, and what the path is. That the
// mean of Z/Ẑ is one: tests/statistical/retained_evidence_test.cpp.
#include "samplers/filters/retained_path.hpp"

#include "samplers/replacement/stored_path.hpp"
#include "unit/samplers/support.hpp"

namespace plumbline::test::retained_path_test {
namespace {

Problem masked() {
  return last_observed(three_in_the_plane(), 0.5, ou());
}
Problem summed() {
  return Problem(
      Exec{}, three_in_the_plane(), ou(),
      LinearGaussian{.a = matrix({{1, 0.5}}), .noise = matrix({{0.5}}), .y = vector({0.5})});
}

Claim evidence_claim(const char* name, Entries settings, const Problem& problem) {
  return sampler(name, settings)->evidence_claim_on(problem);
}

TEST(EvidenceClaim, IsExactAtAnyBudgetWithTheExactKernelAndALimitInStepsWithOthers) {
  const Claim steps = Claim::limit({"steps"}), exact = Claim::exact(), nothing = Claim::nothing();
  EXPECT_EQ(evidence_claim("smcdiff", {}, masked()), exact);
  EXPECT_EQ(evidence_claim("smcdiff", {{"kernel", "em"}}, masked()), steps);
  EXPECT_EQ(evidence_claim("smcdiff", {{"context", "fixed"}}, masked()), nothing);
  EXPECT_EQ(evidence_claim("smcdiff", {{"initial", "gaussian"}}, masked()), nothing);
  EXPECT_EQ(evidence_claim("tds", {}, summed()), steps);
  EXPECT_EQ(evidence_claim("tds", {{"kernel", "exact"}}, summed()), exact);
  EXPECT_EQ(evidence_claim("tds", {{"kernel", "exact"}, {"final_weight", false}}, summed()),
            nothing);
  EXPECT_EQ(evidence_claim("doob", {}, summed()), exact);
  EXPECT_EQ(evidence_claim("mcgdiff", {}, summed()), steps);
  EXPECT_EQ(evidence_claim("mcgdiff", {{"final_likelihood", false}}, summed()), nothing);
  EXPECT_EQ(evidence_claim("smcdiffopt", {{"kernel", "exact"}}, summed()), exact);
  EXPECT_EQ(evidence_claim("smcdiffopt", {{"kernel", "exact"}, {"floor", 0.5}}, masked()), nothing);
  EXPECT_EQ(evidence_claim("fps-smc", {}, summed()), nothing);
  EXPECT_EQ(evidence_claim("conditional-score", {}, summed()), nothing);
}

/// Every entry on both problems, with the exact kernel where it has one.
TEST(RetainedEvidence, IsANumberWhereTheEntrySaysSoAndTheClaimIsExact) {
  int numbers = 0;
  for (const SamplerEntry& entry : sampler_catalogue())
    for (const Problem& problem : {masked(), summed()}) {
      Table settings;
      for (const FieldDoc& field : entry.fields) {
        if (field.name == "kernel") settings.set("kernel", {std::string("exact")});
        if (field.name == "steps") settings.set("steps", {std::int64_t{3}});
      }
      std::unique_ptr<Sampler> method;
      try {
        method = entry.make(settings);
        method->check(problem);
      } catch (const SpecError&) {
        continue;  // it has no exact kernel, or cannot do this y
      }
      const Real z = method->retained_log_evidence(Exec{}, problem, 2, Rng::from_seed(1));
      const bool can = entry.retains_path && method->evidence_claim_on(problem).is_exact();
      EXPECT_EQ(std::isfinite(z), can) << entry.name;
      numbers += can;
    }
  EXPECT_GE(numbers, 6);  // smcdiff, tds and doob of y coordinates; tds, doob, smcdiffopt of A z
}

TEST(NoisedPath, EndsInTheStateItWasMadeOfAndInTheObservation) {
  const Problem problem = masked();
  GridSettings settings;
  settings.steps = 4;
  const TimeGrid grid = settings.times(problem.process());
  const SmcRuns runs = {1, 2, 5};
  const Matrix x = problem.draw_exact(Exec{}, 3, Rng::from_seed(2));
  const Reference path = noised_path(Exec{}, problem, grid, runs, x, Rng::from_seed(3));

  const HostMatrix z_0 = to_host_matrix(level_of(path.z, 4)), states = to_host_matrix(x);
  const auto kept = host_copy(path.kept);
  for (int r = 0; r < 2; ++r) {
    EXPECT_EQ(z_0(r, 0), states(1 + r, 0));
    EXPECT_EQ(z_0(r, 1), 0.5);
    EXPECT_GE(kept(r), 5 * r);
    EXPECT_LT(kept(r), 5 * r + 5);
  }
}

TEST(RetainedEvidence, IsTheEvidenceItselfWhereEveryWeightIsTheSame) {
  for (const Problem& problem : {masked(), summed()}) {
    const auto doob = sampler("doob", {{"particles", 3}, {"steps", 4}});
    EXPECT_NEAR(doob->retained_log_evidence(Exec{}, problem, 5, Rng::from_seed(1)),
                problem.log_evidence(), 1e-9);
  }
}

}  // namespace
}  // namespace plumbline::test::retained_path_test
