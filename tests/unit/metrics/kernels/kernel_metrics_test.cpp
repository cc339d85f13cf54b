// Kernel means of mixtures against quadrature and closed forms; MMD and the energy distance against
// the mixture, by loops over pairs.
#include <numbers>

#include "metrics/kernels/mixture_kernel.hpp"
#include "unit/metrics/support.hpp"

namespace plumbline::test::kernel_metrics_test {
namespace {

Table settings(std::initializer_list<Member> members) {
  return {std::vector<Member>(members)};
}

const reference::Line& line() {
  static const reference::Line two = {{.3, .7}, {-2, 1.5}, {.5, 1}};
  return two;
}
GaussianMixture line_mixture() {
  return isotropic(line().weight, {{-2}, {1.5}}, line().stddev);
}

std::vector<Real> means_at(const GaussianSum& kappa, const GaussianMixture& mixture,
                           const reference::Points& x) {
  const Vector mean = make_vector("mean", static_cast<Index>(x.size()));
  mean_against(Exec(), kappa, mixture, ensemble(x).x, mean);
  return to_host(mean);
}

struct Kernel {
  const char* name;
  GaussianSum sum;
  Real (*value)(Real);
};
std::vector<Kernel> kernels() {
  return {
      {"rbf", GaussianSum{0, 0, {1 / 0.98}, {1}}, [](Real r) { return std::exp(-r * r / 0.98); }},
      {"imq", inverse_multiquadric_sum(0.7), [](Real r) { return 0.7 / std::hypot(0.7, r); }},
      {"distance", distance_sum(100), [](Real r) { return r; }}};
}

TEST(GaussianSum, IsItsKernelAtEveryDistance) {
  for (const Kernel& kernel : kernels())
    for (const Real r : {0.0, 1e-3, 0.1, 0.7, 3.0, 40.0, 99.0}) {
      Real sum = kernel.sum.offset + kernel.sum.quadratic * r * r;
      for (std::size_t j = 0; j < kernel.sum.rate.size(); ++j)
        sum += kernel.sum.weight[j] * std::exp(-kernel.sum.rate[j] * r * r);
      EXPECT_NEAR(sum, kernel.value(r), 1e-9) << kernel.name << " at " << r;
    }
}

TEST(KernelMeans, OnALineMatchQuadrature) {
  for (const Kernel& kernel : kernels()) {
    const std::vector<Real> at = {-30, -2, 0, 1.4999, 40};
    reference::Points x;
    for (const Real v : at) x.push_back({v});
    const auto across = [&](Real t) {
      return reference::kernel_mean(line(), t, [&](Real r) { return kernel.value(r); });
    };

    const std::vector<Real> mean = means_at(kernel.sum, line_mixture(), x);

    for (std::size_t i = 0; i < at.size(); ++i)
      EXPECT_NEAR(mean[i], across(at[i]), 1e-9) << kernel.name << " at " << at[i];
    const Real between = reference::integral(
        line(), [&](Real t) { return line().pdf(t) * across(t); }, line().low(), line().high());
    EXPECT_NEAR(mean_between(kernel.sum, line_mixture()), between, 1e-9) << kernel.name;
  }
}

/// E|x − Y| in three dimensions, Y ~ N(0, s² I), a = |x|.
Real distance_in_space(Real a, Real s) {
  const Real u = a / s;
  return s * std::sqrt(2 / std::numbers::pi) * std::exp(-u * u / 2) +
         (a + s * s / a) * std::erf(u / std::numbers::sqrt2);
}

TEST(KernelMeans, OfADistanceInSpaceHaveTheirClosedForm) {
  const GaussianMixture normal = isotropic({1}, {{0, 0, 0}}, {2});

  const auto mean = means_at(distance_sum(50), normal, {{0.1, 0, 0}, {0, -3, 0}, {20, 20, 10}});

  EXPECT_NEAR(mean[0], distance_in_space(0.1, 2), 1e-9);
  EXPECT_NEAR(mean[1], distance_in_space(3, 2), 1e-9);
  EXPECT_NEAR(mean[2], distance_in_space(30, 2), 1e-9);
}

TEST(KernelMeans, DoNotDependOnHowCovariancesAreStored) {
  HostMatrix mu(2, 2), variance(2, 2), turn(2, 2);
  mu << 0, 0, 3, -1;
  variance << 1, .25, .5, 2;
  turn << .6, -.8, .8, .6;
  const HostVector pi = HostVector::Constant(2, 0.5);
  const auto diagonal = GaussianMixture::diagonal(pi, mu, variance);
  std::vector<HostMatrix> turned;
  for (int k = 0; k < 2; ++k)
    turned.push_back(turn * HostVector(variance.row(k).transpose()).asDiagonal() *
                     turn.transpose());
  const auto full = GaussianMixture::full(pi, mu * turn.transpose(), turned);
  reference::Points x = normal_points(20, 2, 1, 2), y = x;
  for (std::size_t n = 0; n < x.size(); ++n)
    y[n] = {.6 * x[n][0] - .8 * x[n][1], .8 * x[n][0] + .6 * x[n][1]};

  for (const Kernel& kernel : kernels()) {
    const auto a = means_at(kernel.sum, diagonal, x), b = means_at(kernel.sum, full, y);
    for (std::size_t n = 0; n < a.size(); ++n) EXPECT_NEAR(a[n], b[n], 1e-11) << kernel.name;
    EXPECT_NEAR(mean_between(kernel.sum, diagonal), mean_between(kernel.sum, full), 1e-11);
  }
}

TEST(Mmd, MatchesLoopsAndQuadratureOnALine) {
  const Problem problem = target(line_mixture());
  for (const Index n : {2, 16, 97}) {
    const reference::Points x = normal_points(n, 1, 1);
    const std::vector<Real> w = uneven_weights(n);
    for (const char* kernel : {"rbf", "imq"}) {
      const bool rbf = std::string(kernel) == "rbf";
      const auto kappa = [&](Real r) {
        return rbf ? std::exp(-r * r / 0.98) : 0.7 / std::hypot(0.7, r);
      };
      const Table table = settings({{"kernel", {std::string(kernel)}}, {"bandwidth", {0.7}}});
      EXPECT_NEAR(evaluate("mmd", problem, ensemble(x, w), 1, table).value,
                  reference::kernel_discrepancy(x, w, line(), kappa), 1e-9)
          << kernel << " of " << n;
    }
  }
}

TEST(EnergyDistance, AgainstAMixtureMatchesLoopsAndQuadratureOnALine) {
  const Problem problem = target(line_mixture());
  const reference::Points x = normal_points(97, 1, 1);
  const std::vector<Real> w = uneven_weights(97);
  const Table mixture = settings({{"against", {std::string("mixture")}}});

  EXPECT_NEAR(evaluate("energy_distance", problem, ensemble(x, w), 1, mixture).value,
              -reference::kernel_discrepancy(x, w, line(), [](Real r) { return r; }), 1e-9);
}

TEST(EnergyDistance, AgainstAMixtureHasMeanZeroOnExactDraws) {
  const Problem problem = target(isotropic({.4, .6}, {{0, 0}, {5, 1}}, {1, 2}));
  const Table mixture = settings({{"against", {std::string("mixture")}}});
  std::vector<Real> values, sampled;
  for (int repetition = 0; repetition < 256; ++repetition) {
    const Ensemble draws = exact_draws(problem, 40, repetition);
    values.push_back(evaluate("energy_distance", problem, draws, 1, mixture).value);
    sampled.push_back(
        evaluate("energy_distance", problem, draws, static_cast<std::uint64_t>(repetition) + 1000)
            .value);
  }

  expect_mean(values, 0, "null");
  // Half the noise: the reference sample adds as much variance as the draws, and their product.
  EXPECT_LT(summarise(values).deviation, 0.75 * summarise(sampled).deviation);
}

}  // namespace
}  // namespace plumbline::test::kernel_metrics_test
