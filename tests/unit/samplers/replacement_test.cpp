// Replacement and its Langevin correction on a correlated Gaussian, where their exact output law is
// a recursion: the bias of the method itself, not an estimate of it (PRACTICE §6).
#include "unit/samplers/linear_gaussian.hpp"

namespace plumbline::test {
namespace {

const OuGaussian prior = {vector({0.4, -0.3, 0.7}),
                          matrix({{1.0, 0.4, 0.7}, {0.4, 0.8, -0.2}, {0.7, -0.2, 0.9}})};
const std::vector<int> x = {0, 2}, y = {1};
const Real y_0 = 1.5, horizon = 2;

/// The same state, y first: [y, x].
Moments with_y_first(const Moments& law) {
  return marginal(law, {1, 0, 2});
}

Problem problem() {
  return Problem(Exec{}, gaussian(prior.mu, prior.sigma), ou(horizon),
                 Inpainting{.observed = y, .y = vector({y_0})});
}

/// Law of (y_T, …, y_1) at the times of the grid.
Moments path_law(const std::string& context, const std::vector<Real>& times) {
  const Index levels = Index(times.size()) - 1;
  Moments law{HostVector::Constant(levels, y_0), HostMatrix::Zero(levels, levels)};
  if (context == "fixed") return law;
  for (Index i = 0; i < levels; ++i) {
    law.mean(i) = std::exp(-times[i]) * y_0;
    for (Index j = 0; j < levels; ++j) {
      const Real s = std::min(times[i], times[j]), t = std::max(times[i], times[j]);
      if (i == j || context == "forward")
        law.covariance(i, j) = -std::exp(s - t) * std::expm1(-2 * s);
    }
  }
  return law;
}

/// Everything jointly Gaussian: u = (y_T, …, y_1, y_0, x). y_0 is a constant.
struct Stack {
  Moments law;
  Index levels;

  Index context(Index i) const { return i; }  // index of y at times[i]
  Index first_x() const { return levels + 1; }

