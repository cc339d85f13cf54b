// particle-gibbs and pmmh leave the posterior invariant at few particles and on coarse grids: exact
// ranks after moves from exact draws. What a conditional filter estimates, and what it is without
// its parts; pmmh with kernels that discretise, against a Kalman recursion; starts forgotten.
#include "samplers/mcmc/particle_chains.hpp"
#include "unit/problem/observations.hpp"

#include "unit/samplers/ranks.hpp"
#include "unit/samplers/reverse/linear_gaussian.hpp"

namespace plumbline::test::particle_chains_test {
namespace {

constexpr Index chains = 10000;

/// x and y correlated by 0.95 within a component, so that particles differ in weight.
const OuGaussian gauss = {vector({0.4, -0.3}), matrix({{4.0, 1.9}, {1.9, 1.0}})};

Problem plane(Real horizon = 1) {
  return last_observed(GaussianMixture::full(vector({2, 1}), matrix({{0.4, -0.3}, {-1, 1}}),
                                             {gauss.sigma, matrix({{2.0, -0.9}, {-0.9, 0.6}})}),
                       1.5, ou(horizon));
}

/// Three coordinates of which the middle one is observed, on vp.
Problem space() {
  const HostMatrix a = matrix({{1.0, 0.6, 0.2}, {0.6, 0.5, 0.3}, {0.2, 0.3, 0.8}}),
                   b = matrix({{0.5, -0.3, 0.1}, {-0.3, 0.6, 0.0}, {0.1, 0.0, 0.3}});
  return Problem(
      Exec{},
      GaussianMixture::full(vector({0.6, 0.4}), matrix({{-1, -0.6, 0.3}, {1, 0.5, 0}}), {a, b}),
      NoiseProcess::from_settings(table({{"kind", "vp"}})),
      Inpainting{.observed = {1}, .y = vector({0.1})});
}

/// Coordinates of x, its squares and the product of the first and the last.
HostMatrix quantities(const Matrix& draws) {
  const HostMatrix x = to_host_matrix(draws);
  HostMatrix q(x.rows(), 2 * x.cols() + 1);
  q << x, x.cwiseAbs2(), x.col(0).cwiseProduct(x.col(x.cols() - 1));
  return q;
}

/// A problem and the exact draws that ranks are taken among.
struct Judge {
  Problem problem;
  HostMatrix exact;
  explicit Judge(const Problem& p) : problem(p), exact(quantities(rank_draws(p, chains))) {}

  Real ranks_of(const Matrix& x) const { return rank_statistic(quantities(x), exact); }

