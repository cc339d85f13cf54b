// particle-gibbs and pmmh: what they refuse, claim and count, which states they return, and what
// is known in closed form. Invariance is in tests/statistical/particle_chains_test.cpp.
#include "samplers/mcmc/particle_chains.hpp"

#include "unit/samplers/reverse/linear_gaussian.hpp"

namespace plumbline::test::particle_chains_test {
namespace {

const char* const both[] = {"particle-gibbs", "pmmh"};

Problem problem() {
  return last_observed(three_in_the_plane(), 0.5, ou());
}

std::string refusal(const char* name, Entries settings) {
  try {
    sampler(name, settings)->check(problem());
    return "";
  } catch (const SpecError& error) {
    return error.what();
  }
}

TEST(ParticleGibbs, RefusesAParticleThatIsTheReference) {
  EXPECT_NE(refusal("particle-gibbs", {{"particles", 1}}).find("≥ 2"), std::string::npos);
  EXPECT_EQ(refusal("particle-gibbs", {{"particles", 2}}), "");
  EXPECT_EQ(refusal("pmmh", {{"particles", 1}}), "");
}

TEST(ParticleChains, RefuseKernelsWithoutNoiseAndSayWhichHaveIt) {
  for (const char* name : both) {
    for (const char* kernel : {"ode-euler", "ode-heun", "ddim"})
      EXPECT_NE(refusal(name, {{"kernel", kernel}}).find("use exact, em, or ddpm"),
                std::string::npos);
    for (const char* kernel : {"exact", "em", "ddpm"})
      EXPECT_EQ(refusal(name, {{"kernel", kernel}}), "");
  }
}

TEST(ParticleChains, ClaimWhatTheirKernelAndStartAllow) {
  for (const char* name : both) {
    const auto claim = [&](Entries settings) { return sampler(name, settings)->claim(); };
    EXPECT_EQ(claim({}), Claim::limit({"burn_in"}));
    EXPECT_EQ(claim({{"start", "exact"}}), Claim::exact());
    EXPECT_EQ(claim({{"start", "exact"}, {"kernel", "em"}}), Claim::limit({"steps"}));
    EXPECT_EQ(claim({{"kernel", "em"}}), Claim::limit({"steps", "particles"}));
    EXPECT_EQ(claim({{"start", "prior"}, {"kernel", "em"}}), Claim::nothing());
    EXPECT_EQ(claim({{"start", "exact"}, {"initial", "gaussian"}}), Claim::nothing());
  }
}

TEST(ParticleChains, CountTheFiltersOfTheirMovesAndOfTheirStart) {
  const auto evaluations = [](const char* name, const char* start) {
    const auto method = sampler(name, {{"chains", 3},
                                       {"burn_in", 4},
                                       {"thin", 2},
                                       {"particles", 5},
                                       {"steps", 6},
                                       {"start", start}});
    const Index counted = draw(*method, problem(), 8).trace.score_evaluations;
    EXPECT_EQ(counted, method->declared_evaluations(problem(), 8));
    return counted;
  };
  const Index filter = 5 * 6 * 2;  // three draws per chain: 4 + 2 · 2 moves

  EXPECT_EQ(evaluations("particle-gibbs", "exact"), 3 * 8 * filter);
  EXPECT_EQ(evaluations("particle-gibbs", "filter"), 3 * 9 * filter);
  for (const char* start : {"exact", "prior", "filter"})
    EXPECT_EQ(evaluations("pmmh", start), 3 * 9 * filter);
}

TEST(ParticleChains, GiveTheStatesOfTheirChainsOneAfterTheOther) {
  for (const char* name : both) {
    const Entries settings = {
        {"chains", 3}, {"burn_in", 4}, {"thin", 2}, {"particles", 5}, {"steps", 4}};
    const Drawn all = draw(*sampler(name, settings), problem(), 8);
    const HostMatrix x = to_host_matrix(all.ensemble.x);
    for (int i = 0; i < 3; ++i) {
      const auto plain = sampler(name, {{"burn_in", 4 + 2 * i}, {"particles", 5}, {"steps", 4}});
      const HostMatrix states = to_host_matrix(draw(*plain, problem(), 3).ensemble.x);
      for (int chain = 0; chain < 3 && 3 * chain + i < 8; ++chain)
        EXPECT_EQ((x.row(3 * chain + i) - states.row(chain)).norm(), 0) << name;
    }
    EXPECT_EQ(all.trace.chain_length, 3);
    EXPECT_TRUE(std::isnan(all.trace.log_evidence));
  }
}

/// z_0 of the conditional filters of chains first … 9 and where their references end, from one x.
std::pair<HostMatrix, std::vector<int>> filtered_from(Index first) {
  ParticleChainSettings settings;
  settings.steps = 3;
  settings.smc = {.particles = 4};
  const ParticleChains chains(Exec{}, problem(), settings);
  const Matrix x = draw_states(Exec{}, problem(), ChainStart::exact, 10, Rng::from_seed(4));
  const SmcRuns runs = {first, 10 - first, 4};
  const Reference reference = chains.noised(runs, x, Rng::from_seed(5));
  FilterDiary diary;
  const SmcOutcome outcome =
      chains.filter(runs, chains.context_of(reference), reference, Rng::from_seed(6), diary);
  const auto kept = host_copy(reference.kept);
  std::vector<int> rows;
  for (Index r = 0; r < runs.count; ++r) rows.push_back(int(kept(r) - 4 * r));
  return {to_host_matrix(outcome.z), rows};
}

TEST(ParticleChains, DoNotDependOnHowTheyAreCutIntoChunks) {
  const auto [all, rows] = filtered_from(0);
  const auto [tail, tail_rows] = filtered_from(6);

  EXPECT_EQ((all.bottomRows(16) - tail).cwiseAbs().maxCoeff(), 0);
  EXPECT_TRUE(std::equal(tail_rows.begin(), tail_rows.end(), rows.begin() + 6));
}

TEST(ConditionalFilter, EndsWithItsReferenceInTheRowItNames) {
  ParticleChainSettings settings;
  settings.steps = 3;
  settings.smc = {.particles = 4};
  const ParticleChains chains(Exec{}, problem(), settings);
  const Matrix x = draw_states(Exec{}, problem(), ChainStart::prior, 50, Rng::from_seed(4));
  const Reference reference = chains.noised({0, 50, 4}, x, Rng::from_seed(5));
  FilterDiary diary;

  const SmcOutcome outcome =
      chains.filter({0, 50, 4}, chains.context_of(reference), reference, Rng::from_seed(6), diary);

  const HostMatrix z = to_host_matrix(outcome.z), start = to_host_matrix(x);
  const auto kept = host_copy(reference.kept);
  for (Index r = 0; r < 50; ++r) {
    EXPECT_EQ(kept(r) / 4, r);
    EXPECT_EQ(z(kept(r), 0), start(r, 0));
  }
}

// Where x and y are independent all particles weigh the same, and N − 1 of N are not the reference.
// z below 5 over 20 000 moves: false alarm 6e-7, sees a rate off by 0.03. Nor has the reference a
// better chance where resampling is conditional on it.
TEST(ParticleGibbs, LeavesTheReferenceAsOftenAsItsWeightSays) {
  const Problem independent =
      last_observed(gaussian(vector({0.4, -0.3}), matrix({{0.6, 0.0}, {0.0, 0.5}})), 0.7, ou());
  for (const int particles : {2, 5}) {
    const auto method = sampler("particle-gibbs", {{"particles", particles},
                                                   {"steps", 1},
                                                   {"burn_in", 1},
                                                   {"ess_threshold", 0.0},
                                                   {"start", "exact"}});
    const Real stays = Real(1) / particles, n = 20000;
    const Real rate = draw(*method, independent, Index(n)).trace.acceptance;
    EXPECT_LT(std::abs(rate - (1 - stays)) / std::sqrt(stays * (1 - stays) / n), 5) << rate;
  }
}

// There the evidence estimate has no noise either: with the exact kernel Ẑ/q = p(y_0) on any path.
TEST(Pmmh, AcceptsEveryPathWhereTheEvidenceEstimateHasNoNoise) {
  const Problem independent =
      last_observed(gaussian(vector({0.4, -0.3}), matrix({{0.6, 0.0}, {0.0, 0.5}})), 0.7, ou());
  for (const double delta : {0.01, 100.0}) {
    const auto method =
        sampler("pmmh", {{"particles", 3}, {"steps", 5}, {"delta", delta}, {"burn_in", 10}});
    EXPECT_NEAR(draw(*method, independent, 200).trace.acceptance, 1, 1e-3);
  }
}

TEST(Pmmh, AcceptsMoreWithMoreParticles) {
  const auto rate = [](int particles) {
    const auto method =
        sampler("pmmh", {{"particles", particles}, {"steps", 4}, {"burn_in", 10}, {"delta", 1.0}});
    return draw(*method, problem(), 300).trace.acceptance;
  };

  const Real few = rate(1), many = rate(64);

  EXPECT_LT(few, many - 0.1);  // 3000 coins of 300 chains: sd below 0.02
  EXPECT_GT(many, 0.93);
}

}  // namespace
}  // namespace plumbline::test::particle_chains_test
