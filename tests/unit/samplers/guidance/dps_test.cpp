// DPS and the likelihood at x_t: their scores, and DPS's bias on a Gaussian in closed form.
#include "unit/problem/observations.hpp"
#include "unit/samplers/filters/noisy_sum.hpp"
#include "unit/samplers/guidance/likelihood_guidance.hpp"

namespace plumbline::test::dps_test {
namespace {

using noisy_sum::dps_field, noisy_sum::dps_score, noisy_sum::posterior, noisy_sum::prior,
    noisy_sum::sum;

constexpr Index draws = 100000;

TEST(DpsScore, IsTheResidualThroughTheJacobian) {
  expect_weight("dps", {{"zeta", 0.7}}, [](const auto&, const Point&, const HostVector& r) {
    return HostVector(0.7 * r / r.norm());
  });
  expect_weight(
      "dps", {{"zeta", 0.7}, {"rule", "constant"}},
      [](const LinearGaussian& o, const Point&, const HostVector& r) {
        return HostVector(0.7 * o.noise.inverse() * r);
      },
      false);
}

TEST(DpsScore, WithoutJacobianIsTheGradientInTheDenoisedState) {
  for (const NoiseProcess& process : processes()) {
    const LinearGaussian o = two_sums();
    const auto expected = [&](const Point& p) -> HostVector {
      const HostVector r = o.y - o.a * p.z_0;
      return p.z_0 + p.level.variance / p.level.alpha * o.a.transpose() * o.noise.inverse() * r;
    };
    EXPECT_LT(worst("dps", {{"rule", "constant"}, {"jacobian", false}}, linear(process), expected),
              rounding);
  }
}

/// (s²/a) times central differences of log p̃ at z: error O(h²) = 1e-8 here.
template <class LogDensity>
HostVector by_differences(const Point& p, const LogDensity& log_density) {
  const Real h = 1e-4;
  HostVector gradient(3);
  for (int i = 0; i < 3; ++i) {
    HostVector up = p.z, down = p.z;
    up(i) += h;
    down(i) -= h;
    gradient(i) = (log_density(up) - log_density(down)) / (2 * h);
  }
  return p.z_0 + p.level.variance / p.level.alpha * gradient;
}

TEST(LikelihoodScore, IsTheGradientOfTheLogDensityItStandsFor) {
  const LinearGaussian o = two_sums();
  for (const NoiseProcess& process : processes()) {
    SCOPED_TRACE(process.name());
    const Problem problem = linear(process);
    const auto square = [&](const HostVector& z_0) {
      const HostVector r = o.y - o.a * z_0;
      return r.dot(o.noise.inverse() * r);
    };
    const auto at_denoised = [&](const Point& p) {
      return by_differences(
          p, [&](const HostVector& z) { return -square(point_at(problem, z).z_0) / 2; });
    };
    const auto norm = [&](const Point& p) {
      return by_differences(p, [&](const HostVector& z) {
        return -HostVector(o.y - o.a * point_at(problem, z).z_0).norm();
      });
    };
    const auto at_state = [&](const Point& p) {
      return by_differences(p, [&](const HostVector& z) { return -square(z) / 2; });
    };

    EXPECT_LT(worst("dps", {{"rule", "constant"}}, problem, at_denoised), 1e-6);
    EXPECT_LT(worst("dps", {}, problem, norm), 1e-6);
    EXPECT_LT(worst("likelihood-at-xt", {}, problem, at_state), 1e-6);
  }
}

// Of the crescent, from z_T ~ N(0, I): (s²/a) times central differences of log p(y | ẑ_0(z)) at z,
// or of −|y − f(ẑ_0(z))|.
TEST(DpsScore, OfANonlinearObservationIsTheGradientOfItsLikelihoodAtTheDenoisedState) {
  const Crescent o = {.c = 0.8, .xi = 0.4, .y = 1.2};
  const Problem problem(Exec{}, three_in_the_plane(), ou(0.6), o);
  const auto residual = [&](const HostVector& z) {
    const HostVector z_0 = point_at(problem, z).z_0;
    return o.y - z_0(1) / o.c - (z_0(0) * z_0(0) + o.c * o.c) / 2;
  };
  Matrix start = make_matrix("z", 40, 2);
  draw_gaussian(Exec{}, 1, Rng::from_seed(1).stream("initial"), start);
  const HostMatrix z = to_host_matrix(start);
  for (const std::string rule : {"constant", "residual"}) {
    const auto method = find_sampler("dps").make(
        one_step({{"rule", rule}, {"initial", "gaussian"}, {"zeta", 0.7}}));
    const HostMatrix x = to_host_matrix(draw(*method, problem, 40).ensemble.x);
    const auto log_p = [&](const HostVector& at) {
      const Real r = residual(at);
      return rule == "constant" ? -r * r / (2 * o.xi) : -std::abs(r);
    };
    const Real h = 1e-4;
    for (int n = 0; n < 40; ++n) {
      const Point p = point_at(problem, z.row(n).transpose());
      for (int i = 0; i < 2; ++i) {
        const HostVector step = h * HostVector::Unit(2, i);
        const Real slope = (log_p(p.z + step) - log_p(p.z - step)) / (2 * h);
        EXPECT_NEAR(x(n, i), p.z_0(i) + p.level.variance / p.level.alpha * 0.7 * slope, 1e-6)
            << rule;
      }
    }
  }
}

TEST(ClippedDenoiser, IsClippedInTheLikelihoodAndByTheDenoisedFormInTheStep) {
  const Real bound = 0.4;
  const LinearGaussian o = two_sums();
  for (const std::string form : {"epsilon", "denoised"}) {
    const auto expected = [&](const Point& p) -> HostVector {
      const HostVector kept = p.z_0.cwiseMax(-bound).cwiseMin(bound);
      HostVector u = o.a.transpose() * o.noise.inverse() * (o.y - o.a * kept);
      for (int i = 0; i < 3; ++i)
        if (std::abs(p.z_0(i)) > bound) u(i) = 0;  // the derivative of the clip
      return (form == "epsilon" ? p.z_0 : kept) + p.v * u;
    };
    EXPECT_LT(worst("dps", {{"rule", "constant"}, {"clip", bound}, {"form", form}}, linear(ou(0.6)),
                    expected),
              rounding);
  }
}

struct DpsCase {
  bool jacobian, shifts;
};
class DpsOnAGaussian : public testing::TestWithParam<DpsCase> {
 protected:
  /// Step i of 16 of the discretised chain.
  static AffineKernel step(const std::string& kernel, int i) {
    const auto [jacobian, shifts] = GetParam();
    const std::vector<Real> times = uniform_times(2, 16);
    const Real t = times[i], s = times[i + 1];
    if (!shifts) {
      const LinearField field = dps_field(0.5, jacobian);
      return kernel == "ddpm" ? ddpm_kernel(field, t, s) : ode_kernel(field, t, s);
    }
    AffineKernel k = kernel_by_name(kernel, prior, t, s);
    const LinearScore shift = dps_score(0.05, jacobian, t);
    k.a -= shift.p;
    k.b += shift.pm;
    return k;
  }
  static std::unique_ptr<Sampler> method(const std::string& kernel) {
    const auto [jacobian, shifts] = GetParam();
    return sampler("dps", {{"kernel", kernel},
                           {"steps", 16},
                           {"rule", "constant"},
                           {"zeta", shifts ? 0.05 : 0.5},
                           {"jacobian", jacobian},
                           {"apply", shifts ? "step" : "score"}});
  }
};
INSTANTIATE_TEST_SUITE_P(Form, DpsOnAGaussian,
                         testing::Values(DpsCase{true, false}, DpsCase{false, false},
                                         DpsCase{true, true}, DpsCase{false, true}),
                         [](const auto& info) {
                           return std::string(info.param.jacobian ? "jacobian" : "identity") +
                                  (info.param.shifts ? "_step" : "_score");
                         });

// Without noise in the steps every draw is an affine function of its start: mean and covariance
// agree with the recursion to rounding, not to Monte-Carlo error.
TEST_P(DpsOnAGaussian, CarriesEachStartAsTheRecursionDoes) {
  HostMatrix a = prior.identity();
  HostVector b = HostVector::Zero(2);
  for (int i = 0; i < 16; ++i) {
    const AffineKernel k = step("ode-euler", i);
    a = k.a * a;
    b = k.a * b + k.b;
  }

  const Drawn drawn = draw(*method("ode-euler"), noisy_sum::problem(), 200);

  const HostMatrix z = starts(noisy_sum::problem(), 200);
  const HostMatrix expected = (z * a.transpose()).rowwise() + b.transpose();
  EXPECT_LT((to_host_matrix(drawn.ensemble.x) - expected).cwiseAbs().maxCoeff(), 1e-11);
}

TEST_P(DpsOnAGaussian, HasTheLawOfItsRecursion) {
  Moments law = posterior().at(2);
  for (int i = 0; i < 16; ++i) law = push(step("ddpm", i), law);

  expect_gaussian(draw(*method("ddpm"), noisy_sum::problem(), draws).ensemble, law);
}

// The recursion's limit as steps grow: ẑ_0 is taken for z_0, so y counts too much where the noise
// is high. At ζ = 1 the variance along A and the mean along A end up wrong.
TEST(DpsRecursion, KeepsItsBiasAsStepsGrow) {
  Real bias[3];
  for (int i = 0; i < 3; ++i) {
    const int steps = 500 << i;
    Moments law = posterior().at(2);
    const std::vector<Real> times = uniform_times(2, steps);
    for (int j = 0; j < steps; ++j)
      law = push(ddpm_kernel(dps_field(1, true), times[j], times[j + 1]), law);
    const Real spread = (sum * law.covariance * sum.transpose())(0, 0);
    bias[i] = spread / (sum * posterior().sigma * sum.transpose())(0, 0) - 1;
  }

  EXPECT_LT(bias[2], -0.1) << "the likelihood is used more than once";
  EXPECT_LT(std::abs(bias[2] - bias[1]), 0.6 * std::abs(bias[1] - bias[0]) + 1e-6);
  EXPECT_LT(2 * bias[2] - bias[1], -0.1) << "plateau";
}

TEST(LikelihoodAtXt, IsTheGuidanceOfACleanClassifier) {
  for (const char* kernel : {"ddpm", "ode-heun"}) {
    const auto ignorant = sampler("likelihood-at-xt", {{"kernel", kernel}, {"steps", 40}});
    const auto clean = sampler("classifier-guidance",
                               {{"kernel", kernel}, {"steps", 40}, {"classifier", "clean"}});

    EXPECT_LT(largest_difference(draw(*ignorant, linear(ou()), 300).ensemble,
                                 draw(*clean, linear(ou()), 300).ensemble),
              1e-8);
  }
}

TEST(Dps, WithoutStrengthIsThePrior) {
  const auto none = sampler("dps", {{"steps", 9}, {"zeta", 0.0}});
  const auto unconditional = sampler("cfg", {{"steps", 9}, {"gamma", 0.0}});

  EXPECT_EQ(largest_difference(draw(*none, linear(ou()), 100).ensemble,
                               draw(*unconditional, linear(ou()), 100).ensemble),
            0);
}

TEST(Dps, CountsTheEvaluationsItDeclaresUnderEverySwitch) {
  expect_counted("dps", {{"jacobian", false}});
  expect_counted("dps", {{"apply", "step"}});
  expect_counted("dps", {{"apply", "step"}, {"jacobian", false}});
  expect_counted("dps", {{"apply", "step"}, {"kernel", "ode-heun"}});
}

TEST(Dps, RefusesWhatItCannotDoAndNamesWhatCan) {
  const NoiseProcess flow = NoiseProcess::from_settings(table({{"kind", "flow"}}));
  expect_refused("dps", {{"rule", "constant"}}, inpainting(ou()), "rule", "residual");
  expect_refused("dps", {{"jacobian", false}}, linear(flow), "jacobian", "true");
  expect_refused("dps", {{"kernel", "exact"}}, linear(ou()), "kernel", "ode-heun");
  expect_refused("likelihood-at-xt", {}, linear(flow), "kind", "dps");
  expect_refused("likelihood-at-xt", {}, inpainting(ou()), "kind", "dps");
}

}  // namespace
}  // namespace plumbline::test::dps_test
