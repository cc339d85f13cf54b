// One file and one line in catalogue.def, and an observation has its settings, its errors, its
// documentation, the contract suite, and every sampler that asks for what it has.
#include "contract/sampler_cases.hpp"
#include "problem/observations/entry.hpp"

namespace plumbline::test::toy_observation_test {
namespace {

Table component(const char* k) {
  return table({{"kind", "component"}, {"k", k}});
}
Problem observed(std::uint64_t seed) {
  const GaussianMixture prior = three_in_the_plane();
  const Observed given = make_observation(component("draw"), prior, Rng::from_seed(seed));
  return Problem(Exec{}, prior, ou(), given.observation, given.truth);
}

TEST(ToyObservation, IsTheLastEntryOfTheCatalogue) {
  EXPECT_EQ(observation_catalogue().back().name, "component");
  EXPECT_EQ(observation_catalogue().back().fields.at(0).name, "k");
}

TEST(ToyObservation, RefusesUnknownKeysAndNamesTheNearest) {
  try {
    make_observation(table({{"kind", "component"}, {"kk", 1}}), three_in_the_plane(),
                     Rng::from_seed(1));
    FAIL();
  } catch (const SpecError& error) {
    EXPECT_NE(error.allowed().find("'k'"), std::string::npos) << error.what();
  }
}

TEST(ToyObservation, IsDrawnWithTheWeightsOfThePrior) {
  // 2000 seeds; |z| < 5 has false alarm 6e-7 per component and sees 6 % of a weight
  const GaussianMixture prior = three_in_the_plane();
  const int n = 2000;
  std::vector<int> counts(3, 0);
  for (int seed = 0; seed < n; ++seed)
    ++counts[static_cast<std::size_t>(observed(seed).observation().numbers()[0])];
  for (int k = 0; k < 3; ++k) {
    const Real p = prior.weights()[k];
    EXPECT_LT(std::abs(Real(counts[k]) / n - p) / std::sqrt(p * (1 - p) / n), 5) << k;
  }
}

// No sampler's file names a component: what they ask for is all that decides.
TEST(ToyObservation, IsTakenByEverySamplerThatAsksForWhatItHas) {
  const Problem problem = observed(3);
  const std::set<std::string> expected = {
      "exact", "perturbed", "prior",    "conditional-score", "tds", "doob", "classifier-guidance",
      "cfg",   "waltz",     "langevin", "annealed-langevin"};
  std::set<std::string> able;
  for (const SamplerEntry& entry : sampler_catalogue())
    if (can(entry, problem)) able.insert(entry.name);
  EXPECT_EQ(able, expected);

  for (const std::string& name : able) {
    SCOPED_TRACE(name);
    const auto method = find_sampler(name).make(small_settings(find_sampler(name)));
    method->check(problem);
    const Drawn drawn = draw(*method, problem, 40);
    EXPECT_TRUE(to_host_matrix(drawn.ensemble.x).allFinite());
  }
}

TEST(ToyObservation, IsRefusedInWordsByTheOthers) {
  try {
    sampler("replacement")->check(observed(3));
    FAIL();
  } catch (const SpecError& error) {
    EXPECT_NE(error.allowed().find("the target 'component' is taken by exact"), std::string::npos)
        << error.what();
  }
}

// exact kernel: one draw of the posterior per run, so the moments hold.
TEST(ToyObservation, IsSampledExactlyByDoob) {
  const Problem problem = observed(4);
  const auto method = sampler("doob", {{"steps", 3}, {"particles", 1}, {"kernel", "exact"}});
  expect_gaussian(draw(*method, problem, 100000).ensemble,
                  {problem.target_mean(), problem.target_covariance()});
}

}  // namespace
}  // namespace plumbline::test::toy_observation_test