  /// Of the states after three moves from exact draws.
  Real ranks_after(const char* name, Entries settings) const {
    Table all = table({{"start", "exact"}, {"burn_in", 3}});
    for (const Member& member : table(settings).members) all.set(member.key, member.value);
    return ranks_of(draw(*find_sampler(name).make(all), problem, chains).ensemble.x);
  }
};

class ParticleGibbsMove : public testing::TestWithParam<std::string> {};

// False alarm 1e-8 per quantity: 33 settings of at most 5 quantities, 2e-6 in all.
TEST_P(ParticleGibbsMove, LeavesThePosteriorInvariantAtAnyN) {
  const Judge judge(plane());
  for (const double threshold : {0.0, 0.7, 1.0})
    for (const int particles : {2, 3, 5}) {
      SCOPED_TRACE(fmt::format("N = {}, threshold {}", particles, threshold));
      if (threshold == 0 && GetParam() != "systematic") continue;  // nobody resamples
      EXPECT_LT(judge.ranks_after("particle-gibbs", {{"particles", particles},
                                                     {"resampling", GetParam()},
                                                     {"ess_threshold", threshold},
                                                     {"steps", 4}}),
                rank_limit);
    }
}
INSTANTIATE_TEST_SUITE_P(Filter, ParticleGibbsMove,
                         testing::Values("systematic", "stratified", "multinomial", "residual"),
                         [](const auto& info) { return info.param; });

TEST(ParticleGibbsMove, LeavesThePosteriorInvariantOnAnyGrid) {
  const Judge far(plane(3)), vp(space());
  for (const int particles : {2, 5}) {
    EXPECT_LT(far.ranks_after("particle-gibbs",
                              {{"particles", particles}, {"steps", 2}, {"grid", "quadratic"}}),
              rank_limit);
    EXPECT_LT(vp.ranks_after("particle-gibbs",
                             {{"particles", particles}, {"steps", 5}, {"grid", "log_snr"}}),
              rank_limit);
  }
}

TEST(PmmhMove, LeavesThePosteriorInvariantAtAnyNAndStepOfThePath) {
  const Judge ou(plane()), vp(space());
  for (const int particles : {1, 2, 5}) {
    SCOPED_TRACE(fmt::format("N = {}", particles));
    for (const double delta : {0.01, 1e6})
      EXPECT_LT(
          ou.ranks_after(
              "pmmh",
              {{"particles", particles}, {"delta", delta}, {"steps", 4}, {"ess_threshold", 0.7}}),
          rank_limit);
    EXPECT_LT(vp.ranks_after("pmmh", {{"particles", particles}, {"delta", 1.0}, {"steps", 3}}),
              rank_limit);
  }
}

/// One conditional filter per chain from exact draws, as particle-gibbs runs it: whole, or with a
/// part left out.
enum class Variant { whole, no_reference, slot_0 };
struct Move {
  Matrix x;      ///< [C, 1]
  Vector log_z;  ///< [C]
};

Move moved(const Problem& problem, const ParticleSettings& smc, Variant variant) {
  ParticleChainSettings s;
  s.steps = 4;
  s.smc = smc;
  const ParticleChains all(Exec{}, problem, s);
  const SmcRuns runs = {0, chains, s.smc.particles};
  const Rng rng = Rng::from_seed(3);
  const Matrix x = draw_states(Exec{}, problem, ChainStart::exact, chains, rng.stream("exact"));
  const Reference reference = all.noised(runs, x, rng);
  const bool kept = variant != Variant::no_reference;
  ContextFilter model(Exec{}, problem, s, runs, rng,
                      {std::make_unique<StoredPath>(problem.process(), all.context_of(reference)),
                       kept ? reference : Reference{}});
  FilterDiary diary;
  const SmcOutcome outcome = run_smc(Exec{}, model, all.grid, runs, s.smc, problem.full_dimension(),
                                     rng, diary, kept ? &reference : nullptr);

  const IndexVector rows = make_index_vector("rows", chains);
  outcome.run_weights.choose_one(Exec{}, rng.stream("retain"), 0, rows);
  const auto chosen = host_copy(rows);
  const HostMatrix z = to_host_matrix(outcome.z);
  HostMatrix result(chains, 1);
  for (Index r = 0; r < chains; ++r)
    result(r, 0) = z(variant == Variant::slot_0 ? r * runs.particles : chosen(r), 0);
  return {to_device("x", result), outcome.run_weights.log_evidence()};
}

/// Mean over chains of p(y_0) q/Ẑ and its standard error.
std::pair<Real, Real> inverse_evidence(const Problem& problem, const Vector& log_z) {
  HostVector v = to_host_vector(log_z);
  for (Real& value : v) value = std::exp(problem.log_evidence() - value);
  const Real n = Real(v.size()), mean = v.mean();
  return {mean, std::sqrt((v.array() - mean).square().sum() / (n * (n - 1)))};
}

// What the ranks see in one move at N = 3: no reference (a draw of smcdiff instead), 230; and slot
// 0 for a choice by weight where weights are carried to the end. What they do not see is a
// reference that is put back into its row after plain resampling: with `multinomial` that is the
// conditional scheme, with the others close to it.
// unit/samplers/smc/conditional_resampling_test.cpp tells those apart.
TEST(ConditionalFilter, IsSeenByTheRanksWhenAPartIsLeftOut) {
  const Judge judge(plane());
  const auto ranks = [&](Variant variant, double threshold) {
    return judge.ranks_of(
        moved(judge.problem, {.particles = 3, .ess_threshold = threshold}, variant).x);
  };

  EXPECT_LT(ranks(Variant::whole, 1), rank_limit);
  EXPECT_LT(ranks(Variant::whole, 0), rank_limit);
  EXPECT_GT(ranks(Variant::no_reference, 1), 1.5 * rank_limit);
  EXPECT_GT(ranks(Variant::slot_0, 0), 1.5 * rank_limit);
}

// From an exact draw a conditional filter's random numbers have the law Ẑ ψ/Z, so E[q/Ẑ] = 1/p(y_0)
// at every N: what pmmh starts from. z below 5 for 36 cells: false alarm 2e-5; the standard error
// is below 0.02, so 16 % is seen. Without the reference E[q/Ẑ] is above 1 by Jensen (1.42 here).
TEST(ConditionalFilter, HasTheEvidenceOfItsExtendedTarget) {
  const Problem problem = plane();
  for (const Resampling scheme : {Resampling::systematic, Resampling::stratified,
                                  Resampling::multinomial, Resampling::residual})
    for (const Real threshold : {0.0, 0.7, 1.0})
      for (const int particles : {2, 3, 5}) {
        const ParticleSettings smc = {particles, scheme, threshold};
        const auto [mean, se] =
            inverse_evidence(problem, moved(problem, smc, Variant::whole).log_z);
        EXPECT_LT(std::abs(mean - 1) / se, 5)
            << name_of(scheme) << " " << threshold << " " << particles << ": " << mean;
        EXPECT_LT(se, 0.02);
      }
  const auto [mean, se] =
      inverse_evidence(problem, moved(problem, {.particles = 3}, Variant::no_reference).log_z);
  EXPECT_GT((mean - 1) / se, 8) << mean << " ± " << se;
}

/// x_0 | y_0 of the chain that the kernel makes in T steps.
Moments discretised_posterior(const std::string& kernel, int steps) {
  Moments law = gauss.at(1);
  const std::vector<Real> times = uniform_times(1, steps);
  for (int i = 0; i < steps; ++i)
    law = push(kernel_by_name(kernel, gauss, times[i], times[i + 1]), law);
  return condition(law, {0}, {1}, vector({1.5}));
}

// With kernels that discretise, the law is the model's own: a Kalman recursion knows it, and on a
// grid of 3 steps it is far from the posterior. Here alone the factor of the acceptance shows: Ẑ
// for Ẑ/q gives another law. 10 000 chains have forgotten their start after 25 moves.
TEST(Pmmh, DrawsThePosteriorOfTheDiscretisedModel) {
  const Problem problem = last_observed(gaussian(gauss.mu, gauss.sigma), 1.5, ou(1));
  const Moments truth = condition({gauss.mu, gauss.sigma}, {0}, {1}, vector({1.5}));
  for (const char* kernel : {"em", "ddpm"}) {
    SCOPED_TRACE(kernel);
    const auto method = sampler(
        "pmmh",
        {{"kernel", kernel}, {"steps", 3}, {"particles", 8}, {"delta", 2.0}, {"burn_in", 60}});
    const Moments law = discretised_posterior(kernel, 3);
    expect_gaussian(draw(*method, problem, chains).ensemble, law);
    EXPECT_GT(std::abs(law.covariance(0, 0) / truth.covariance(0, 0) - 1) +
                  std::abs(law.mean(0) - truth.mean(0)),
              0.2);
  }
}

// What the ranks see: chains that have not forgotten a start which ignores y.
TEST(ParticleChains, AreSeenToStartFromThePriorUntilTheyHaveForgotten) {
  const Judge judge(plane());
  for (const char* name : {"particle-gibbs", "pmmh"}) {
    const auto ranks = [&](int burn_in) {
      return judge.ranks_after(name, {{"start", "prior"},
                                      {"burn_in", burn_in},
                                      {"particles", 3},
                                      {"steps", 2},
                                      {"ess_threshold", 0.5}});
    };
    EXPECT_GT(ranks(0), 10 * rank_limit) << name;
    EXPECT_GT(ranks(1), 1.5 * rank_limit) << name;
    EXPECT_LT(ranks(20), rank_limit) << name;
  }
}

}  // namespace
}  // namespace plumbline::test::particle_chains_test
