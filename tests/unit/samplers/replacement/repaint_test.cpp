// RePaint on a correlated Gaussian: with a fresh context the law of x is itself a recursion, walk
// and jumps included; its schedule is that of the published code.
#include "unit/problem/observations.hpp"
#include "unit/samplers/reverse/linear_gaussian.hpp"

namespace plumbline::test::repaint_test {
namespace {

/// z = [x_1, x_2, y].
const OuGaussian prior = {vector({0.4, 0.7, -0.3}),
                          matrix({{1.0, 0.7, 0.4}, {0.7, 0.9, -0.2}, {0.4, -0.2, 0.8}})};
const std::vector<int> x = {0, 1}, y = {2};
const Real y_0 = 1.5, horizon = 2;

Problem problem() {
  return Problem(Exec{}, gaussian(prior.mu, prior.sigma), ou(horizon),
                 Inpainting{.observed = y, .y = vector({y_0})});
}
Moments posterior() {
  return condition({prior.mu, prior.sigma}, x, y, vector({y_0}));
}

/// x ~ law and, independently, y_t ~ N(a_t y_0, s_t²).
Moments with_fresh_context(const Moments& law, Real t) {
  Moments joint{HostVector(3), HostMatrix::Zero(3, 3)};
  joint.mean << law.mean, std::exp(-t) * y_0;
  joint.covariance.topLeftCorner(2, 2) = law.covariance;
  joint.covariance(2, 2) = -std::expm1(-2 * t);
  return joint;
}

/// The law of x_T given y_T, averaged over y_T, with y_T.
Moments start() {
  const Moments top = prior.at(horizon);
  const HostMatrix gain = top.covariance(x, y) / top.covariance(2, 2);
  HostMatrix a(3, 1);
  a << gain, 1;
  const Real spread = -std::expm1(-2 * horizon);
  Moments joint{HostVector(3), spread * a * a.transpose()};
  joint.mean << top.mean(x) + gain * (std::exp(-horizon) * y_0 - top.mean(2)),
      std::exp(-horizon) * y_0;
  joint.covariance.topLeftCorner(2, 2) += top.covariance(x, x) - gain * top.covariance(y, x);
  return joint;
}

/// The law of x_0 after a walk over levels of a uniform grid of `steps`.
Moments law_of(const std::vector<int>& walk, int steps, const std::string& kernel) {
  Moments joint = start();
  for (std::size_t i = 1; i < walk.size(); ++i) {
    const Real from = horizon * walk[i - 1] / steps, to = horizon * walk[i] / steps;
    Moments law;
    if (to < from) {
      law = marginal(push(kernel_by_name(kernel, prior, from, to), joint), x);
    } else {
      const Real alpha = std::exp(from - to);
      law = marginal(joint, x);
      law.mean *= alpha;
      law.covariance =
          alpha * alpha * law.covariance + (1 - alpha * alpha) * HostMatrix::Identity(2, 2);
    }
    joint = with_fresh_context(law, to);
  }
  return marginal(joint, x);
}

struct Walk {
  int steps, jump_length, jump_count;
  std::vector<int> levels;
};
class RePaint : public testing::TestWithParam<std::tuple<Walk, const char*>> {};

TEST_P(RePaint, HasTheLawOfItsRecursion) {
  const auto& [walk, kernel] = GetParam();
  const auto repaint = sampler("repaint", {{"kernel", kernel},
                                           {"steps", walk.steps},
                                           {"jump_length", walk.jump_length},
                                           {"jump_count", walk.jump_count}});

  const Drawn drawn = draw(*repaint, problem(), 100000);

  expect_gaussian(drawn.ensemble, law_of(walk.levels, walk.steps, kernel));
  Index downs = 0;
  for (std::size_t i = 1; i < walk.levels.size(); ++i) downs += walk.levels[i] < walk.levels[i - 1];
  EXPECT_EQ(drawn.trace.score_evaluations, 100000 * downs);
}
INSTANTIATE_TEST_SUITE_P(
    Walk, RePaint,
    testing::Combine(testing::Values(Walk{4, 2, 2, {4, 3, 2, 1, 3, 2, 1, 0}},
                                     Walk{4, 2, 3, {4, 3, 2, 1, 3, 2, 1, 3, 2, 1, 0}},
                                     Walk{6, 2, 2, {6, 5, 4, 3, 5, 4, 3, 2, 1, 3, 2, 1, 0}},
                                     Walk{3, 2, 2, {3, 2, 1, 3, 2, 1, 0}},
                                     Walk{3, 3, 5, {3, 2, 1, 0}}),
                     testing::Values("exact", "ddpm")));

// Lugmayr et al. 2022 visit 4570 levels at T = 250, j = r = 10: 2160 of them upwards.
TEST(RePaintSchedule, IsThePublishedOneAtThePublishedSettings) {
  EXPECT_EQ(sampler("repaint")->declared_evaluations(problem(), 1), 4570 - 2160);
}

TEST(RePaintSchedule, WithoutJumpsIsReplacementWithAFreshContext) {
  const auto plain =
      sampler("replacement", {{"steps", 7}, {"context", "fresh"}, {"kernel", "ddpm"}});
  const auto once = sampler("repaint", {{"steps", 7}, {"jump_count", 1}, {"jump_length", 2}});

  EXPECT_EQ(to_host(draw(*plain, problem(), 50).ensemble.x),
            to_host(draw(*once, problem(), 50).ensemble.x));
}

TEST(RePaint, AsPublishedStartsFromNoiseThatKnowsNothingOfY) {
  // One exact step from z_T ~ p_T to 0 without a context is a draw of the prior.
  const auto blind = sampler("repaint", {{"steps", 1}, {"kernel", "exact"}, {"skip_first", true}});

  expect_gaussian(draw(*blind, problem(), 100000).ensemble, marginal({prior.mu, prior.sigma}, x));
}

// The inner loop 3 → 1 → 3 … repeated until it has forgotten how it began: a law of its own, which
// is not the posterior even with the exact kernel.
TEST(RePaintRecursion, KeepsABiasHoweverOftenItJumps) {
  const auto bias = [](int jumps) {
    std::vector<int> walk = {4, 3, 2, 1};
    for (int j = 0; j < jumps; ++j) walk.insert(walk.end(), {3, 2, 1});
    walk.push_back(0);
    const HostVector shift = law_of(walk, 4, "exact").mean - posterior().mean;
    return shift.cwiseQuotient(posterior().covariance.diagonal().cwiseSqrt()).cwiseAbs().maxCoeff();
  };

  EXPECT_NEAR(bias(200), bias(400), 1e-9);
  EXPECT_GT(bias(400), 0.05);
}

}  // namespace
}  // namespace plumbline::test::repaint_test
