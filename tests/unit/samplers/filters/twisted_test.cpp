// tds and doob: constant weights where the theory says so, the twist's gradient and density, and
// what they refuse. That their evidence is unbiased: statistical/twisted_evidence_test.cpp.
#include "problem/likelihood.hpp"
#include "samplers/filters/twist.hpp"
#include "unit/problem/observations.hpp"
#include "unit/samplers/reverse/linear_gaussian.hpp"

namespace plumbline::test::twisted_test {
namespace {

Problem summed(const GaussianMixture& prior, const NoiseProcess& process) {
  return Problem(Exec{}, prior, process,
                 LinearGaussian{.a = matrix({{1, -0.5}, {0.2, 1}}),
                                .noise = matrix({{0.3, 0.1}, {0.1, 0.2}}),
                                .y = vector({0.5, -0.2})});
}
Problem labelled(const GaussianMixture& prior, const NoiseProcess& process) {
  return Problem(Exec{}, prior, process, ClassLabel{.label = 1, .classes = {{0, 2}, {1}}});
}
NoiseProcess process_of(const char* kind) {
  return NoiseProcess::from_settings(table({{"kind", kind}}));
}

/// The message with which settings are refused, "" when they are not.
std::string refusal(const char* name, Entries settings, const Problem& problem) {
  try {
    sampler(name, settings)->check(problem);
  } catch (const SpecError& error) {
    return error.what();
  }
  return "";
}

// Exact kernel, exact twist: all weights p(y) or 1, from one particle on. The four densities that a
// weight is made of are each good to about 1e-13 here.
class ExactTwist : public testing::TestWithParam<const char*> {};

TEST_P(ExactTwist, UnderTheExactKernelMakesEveryWeightConstant) {
  const GaussianMixture prior = three_in_the_plane();
  const NoiseProcess process = process_of(GetParam());
  for (const Problem& problem :
       {last_observed(prior, 0.5, process), summed(prior, process), labelled(prior, process)})
    for (const int particles : {1, 7}) {
      SCOPED_TRACE(fmt::format("{}, N = {}", problem.observation().target(), particles));
      const auto method = sampler("doob", {{"steps", 6}, {"particles", particles}});
      const Trace trace = draw(*method, problem, 300).trace;

      EXPECT_EQ(method->claim_on(problem), Claim::exact());
      EXPECT_NEAR(trace.log_evidence, problem.log_evidence(), 1e-10);
      EXPECT_LT(trace.log_evidence_se, 1e-10);
      ASSERT_EQ(trace.ess_path.size(), 7u);
      for (const Real ess : trace.ess_path) EXPECT_NEAR(ess, 1, 1e-10);
    }
}

INSTANTIATE_TEST_SUITE_P(Processes, ExactTwist, testing::Values("ou", "vp", "ve", "flow"));

TEST(Doob, WithTheExactKernelDrawsThePosterior) {
  const OuGaussian prior = {vector({0.4, -0.3}), matrix({{1.5, 0.6}, {0.6, 0.8}})};
  const Problem problem = summed(gaussian(prior.mu, prior.sigma), ou());
  const auto method = sampler("doob", {{"steps", 3}, {"particles", 1}});

  expect_gaussian(draw(*method, problem, 100000).ensemble,
                  {problem.target_mean(), problem.target_covariance()});
}

// A linear Gaussian chain given y is Gaussian: the filter's law at N = 200, one draw per run, is
// its posterior up to O(1/N) = 5e-3 sd, a twentieth of what the test sees.
TEST(Tds, ConvergesToTheDiscretisedModelsPosterior) {
  const OuGaussian prior = {vector({0.4, -0.3}), matrix({{1.5, 0.6}, {0.6, 0.8}})};
  const Problem problem = summed(gaussian(prior.mu, prior.sigma), ou(1));
  const LinearForm o = problem.linear_form().value();
  Moments law = prior.at(1);
  const std::vector<Real> times = uniform_times(1, 4);
  for (int i = 0; i < 4; ++i)
    law = push(kernel_by_name("ddpm", prior, times[i], times[i + 1]), law);
  const HostMatrix innovation = o.a * law.covariance * o.a.transpose() + o.noise;
  const HostMatrix gain = law.covariance * o.a.transpose() * innovation.inverse();
  const Moments given_y = {law.mean + gain * (o.y - o.a * law.mean),
                           law.covariance - gain * o.a * law.covariance};

  for (const char* twist : {"prior", "exact", "noise", "beta", "beta_scaled", "point"}) {
    SCOPED_TRACE(twist);
    // without a variance of its own the twist's weights are the least even
    const int particles = std::string_view(twist) == "point" ? 2000 : 200;
    const auto method = sampler("tds", {{"steps", 4}, {"particles", particles}, {"twist", twist}});
    expect_gaussian(draw(*method, problem, 4000).ensemble, given_y);
  }
}

TEST(Tds, WithoutTheFinalWeightClaimsNothing) {
  EXPECT_EQ(sampler("tds", {{"final_weight", false}})->claim(), Claim::nothing());
  EXPECT_EQ(sampler("tds")->claim(), Claim::limit({"steps", "particles"}));
  EXPECT_EQ(sampler("tds", {{"kernel", "exact"}})->claim(), Claim::limit({"particles"}));
  EXPECT_EQ(sampler("tds", {{"initial", "gaussian"}})->claim(), Claim::nothing());
}

// log h and what ∇log h adds, against differences of log h: steps of 1e-5 leave 1e-9 of a second
// derivative of order 10.
class TwistGradient : public testing::TestWithParam<TwistKind> {};

TEST_P(TwistGradient, IsTheDerivativeOfItsLogarithm) {
  const Exec exec;
  const Problem problem = summed(three_in_the_plane(), ou());
  const Real t = 0.6, s = 0.5, h = 1e-5;
  const auto twist = make_twist(exec, problem, {GetParam(), 0.7}, TimeGrid{.times = {t, s}});
  const auto prior = exact_score(exec, problem.prior_factored(), problem.process());
  const auto log_h = [&](const HostMatrix& points, Matrix increment) {
    const Matrix z = to_device("z", points);
    const Matrix prediction = make_matrix("prediction", points.rows(), 2);
    const Vector value = make_vector("log_h", points.rows());
    prior->evaluate(exec, t, z, Prediction::score, prediction);
    twist->evaluate(exec, t, s, z, Prediction::score, prediction, value, increment);
    return to_host(value);
  };
  const HostMatrix points = matrix({{0.3, -0.2}, {-1.5, 0.8}, {2, 2}});
  const Matrix gradient = make_matrix("gradient", 3, 2), unused = make_matrix("unused", 3, 2);
  log_h(points, gradient);
  const std::vector<Real> exact = to_host(gradient);

  for (int i = 0; i < 2; ++i) {
    HostMatrix above = points, below = points;
    above.col(i).array() += h;
    below.col(i).array() -= h;
    const auto up = log_h(above, unused), down = log_h(below, unused);
    for (int n = 0; n < 3; ++n)
      EXPECT_NEAR(exact[2 * n + i], (up[n] - down[n]) / (2 * h), 1e-7) << n << ", " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, TwistGradient,
                         testing::Values(TwistKind::exact, TwistKind::noise, TwistKind::prior,
                                         TwistKind::beta, TwistKind::beta_scaled, TwistKind::point),
                         [](const auto& info) { return std::string(name_of(info.param)); });

TEST(Twisted, RefusesWhatItCannotDo) {
  const GaussianMixture prior = three_in_the_plane();
  const Problem masked = last_observed(prior, 0.5, ou());
  const Problem flow = last_observed(prior, 0.5, process_of("flow"));
  const Problem noiseless(
      Exec{}, prior, ou(),
      LinearGaussian{.a = matrix({{1, 1}}), .noise = matrix({{0}}), .y = vector({0.5})});

  const auto says = [](const std::string& message, const char* part) {
    return message.find(part) != std::string::npos;
  };
  EXPECT_TRUE(says(refusal("tds", {{"twist", "noise"}}, flow), "a_T = 0"));
  EXPECT_EQ(refusal("tds", {{"twist", "prior"}}, flow), "");
  EXPECT_TRUE(says(refusal("tds", {{"twist", "point"}}, masked), "no density"));
  EXPECT_TRUE(says(refusal("tds", {{"kernel", "ddim"}, {"eta", 1.0}}, masked), "s = 0"));
  EXPECT_TRUE(says(refusal("tds", {{"kernel", "ode-heun"}}, masked), "adds no noise"));
  EXPECT_TRUE(says(refusal("doob", {{"kernel", "ode-heun"}}, labelled(prior, ou())), "ode-euler"));
  EXPECT_TRUE(says(refusal("tds", {}, noiseless), "mcgdiff"));
  EXPECT_TRUE(says(refusal("doob", {}, noiseless), "conditional-score"));
  EXPECT_TRUE(says(refusal("tds", {{"twist", "beta"}}, labelled(prior, ou())), "linear in z_0"));
  for (const char* kernel : {"ddim", "ode-euler"})
    EXPECT_EQ(refusal("doob", {{"kernel", kernel}}, labelled(prior, ou())), "");
}

}  // namespace
}  // namespace plumbline::test::twisted_test
