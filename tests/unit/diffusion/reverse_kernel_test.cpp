// Steps of ReverseKernel: order of the integrators, counted evaluations, fields. diffusion/README
// §3.
#include <gtest/gtest.h>

#include <cmath>

#include "diffusion/processes/time_grid.hpp"
#include "diffusion/reverse_kernel.hpp"
#include "unit/diffusion/support.hpp"
#include "unit/mixture/support.hpp"

namespace plumbline::reverse_kernel_test {
namespace {

using namespace testing_diffusion;
using testing_mixture::Numbers;
using testing_mixture::random_mixture;
using testing_mixture::relative_error;

GaussianMixture gaussian(Real mean, Real variance) {
  return GaussianMixture::isotropic(HostVector::Ones(1), HostMatrix::Constant(1, 1, mean),
                                    HostVector::Constant(1, variance));
}

HostMatrix run(const GaussianMixture& mixture, const NoiseProcess& process,
               const KernelChoice& choice, const TimeGrid& grid, const HostMatrix& start,
               Index* evaluations = nullptr, std::uint64_t first_chain = 0) {
  const Exec exec;
  const FactoredMixture prior = factored(exec, mixture);
  const auto field = exact_score(exec, prior, process);
  ReverseKernel kernel(exec, choice, process, prior, *field);
  const Matrix z = to_device("z", start);
  for (int i = 0; i < grid.steps(); ++i)
    kernel.step(exec, grid.times[i], grid.times[i + 1], Rng::from_seed(1), i, z, first_chain);
  if (evaluations) *evaluations = kernel.evaluations();
  return to_host_matrix(z);
}

/// Slope of log error against log steps over three doublings, on N(0.5, 0.3), whose
/// probability flow is closed: (z_0 − μ)/√c = (z_T − a_T μ)/√S(T).
Real observed_order(KernelKind kind, const NoiseProcess& process) {
  const Real mu = 0.5, c = 0.3, z_T = 1.7;
  const NoiseLevel level = process.at(process.horizon());
  const Real total = level.alpha * level.alpha * c + level.variance;
  const Real exact = mu + std::sqrt(c / total) * (z_T - level.alpha * mu);
  std::vector<Real> errors;
  for (const int steps : {64, 128, 256, 512}) {
    const TimeGrid grid = make_time_grid(GridKind::quadratic, process, steps);
    errors.push_back(std::abs(
        run(gaussian(mu, c), process, {.kind = kind}, grid, HostMatrix::Constant(1, 1, z_T))(0, 0) -
        exact));
  }
  return std::log2(errors[0] / errors[3]) / 3;
}

std::vector<NoiseProcess> smooth_processes() {
  return {make_process("ou"), make_process("vp", {text("schedule", "continuous")}),
          make_process("ve", {number("sigma_max", 3), number("sigma_min", 0.3)}),
          make_process("ve", {text("schedule", "edm"), number("sigma_max", 3)}),
          make_process("flow")};
}

TEST(ReverseKernel, IntegratesTheProbabilityFlowAtOrderOneWithEulerAndTwoWithHeun) {
  for (const NoiseProcess& process : smooth_processes()) {
    EXPECT_NEAR(observed_order(KernelKind::ode_euler, process), 1, 0.15) << label_of(process);
    EXPECT_NEAR(observed_order(KernelKind::ode_heun, process), 2, 0.25) << label_of(process);
  }
  EXPECT_EQ(properties({.kind = KernelKind::ode_euler}).order, 1);
  EXPECT_EQ(properties({.kind = KernelKind::ode_heun}).order, 2);
}

TEST(ReverseKernel, KeepsHeunsOrderOnTheKinkedDdpmSchedule) {
  // Steps end on the kinks; the derivative of the wrong side would leave an error of order 1e-3.
  const NoiseProcess process = make_process("vp", {number("horizon", 64)});
  const Real mu = 0.5, c = 0.3, z_T = 1.7;
  const NoiseLevel level = process.at(64);
  const Real total = level.alpha * level.alpha * c + level.variance;
  const Real exact = mu + std::sqrt(c / total) * (z_T - level.alpha * mu);
  std::vector<Real> errors;
  for (const int steps : {64, 128, 256}) {
    const TimeGrid grid = make_time_grid(GridKind::uniform, process, steps);
    errors.push_back(std::abs(run(gaussian(mu, c), process, {.kind = KernelKind::ode_heun}, grid,
                                  HostMatrix::Constant(1, 1, z_T))(0, 0) -
                              exact));
  }

  EXPECT_NEAR(std::log2(errors[0] / errors[2]) / 2, 2, 0.3);
}

TEST(ReverseKernel, CountsTheEvaluationsItMade) {
  const NoiseProcess process = make_process("ou");
  const TimeGrid grid = make_time_grid(GridKind::uniform, process, 10);
  const HostMatrix start = Numbers(1).normals(7, 2);
  const auto smooth = random_mixture({CovarianceKind::isotropic, 3, 2}, 3);
  const auto data = GaussianMixture::points(Numbers(2).normals(5, 2));
  const auto evaluations = [&](const GaussianMixture& mixture, KernelKind kind) {
    Index count = 0;
    run(mixture, process, {.kind = kind}, grid, start, &count);
    return count;
  };

  EXPECT_EQ(evaluations(smooth, KernelKind::exact), 70);
  EXPECT_EQ(evaluations(smooth, KernelKind::em), 70);
  EXPECT_EQ(evaluations(smooth, KernelKind::ode_euler), 70);
  EXPECT_EQ(evaluations(smooth, KernelKind::ode_heun), 140);
  // p_0 of a data set has no score: Euler in the last step, as in Karras et al. 2022
  EXPECT_EQ(evaluations(data, KernelKind::ode_heun), 133);
}

TEST(ReverseKernel, IsFiniteForEveryKernelProcessGridAndOneStep) {
  const auto data = GaussianMixture::points(Numbers(2).normals(5, 2));
  for (const NoiseProcess& process : every_process())
    for (const auto kind : {KernelKind::exact, KernelKind::ddpm, KernelKind::em, KernelKind::ddim,
                            KernelKind::ode_euler, KernelKind::ode_heun}) {
      if (kind == KernelKind::em && process.degenerate_at_horizon()) continue;
      for (const auto grid_kind : {GridKind::uniform, GridKind::edm})
        for (const int steps : {1, 2, 5}) {
          const TimeGrid grid = make_time_grid(grid_kind, process, steps);
          const HostMatrix z = run(data, process, {.kind = kind}, grid, Numbers(1).normals(3, 2));
          EXPECT_TRUE(z.allFinite()) << label_of(process) << " " << name_of(kind) << " " << steps;
        }
    }
}

TEST(ReverseKernel, MovesARowTheSameWhateverBatchItIsIn) {
  const auto mixture = random_mixture({CovarianceKind::diagonal, 3, 3}, 3);
  const NoiseProcess process = make_process("ou");
  const TimeGrid grid = make_time_grid(GridKind::uniform, process, 4);
  const HostMatrix start = Numbers(1).normals(53, 3);
  for (const auto kind : {KernelKind::exact, KernelKind::em, KernelKind::ode_heun}) {
    const HostMatrix whole = run(mixture, process, {.kind = kind}, grid, start);
    const HostMatrix tail =
        run(mixture, process, {.kind = kind}, grid, start.bottomRows(20), nullptr, 33);

    EXPECT_TRUE(whole.bottomRows(20) == tail) << name_of(kind);
  }
}

TEST(ReverseKernel, AppliesTheAffineStepToTheNormalsOfItsChains) {
  const auto mixture = gaussian(0.5, 0.3);
  const NoiseProcess process = make_process("ou");
  const KernelChoice choice = {.kind = KernelKind::ddpm};
  const HostMatrix start = Numbers(1).normals(20, 1);
  const HostMatrix got = run(mixture, process, choice, TimeGrid{{2.0, 1.5}}, start, nullptr, 1000);
  const AffineStep step = affine_step(choice, process, 2, 1.5);
  const NoiseLevel level = process.at(2);
  const Real total = level.alpha * level.alpha * 0.3 + level.variance;

  for (int n = 0; n < 20; ++n) {
    const Real score = (level.alpha * 0.5 - start(n, 0)) / total;
    EXPECT_NEAR(got(n, 0),
                step.state * start(n, 0) + step.model * score +
                    step.noise * Rng::from_seed(1).normal(1000 + n, 0, 0),
                1e-14);
  }
}

TEST(ReverseKernel, RefusesEulerMaruyamaFromALevelWithoutDataBeforeItRuns) {
  const Exec exec;
  const FactoredMixture prior = factored(exec, gaussian(0, 1));
  const NoiseProcess flow = make_process("flow");
  const auto field = exact_score(exec, prior, flow);

  EXPECT_THROW(ReverseKernel(exec, {.kind = KernelKind::em}, flow, prior, *field), SpecError);
}

TEST(ScoreField, CombinesFieldsInBothParametrisationsAlike) {
  // (1 − γ) prior + γ conditional: denoised = (z + s² score)/a must hold for the combination too.
  const Exec exec;
  const NoiseProcess process = make_process("ou");
  const auto first = random_mixture({CovarianceKind::diagonal, 3, 2}, 1);
  const auto second = random_mixture({CovarianceKind::full, 2, 2}, 2);
  std::vector<WeightedField> terms;
  terms.push_back({-1.5, exact_score(exec, factored(exec, first), process)});
  terms.push_back({2.5, exact_score(exec, factored(exec, second), process)});
  const auto field = combination(std::move(terms));
  const HostMatrix z = Numbers(7).normals(9, 2);
  const Matrix score = to_device("score", z), denoised = to_device("denoised", z);
  field->evaluate(exec, 0.8, score, Prediction::score, score);
  field->evaluate(exec, 0.8, denoised, Prediction::denoised, denoised);

  const NoiseLevel level = process.at(0.8);
  EXPECT_EQ(field->cost(), 2);
  EXPECT_LE(relative_error(to_host_matrix(denoised),
                           HostMatrix((z + level.variance * to_host_matrix(score)) / level.alpha)),
            1e-13);
}

}  // namespace
}  // namespace plumbline::reverse_kernel_test
