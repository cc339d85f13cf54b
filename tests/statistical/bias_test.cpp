// Biased methods show their bias: on Gaussians what replacement, DPS and guidance at γ ≠ 1 sample
// is known from a recursion, a closed form or a quadrature. They agree with it to 1e-3 or to
// rounding, and it is further than that from what they are taken for.
#include <numbers>

#include "samplers/replacement/replacement_run.hpp"
#include "samplers/reverse/reverse_run.hpp"
#include "unit/problem/observations.hpp"
#include "unit/samplers/filters/noisy_sum.hpp"
#include "unit/samplers/replacement/replacement_recursion.hpp"

namespace plumbline::test::bias_test {
namespace {

constexpr Real accuracy = 1e-3;

/// The z_T of n draws that start from p_T of `law`.
HostMatrix starts(const Problem& problem, const GaussianMixture& law, Index n) {
  const Matrix z = make_matrix("z", n, problem.full_dimension());
  draw_initial(Exec{}, InitialLaw::exact, factored(Exec{}, law), problem.process(),
               Rng::from_seed(1).stream("initial"), z);
  return to_host_matrix(z);
}
HostMatrix ends(const Sampler& method, const Problem& problem, Index n) {
  return to_host_matrix(draw(method, problem, n).ensemble.x);
}

// ---- replacement on a correlated Gaussian

Problem replacement_problem(Real y) {
  return Problem(Exec{}, gaussian(replaced::prior.mu, replaced::prior.sigma), ou(replaced::horizon),
                 Inpainting{.observed = replaced::y, .y = vector({y})});
}

// A draw is linear in the observation and in noise that does not depend on it: between two
// observations all draws move by one and the same vector, the difference of the output means.
TEST(BiasOfReplacement, IsThatOfItsRecursionInTheMeanToRounding) {
  const Real elsewhere = -0.7;
  for (const char* kernel : {"exact", "em", "ddpm", "ode-heun"})
    for (const char* context : {"fixed", "forward", "fresh"}) {
      SCOPED_TRACE(fmt::format("{}, {}", context, kernel));
      const auto method =
          sampler("replacement", {{"context", context}, {"kernel", kernel}, {"steps", 12}});
      const HostMatrix moved = ends(*method, replacement_problem(replaced::y_0), 50) -
                               ends(*method, replacement_problem(elsewhere), 50);
      const HostVector mean = replaced::output_law({context, kernel, 12}).mean;
      const HostVector expected =
          mean - replaced::output_law({context, kernel, 12, 0, 0, elsewhere}).mean;

      EXPECT_LT((moved.rowwise() - expected.transpose()).cwiseAbs().maxCoeff(), 1e-11);
      EXPECT_GT((mean - replaced::posterior().mean).norm(), 20 * accuracy);
    }
}

// Without noise in path and steps x_0 = M x_T + b, and three draws give M.
TEST(BiasOfReplacement, IsThatOfItsRecursionInTheCovarianceToRounding) {
  const Problem problem = replacement_problem(replaced::y_0);
  const Moments top = replaced::with_y_first(replaced::prior.at(replaced::horizon));
  const HostMatrix spread = condition(top, {1, 2}, {0}, vector({0})).covariance;
  for (const char* kernel : {"ode-euler", "ode-heun"}) {
    SCOPED_TRACE(kernel);
    const Entries entries = {{"context", "fixed"}, {"kernel", kernel}, {"steps", 12}};
    ReplacementSettings settings;
    read_settings(settings, table(entries), {});
    const ReplacementRun run(Exec{}, problem, settings, 3, Rng::from_seed(1));
    const HostMatrix z = to_host_matrix(run.z()),
                     x = ends(*sampler("replacement", entries), problem, 3);

    HostMatrix from(2, 2), to(2, 2);
    for (int j = 0; j < 2; ++j) {
      from.col(j) = HostVector((z.row(j + 1) - z.row(0)).transpose())(replaced::x);
      to.col(j) = (x.row(j + 1) - x.row(0)).transpose();
    }
    const HostMatrix m = to * HostMatrix(from.inverse());
    const HostMatrix expected = replaced::output_law({"fixed", kernel, 12}).covariance;

    EXPECT_LT((m * spread * m.transpose() - expected).cwiseAbs().maxCoeff(), 1e-10);
    EXPECT_GT((expected - replaced::posterior().covariance).norm(), 20 * accuracy);
  }
}

// ---- DPS and guidance of a correlated Gaussian

/// Mean and covariance of 2^22 draws. Variances here are below 0.25, so that standard errors are
/// below 2.5e-4 (mean) and 1.8e-4 (covariance): 1e-3 is exceeded by chance in one of 15 000 runs,
/// and a deviation of 2e-3 is missed as rarely.
void expect_law(const Sampler& method, const Moments& law) {
  const Ensemble all = draw(method, noisy_sum::problem(), Index{1} << 22).ensemble;
  const Moments truth = noisy_sum::posterior().at(0);
  EXPECT_LT((mean(Exec{}, all) - law.mean).cwiseAbs().maxCoeff(), accuracy);
  EXPECT_LT((covariance(Exec{}, all) - law.covariance).cwiseAbs().maxCoeff(), accuracy);
  EXPECT_LT(law.covariance.diagonal().maxCoeff(), 0.25);
  EXPECT_GT((law.covariance - truth.covariance).norm() + (law.mean - truth.mean).norm(),
            20 * accuracy);
}

/// The law after 16 ddpm steps of variance β̃ = β s_s²/s_t²: no noise in the last.
Moments law_of(const LinearField& field) {
  return noisy_sum::law_after(16, [&](Real t, Real s) {
    AffineKernel kernel = ddpm_kernel(field, t, s);
    kernel.c *= std::expm1(-2 * s) / std::expm1(-2 * t);
    return kernel;
  });
}

TEST(BiasOfDps, UnderTheConstantRuleIsThatOfItsRecursion) {
  const auto method = sampler(
      "dps", {{"variance", "beta_tilde"}, {"steps", 16}, {"rule", "constant"}, {"zeta", 0.5}});

  expect_law(*method, law_of(noisy_sum::dps_field(0.5, true)));
}

TEST(BiasOfGuidance, IsThatOfItsRecursion) {
  const auto method = sampler("cfg", {{"variance", "beta_tilde"}, {"steps", 16}, {"gamma", 2.0}});

  expect_law(*method, law_of(noisy_sum::cfg_field(2)));
}

/// −ζ ∇ ‖y − A ẑ_0(z)‖ with one observation: ζ Jᵀ Aᵀ sign(y − A ẑ_0).
HostVector residual_rule(Real zeta, Real t, const HostVector& z) {
  using namespace noisy_sum;
  const HostMatrix gain = std::exp(-t) * prior.sigma * prior.covariance(t).inverse();
  const HostVector denoised = prior.mu + gain * (z - prior.mean(t));
  const Real residual = noisy_sum::y - (sum * denoised)(0);
  return zeta * gain.transpose() * sum.transpose() * vector({residual < 0 ? -1.0 : 1.0});
}
HostVector residual_flow(Real zeta, HostVector z) {
  const std::vector<Real> times = uniform_times(2, 16);
  for (int i = 0; i < 16; ++i) {
    const Real t = times[i], h = t - times[i + 1];
    const LinearScore score = score_of(noisy_sum::prior)(t);
    z += h * (z + score.pm - score.p * z + residual_rule(zeta, t, z));
  }
  return z;
}

// The rule is piecewise constant and its law no Gaussian: each draw against an integration of its
// own, and the law by trapezoids over the starts.
TEST(BiasOfDps, UnderTheResidualRuleIsThatOfItsFlow) {
  const Problem problem = noisy_sum::problem();
  const auto method = sampler("dps", {{"kernel", "ode-euler"}, {"steps", 16}, {"zeta", 1.0}});
  const HostMatrix from = starts(problem, problem.full_posterior(), 200);
  const HostMatrix to = ends(*method, problem, 200);
  for (Index n = 0; n < 200; ++n)
    EXPECT_LT((residual_flow(1, from.row(n).transpose()) - to.row(n).transpose()).norm(), 1e-10);

  const Moments top = noisy_sum::posterior().at(2);
  const HostMatrix root = top.covariance.llt().matrixL();
  HostVector mean = HostVector::Zero(2);
  Real mass = 0;
  for (int i = -30; i <= 30; ++i)
    for (int j = -30; j <= 30; ++j) {
      const HostVector xi = vector({i / 6.0, j / 6.0});
      const Real weight = std::exp(-xi.squaredNorm() / 2);
      mean += weight * residual_flow(1, top.mean + root * xi);
      mass += weight;
    }
  EXPECT_GT((mean / mass - noisy_sum::posterior().mu).norm(), 20 * accuracy);
}

// Prior and posterior share eigenvectors when A is one: the fields commute, and every coordinate u
// flows as du/dt = u Σ_j γ_j (1 − S_j)/S_j − …, of which S_j^{γ_j/2} is a solution each.
TEST(BiasOfGuidance, InContinuousTimeHasAClosedForm) {
  const Real gamma = 3, l = 1.4, other = 0.3, tau2 = 0.5, y = 1.2, horizon = 2;
  const HostMatrix r = matrix({{0.8, -0.6}, {0.6, 0.8}});
  const HostMatrix sigma = r * vector({l, other}).asDiagonal() * r.transpose();
  const Problem problem(
      Exec{}, gaussian(vector({0, 0}), sigma), ou(horizon),
      LinearGaussian{.a = r.transpose().topRows(1), .noise = matrix({{tau2}}), .y = vector({y})});
  const auto s = [](Real variance, Real t) {
    return std::exp(-2 * t) * variance - std::expm1(-2 * t);
  };
  const Real q = l * tau2 / (l + tau2), m = l * y / (l + tau2);
  const auto slope = [&](Real t) {  // from t to 0, along A
    return std::pow(l / s(l, t), (1 - gamma) / 2) * std::pow(q / s(q, t), gamma / 2);
  };
  Real offset = 0;  // γ m ∫ slope(t) e^{−t}/S_q(t) dt, Simpson
  constexpr int panels = 2000;
  for (int i = 0; i <= panels; ++i) {
    const Real t = horizon * i / panels, weight = i == 0 || i == panels ? 1 : (i % 2 ? 4 : 2);
    offset += weight * horizon / panels / 3 * gamma * m * slope(t) * std::exp(-t) / s(q, t);
  }

  const auto cfg =
      sampler("cfg", {{"gamma", double(gamma)}, {"kernel", "ode-heun"}, {"steps", 400}});
  const HostMatrix from = starts(problem, problem.full_posterior(), 100) * r;
  const HostMatrix to = ends(*cfg, problem, 100) * r;

  for (Index n = 0; n < 100; ++n) {
    EXPECT_NEAR(to(n, 0), slope(horizon) * from(n, 0) + offset, accuracy);
    EXPECT_NEAR(to(n, 1), std::sqrt(other / s(other, horizon)) * from(n, 1), accuracy);
  }
  const Real own = slope(horizon) * slope(horizon) * s(q, horizon);
  const Real tilted = l * tau2 / gamma / (l + tau2 / gamma);
  EXPECT_GT(std::abs(own - tilted), 20 * accuracy);
}

// ---- guidance of two Gaussians, ½N(1, 1) + ½N(−1, 1): Chidambaram et al. 2024, Theorem 2

constexpr Real top = 4;  // the horizon

Problem two_gaussians(Real gamma) {
  return Problem(Exec{},
                 GaussianMixture::isotropic(vector({1, 1}), matrix({{1}, {-1}}), vector({1, 1})),
                 ou(top), ClassLabel{.label = 0, .classes = {{0}, {1}}, .gamma = gamma});
}

/// dz/dt = −z − score = −a (γ + (1 − γ) tanh(a z)), by Runge–Kutta from t to s: error 1e-9.
Real flow(Real gamma, Real z, Real t, Real s) {
  constexpr int count = 2000;
  const auto f = [gamma](Real at, Real x) {
    const Real a = std::exp(-at);
    return -a * (gamma + (1 - gamma) * std::tanh(a * x));
  };
  const Real h = (s - t) / count;
  for (int i = 0; i < count; ++i, t += h) {
    const Real k1 = f(t, z), k2 = f(t + h / 2, z + h / 2 * k1), k3 = f(t + h / 2, z + h / 2 * k2),
               k4 = f(t + h, z + h * k3);
    z += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
  }
  return z;
}

TEST(BiasOfGuidance, OfTwoGaussiansIsThatOfItsFlowAndNotTheTilt) {
  for (const Real gamma : {0.5, 2.0, 3.0, 5.0}) {
    SCOPED_TRACE(gamma);
    const Problem problem = two_gaussians(gamma);
    const auto cfg =
        sampler("cfg", {{"gamma", double(gamma)}, {"kernel", "ode-heun"}, {"steps", 800}});
    const HostMatrix from = starts(problem, problem.prior().components_of({0}), 40);
    const HostMatrix to = ends(*cfg, problem, 40);
    for (Index n = 0; n < 40; ++n) EXPECT_NEAR(to(n, 0), flow(gamma, from(n, 0), top, 0), accuracy);

    // means of the two laws, by trapezoids
    Real mean = 0, mass = 0, tilted = 0, tilted_mass = 0;
    for (int i = -40; i <= 40; ++i) {
      const Real xi = i / 5.0, weight = std::exp(-xi * xi / 2);
      mean += weight * flow(gamma, std::exp(-top) + xi, top, 0);
      mass += weight;
    }
    for (int i = -1000; i <= 1000; ++i) {
      const Real z = i / 100.0, inside = std::exp(-(z - 1) * (z - 1) / 2);
      const Real total = inside + std::exp(-(z + 1) * (z + 1) / 2);
      tilted += z * total * std::pow(inside / total, gamma);
      tilted_mass += total * std::pow(inside / total, gamma);
    }
    EXPECT_GT(std::abs(mean / mass - tilted / tilted_mass), 20 * accuracy);
  }
}

// The flow is monotone, so P(z_0 < 0) = P(z_T < z*) with z* the point that reaches 0. Up to T it
// moves by at least γ (1 − a_T) below 0, so that P(z_0 ≥ 0) ≥ 1 − exp(−γ² (1 − a_T)²/2): 1 −
// exp(−Ω(w²)). And the draws are as many below 0 as that, within 5 standard errors.
TEST(BiasOfGuidance, LeavesTheOtherClassAsChidambaramsTheoremTwoSays) {
  constexpr Index n = 20000;
  const Real a = std::exp(-top);
  for (const Real gamma : {1.0, 1.5, 2.0, 3.0}) {
    SCOPED_TRACE(gamma);
    const Real edge = flow(gamma, 0, 0, top);
    const Real below = std::erfc((a - edge) / std::numbers::sqrt2) / 2;
    EXPECT_LT(edge, -gamma * (1 - a) + 1e-9);
    EXPECT_LT(below, std::exp(-std::pow(gamma * (1 - a), 2) / 2));

    const auto cfg =
        sampler("cfg", {{"gamma", double(gamma)}, {"kernel", "ode-heun"}, {"steps", 100}});
    const HostMatrix z = ends(*cfg, two_gaussians(gamma), n);
    const Real share = Real((z.array() < 0).count()) / n;
    EXPECT_LT(std::abs(share - below), 5 * std::sqrt(below / n));
  }
}

}  // namespace
}  // namespace plumbline::test::bias_test
