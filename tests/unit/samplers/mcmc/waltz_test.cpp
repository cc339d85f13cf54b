// The diffusion waltz: exact rank tests of invariance from exact starts, acceptance where it is
// known, and which state of which chain a draw is.
#include "problem/likelihood.hpp"
#include "unit/problem/observations.hpp"
#include "unit/samplers/ranks.hpp"
#include "unit/samplers/reverse/linear_gaussian.hpp"

namespace plumbline::test::waltz_test {
namespace {

Problem linear(const NoiseProcess& process, Real noise = 0.3) {
  return Problem(
      Exec{}, three_in_the_plane(), process,
      LinearGaussian{.a = matrix({{1, 0.6}}), .noise = matrix({{noise}}), .y = vector({1})});
}
Problem classes(Real gamma) {
  return Problem(Exec{}, three_in_the_plane(), ou(),
                 ClassLabel{.label = 0, .classes = {{0, 2}, {1}}, .gamma = gamma});
}

Problem event(Real threshold, Real width) {
  return Problem(Exec{}, three_in_the_plane(), ou(), Event{vector({1, 0.5}), threshold, width});
}

/// What ranks are taken of: both coordinates and the log likelihood, or where that is the same for
/// all draws, the product of the coordinates.   shapes  x [n, 2] → [n, 3]
HostMatrix quantities(const Problem& problem, const Matrix& x) {
  const Vector log_l = make_vector("log_l", x.extent(0));
  log_likelihood(Exec{}, problem, 0, x, log_l);
  HostMatrix q(x.extent(0), 3);
  const HostMatrix z = to_host_matrix(x);
  const HostVector l = to_host_vector(log_l);
  const bool varies = l.minCoeff() < l.maxCoeff();
  q << z, varies ? l : HostVector(z.col(0).cwiseProduct(z.col(1)));
  return q;
}

constexpr Index chains = 20000;
constexpr Real limit = rank_limit;

/// Ranks of both coordinates and the log likelihood.
Real ranks_of(const Problem& problem, const Matrix& x) {
  return rank_statistic(quantities(problem, x), quantities(problem, rank_draws(problem, chains)));
}

/// Ranks after 6 moves from exact draws.
Real after_moves(const Problem& problem, double time) {
  const auto waltz = sampler("waltz", {{"start", "exact"}, {"burn_in", 6}, {"time", time}});
  return ranks_of(problem, draw(*waltz, problem, chains).ensemble.x);
}

TEST(Waltz, LeavesThePosteriorInvariantAtAnyNoiseLevel) {
  const NoiseProcess flow = NoiseProcess::from_settings(table({{"kind", "flow"}}));
  for (const double time : {0.05, 0.4, 2.0}) EXPECT_LT(after_moves(linear(ou()), time), limit);
  for (const double time : {0.3, 1.0}) EXPECT_LT(after_moves(linear(flow), time), limit);
}

TEST(Waltz, LeavesAClassAndItsTiltInvariant) {
  for (const Real gamma : {0.5, 1.0, 2.0}) EXPECT_LT(after_moves(classes(gamma), 0.4), limit);
}

TEST(Waltz, LeavesAnEventInvariantWhetherItsEdgeIsSmoothOrSharp) {
  for (const Real width : {0.3, 0.0}) EXPECT_LT(after_moves(event(1.5, width), 0.4), limit);
}

TEST(Waltz, LeavesACrescentInvariant) {
  const Problem bent(Exec{}, three_in_the_plane(), ou(), Crescent{.c = 1, .xi = 0.5, .y = 1.5});
  EXPECT_LT(after_moves(bent, 0.4), limit);
}

TEST(Waltz, WalksUnderThePriorUntilItMeetsAnEvent) {
  // P(event) = 0.10 and moves of time 2 are all but independent draws of the prior: after 250 of
  // them no chain is outside but with probability 20000 · 0.9^250 = 7e-8.
  const Drawn met =
      draw(*sampler("waltz", {{"burn_in", 250}, {"time", 2.0}}), event(1.5, 0), chains);
  EXPECT_FALSE(met.trace.degenerate);
  EXPECT_LT(ranks_of(event(1.5, 0), met.ensemble.x), limit);

  // an event that nobody meets
  const Drawn never = draw(*sampler("waltz", {{"burn_in", 3}}), event(50, 0), 500);
  EXPECT_EQ(never.trace.acceptance, 1);
  EXPECT_TRUE(never.trace.degenerate);
  EXPECT_NE(never.trace.trouble.find("500 of 500"), std::string::npos) << never.trace.trouble;
}

// What the ranks see: draws that ignore y, and chains that have not forgotten such a start.
TEST(Waltz, IsSeenToStartFromThePriorUntilItHasForgotten) {
  const Problem problem = linear(ou());
  const auto ranks = [&](std::int64_t burn_in) {
    const auto waltz = sampler("waltz", {{"burn_in", burn_in}});
    return ranks_of(problem, draw(*waltz, problem, chains).ensemble.x);
  };

  EXPECT_GT(ranks(0), 10 * limit);
  EXPECT_GT(ranks(1), 2 * limit);
  EXPECT_LT(ranks(60), limit);
}

TEST(Waltz, AcceptsEverythingThatTheLikelihoodDoesNotMind) {
  const Drawn flat = draw(*sampler("waltz", {{"burn_in", 10}}), linear(ou(), 1e8), 500);
  const Drawn small = draw(*sampler("waltz", {{"burn_in", 10}, {"time", 1e-8}}), linear(ou()), 500);

  EXPECT_GT(flat.trace.acceptance, 0.999);
  EXPECT_GT(small.trace.acceptance, 0.99);
}

// At a_t = 0 a move is an independent draw of the prior. Of a Gaussian prior the stationary mean of
// min(1, L'/L) is P(L' > L) + … = 2 P(L' ≥ L), L' from the prior and L from the posterior: both
// residuals are Gaussian, so it is a one-dimensional integral.
TEST(Waltz, AcceptsIndependentProposalsAsOftenAsTheIntegralSays) {
  const NoiseProcess flow = NoiseProcess::from_settings(table({{"kind", "flow"}}));
  const Real prior = 1.3, noise = 0.4, y = 0.9;  // z ~ N(0, 1.3), y = z + N(0, 0.4)
  const Problem problem(
      Exec{}, GaussianMixture::isotropic(vector({1}), matrix({{0}}), vector({prior})), flow,
      LinearGaussian{.a = matrix({{1}}), .noise = matrix({{noise}}), .y = vector({y})});
  const Real precision = 1 / prior + 1 / noise, mean = y / noise / precision;
  Real integral = 0;
  const Real h = 1e-3;
  for (Real z = -8; z < 8; z += h) {
    const Real radius = std::abs(y - z);
    const Real density =
        std::sqrt(precision / (2 * M_PI)) * std::exp(-precision * (z - mean) * (z - mean) / 2);
    const auto below = [&](Real x) { return std::erfc(-x / std::sqrt(2 * prior)) / 2; };
    integral += h * 2 * density * (below(y + radius) - below(y - radius));
  }

  const Drawn drawn = draw(*sampler("waltz", {{"start", "exact"}, {"burn_in", 20}, {"time", 1.0}}),
                           problem, chains);

  // 4e5 correlated coins: a chain's 20 are worth at least one, sd below 0.5/√20000 = 0.0036
  EXPECT_NEAR(drawn.trace.acceptance, integral, 5 * 0.0036);
}

TEST(Waltz, GivesTheStatesOfItsChainsOneAfterTheOther) {
  const auto waltz = sampler("waltz", {{"chains", 3}, {"burn_in", 4}, {"thin", 2}});

  const HostMatrix all = to_host_matrix(draw(*waltz, linear(ou()), 8).ensemble.x);

  for (int i = 0; i < 3; ++i) {
    const auto plain = sampler("waltz", {{"burn_in", 4 + 2 * i}});
    const HostMatrix states = to_host_matrix(draw(*plain, linear(ou()), 3).ensemble.x);
    for (int chain = 0; chain < 3 && 3 * chain + i < 8; ++chain)
      EXPECT_EQ((all.row(3 * chain + i) - states.row(chain)).norm(), 0);
  }
  EXPECT_EQ(draw(*waltz, linear(ou()), 8).trace.chain_length, 3);
  EXPECT_EQ(draw(*sampler("waltz"), linear(ou()), 8).trace.chain_length, 0);
  EXPECT_EQ(draw(*waltz, linear(ou()), 8).trace.score_evaluations, 3 * (4 + 2 * 2));
  EXPECT_EQ(draw(*waltz, classes(2), 8).trace.score_evaluations,
            waltz->declared_evaluations(classes(2), 8));
}

TEST(Waltz, RefusesWhatHasNoLikelihoodToAcceptBy) {
  const GaussianMixture points = GaussianMixture::points(matrix({{0, 0}, {1, 1}}));
  const Problem exact_y(
      Exec{}, three_in_the_plane(), ou(),
      LinearGaussian{.a = matrix({{1, 0}}), .noise = matrix({{0}}), .y = vector({0})});
  const Problem labelled(Exec{}, points, ou(), ClassLabel{.label = 0, .classes = {{0}, {1}}});

  EXPECT_THROW(sampler("waltz")->check(last_observed(three_in_the_plane(), 0, ou())), SpecError);
  EXPECT_THROW(sampler("waltz")->check(exact_y), SpecError);
  EXPECT_THROW(sampler("waltz")->check(labelled), SpecError);
  EXPECT_THROW(sampler("waltz", {{"time", 2.5}})->check(linear(ou())), SpecError);
}

}  // namespace
}  // namespace plumbline::test::waltz_test
