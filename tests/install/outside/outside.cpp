// Somebody else's program: conditions a mixture on one coordinate, draws with two samplers of the
// catalogue, and compares with the posterior on paper. Exit code 1 when they differ.
#include <cmath>
#include <cstdio>

#include "problem/observations/inpainting.hpp"
#include "problem/problem.hpp"
#include "samplers/sampler.hpp"

namespace {

using namespace plumbline;

/// Two isotropic components in the plane; y is the second coordinate of z.
Problem two_hills(const Exec& exec, Real y) {
  HostVector weights(2), variances(2), seen(1);
  HostMatrix means(2, 2);
  weights << 1, 3;
  means << -2, -1, 2, 1;
  variances << 0.5, 0.25;
  seen << y;
  Table process;
  process.set("kind", {"ou"});
  return Problem(exec, GaussianMixture::isotropic(weights, means, variances),
                 NoiseProcess::from_settings(process), Inpainting{.observed = {1}, .y = seen});
}

/// Mean of the first coordinate by Bayes' rule for the component: z_0 and z_1 are independent in
/// it.
Real mean_on_paper(Real y) {
  const Real left = 1 * std::exp(-(y + 1) * (y + 1) / (2 * 0.5)) / std::sqrt(0.5);
  const Real right = 3 * std::exp(-(y - 1) * (y - 1) / (2 * 0.25)) / std::sqrt(0.25);
  return (-2 * left + 2 * right) / (left + right);
}

/// Mean of n draws of a sampler of the catalogue at its default settings.
Real mean_of_draws(const Exec& exec, const Problem& problem, const char* name, Index n) {
  const auto sampler = find_sampler(name).make({});
  sampler->check(problem);
  Trace trace;
  return mean(exec, sampler->draw(exec, problem, n, Rng::from_seed(2), trace))(0);
}

}  // namespace

int main(int argc, char** argv) {
  const Kokkos::ScopeGuard kokkos(argc, argv);
  const Exec exec;
  const Real y = 0.1, truth = mean_on_paper(y);
  const Problem problem = two_hills(exec, y);
  const Index n = 4000;
  const Real exact = mean_of_draws(exec, problem, "exact", n);
  const Real replaced = mean_of_draws(exec, problem, "replacement", n);
  std::printf("posterior mean %.12f, on paper %.12f; exact draws %.3f, replacement %.3f\n",
              problem.target_mean()(0), truth, exact, replaced);

  // A draw's deviation is at most √(0.5 + 2²): five standard errors of the mean of n are below
  // 5 · 2.13 / √n.
  const bool right = std::abs(problem.target_mean()(0) - truth) < 1e-12 &&
                     std::abs(exact - truth) < 5 * 2.13 / std::sqrt(Real(n)) &&
                     std::isfinite(replaced);
  std::printf(right ? "as on paper\n" : "NOT as on paper\n");
  return right ? 0 : 1;
}