  /// x ← a [y_i, x] + b + N(0, c).
  void move_x(Index i, const HostMatrix& a, const HostVector& b, const HostMatrix& c) {
    const Index size = law.mean.size();
    HostMatrix m = HostMatrix::Identity(size, size);
    m.block(first_x(), 0, 2, size).setZero();
    m.block(first_x(), i, 2, 1) = a.col(0);
    m.block(first_x(), first_x(), 2, 2) = a.rightCols(2);
    law.mean = m * law.mean;
    law.covariance = m * law.covariance * m.transpose();
    law.mean.tail(2) += b;
    law.covariance.bottomRightCorner(2, 2) += c;
  }
};

struct Method {
  std::string context, kernel;
  int steps = 0;
  int langevin_steps = 0;
  Real langevin_step = 0;
};

/// The exact output law of S4's algorithm 1 (2 with langevin_steps > 0), context path and all.
Moments output_law(const Method& method) {
  const std::vector<Real> times = uniform_times(horizon, method.steps);
  const Moments path = path_law(method.context, times);
  const Index levels = path.mean.size();
  Stack u{{HostVector::Zero(levels + 3), HostMatrix::Zero(levels + 3, levels + 3)}, levels};
  u.law.mean.head(levels) = path.mean;
  u.law.mean(levels) = y_0;
  u.law.covariance.topLeftCorner(levels, levels) = path.covariance;

  // x_T ~ p_T(x | y_T)
  const Moments top = with_y_first(prior.at(horizon));
  const HostMatrix gain = top.covariance.block(1, 0, 2, 1) / top.covariance(0, 0);
  HostMatrix a(2, 3);
  a << gain, HostMatrix::Zero(2, 2);
  u.move_x(0, a, top.mean.tail(2) - gain * top.mean.head(1),
           condition(top, {1, 2}, {0}, vector({0})).covariance);

  for (int step = 0; step < method.steps; ++step) {
    const Real t = times[step], s = times[step + 1];
    const AffineKernel k = kernel_by_name(method.kernel, prior, t, s);
    const std::vector<int> order = {1, 0, 2};
    u.move_x(step, k.a(x, order), k.b(x), k.c(x, x));

    // x ← x − ε [S⁻¹ (z − m)]_x + √(2 ε) ξ
    const HostMatrix p = prior.covariance(s).inverse();
    const HostVector pm = p * prior.mean(s);
    for (int l = 0; l < method.langevin_steps; ++l) {
      HostMatrix move = -method.langevin_step * HostMatrix(p(x, order));
      move.rightCols(2) += HostMatrix::Identity(2, 2);
      u.move_x(step + 1, move, method.langevin_step * pm(x),
               2 * method.langevin_step * HostMatrix::Identity(2, 2));
    }
  }
  return {u.law.mean.tail(2), u.law.covariance.bottomRightCorner(2, 2)};
}

Moments posterior() {
  return condition({prior.mu, prior.sigma}, x, y, vector({y_0}));
}

std::string named(const Method& m) {
  std::string name = m.context + "_" + m.kernel;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class Replacement : public testing::TestWithParam<Method> {};

TEST_P(Replacement, HasTheLawOfItsRecursion) {
  Method method = GetParam();
  method.steps = 12;
  const auto replacement =
      sampler("replacement",
              {{"context", method.context}, {"kernel", method.kernel}, {"steps", method.steps}});

  const Drawn drawn = draw(*replacement, problem(), 100000);

  expect_gaussian(drawn.ensemble, output_law(method));
}

TEST_P(Replacement, CorrectedByLangevinHasTheLawOfItsRecursion) {
  Method method = GetParam();
  method.steps = 4;
  method.langevin_steps = 3;
  method.langevin_step = 0.05;
  const auto corrected = sampler("langevin-replacement", {{"context", method.context},
                                                          {"kernel", method.kernel},
                                                          {"steps", method.steps},
                                                          {"langevin_steps", method.langevin_steps},
                                                          {"langevin_step", method.langevin_step}});

  const Drawn drawn = draw(*corrected, problem(), 100000);

  expect_gaussian(drawn.ensemble, output_law(method));
}

INSTANTIATE_TEST_SUITE_P(Path, Replacement,
                         testing::Values(Method{"fixed", "exact"}, Method{"forward", "exact"},
                                         Method{"fresh", "exact"}, Method{"fixed", "em"},
                                         Method{"forward", "em"}, Method{"fresh", "ddpm"},
                                         Method{"forward", "ddpm"}, Method{"forward", "ode-euler"},
                                         Method{"fixed", "ode-heun"}),
                         [](const auto& info) { return named(info.param); });

// The recursion's limit as steps grow, not an estimate: what `claim = nothing` rests on. The bias
// is stated in posterior standard deviations of the worse coordinate.
TEST(ReplacementRecursion, KeepsItsBiasAsStepsGrow) {
  const Moments truth = posterior();
  for (const char* context : {"fixed", "forward", "fresh"}) {
    Real bias[3];
    for (int i = 0; i < 3; ++i) {
      const int steps[] = {100, 200, 400};
      const HostVector shift = output_law({context, "exact", steps[i]}).mean - truth.mean;
      bias[i] = shift.cwiseQuotient(truth.covariance.diagonal().cwiseSqrt()).cwiseAbs().maxCoeff();
    }
    EXPECT_GT(bias[2], 0.05) << context;
    EXPECT_LT(std::abs(bias[2] - bias[1]), 0.6 * std::abs(bias[1] - bias[0]) + 1e-6) << context;
    EXPECT_GT(bias[2] + 2 * (bias[2] - bias[1]), 0.05) << context << ": plateau";
  }
}

// As L → ∞ the last level forgets everything and leaves the unadjusted step's own stationary law,
// mean exact, precision P − ε P²/2 on x.
TEST(LangevinReplacementRecursion, LosesTheBiasAsCorrectionsGrow) {
  const Real epsilon = 0.02;
  const Moments truth = posterior();
  const HostMatrix p = truth.covariance.inverse();
  const HostMatrix stationary = HostMatrix(p - epsilon / 2 * p * p).inverse();

  for (const char* context : {"fixed", "forward", "fresh"}) {
    const Moments law = output_law({context, "exact", 5, 2000, epsilon});
    EXPECT_LT((law.mean - truth.mean).norm(), 1e-6);
    EXPECT_LT((law.covariance - stationary).norm(), 1e-6);
  }
}

TEST(LangevinReplacement, WithoutCorrectionsIsReplacement) {
  const auto plain = sampler("replacement", {{"steps", 7}});
  const auto corrected = sampler("langevin-replacement", {{"steps", 7}, {"langevin_steps", 0}});

  EXPECT_EQ(to_host(draw(*plain, problem(), 50).ensemble.x),
            to_host(draw(*corrected, problem(), 50).ensemble.x));
}

TEST(LangevinReplacement, RefusesALevelWithoutScore) {
  const GaussianMixture flat =
      GaussianMixture::diagonal(vector({1}), matrix({{0, 0}}), matrix({{0, 1}}));
  const Problem singular = last_observed(flat, 0.3, ou());

  EXPECT_THROW(sampler("langevin-replacement")->check(singular), SpecError);
  EXPECT_NO_THROW(
      sampler("langevin-replacement", {{"langevin_scaling", "noise"}})->check(singular));
}

}  // namespace
}  // namespace plumbline::test
