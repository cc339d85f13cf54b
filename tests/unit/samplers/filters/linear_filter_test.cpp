// The step that mcgdiff and fps condition, against dense host formulas; what the filters of linear
// observations refuse and what they claim. Their evidence and convergence are in tests/statistical.
#include "samplers/filters/conjugate_step.hpp"
#include "unit/problem/observations.hpp"
#include "unit/samplers/guidance/likelihood_guidance.hpp"

namespace plumbline::test::linear_filter_test {
namespace {

/// Five points in space, scattered by the counter-based generator.
HostMatrix few_points() {
  HostMatrix z(5, 3);
  for (int n = 0; n < 5; ++n)
    for (int i = 0; i < 3; ++i) z(n, i) = 1.5 * Rng::from_seed(3).normal(n, 0, i);
  return z;
}

/// In directions of its own: three orthonormal ones in space, looked at or not.
struct Looked {
  std::vector<int> active;
  HostMatrix v;  ///< their rows
  HostVector target;
  HostMatrix variance;
};

const HostMatrix directions = matrix(
    {{2.0 / 3, 2.0 / 3, 1.0 / 3}, {-2.0 / 3, 1.0 / 3, 2.0 / 3}, {1.0 / 3, -2.0 / 3, 2.0 / 3}});
const HostVector targets = vector({0.4, -1.1, 0.8});

Looked looked_at(const HostVector& variance) {
  Looked out;
  for (int i = 0; i < 3; ++i)
    if (std::isfinite(variance(i))) out.active.push_back(i);
  out.v = directions(out.active, Eigen::all);
  out.target = targets(out.active);
  out.variance = HostVector(variance(out.active)).asDiagonal().toDenseMatrix();
  return out;
}

GaussianPotential potential(const HostVector& variance) {
  return {to_device("target", HostMatrix(targets.transpose())), to_device("variance", variance)};
}

/// m(z_t) of one row by the kernel's own affine coefficients and the mixture of z_0 | z_t.
HostVector prior_mean(const Problem& problem, const AffineStep& step, Real t, const HostVector& z) {
  const NoiseLevel level = problem.process().at(t);
  const HostVector z_0 = clean_posterior(problem.prior(), level, z).mean();
  const HostVector prediction = step.prediction == Prediction::denoised
                                    ? z_0
                                    : HostVector((level.alpha * z_0 - z) / level.variance);
  return step.state * z + step.model * prediction;
}

const std::vector<HostVector> looks = {vector({0.3, 0.7, infinity}), vector({infinity, 0, 0.2})};

TEST(ConjugateStep, WeighsByTheDensityOfTheTargetsBeforeTheMove) {
  const HostMatrix z = few_points();
  for (const NoiseProcess& process : processes())
    for (const HostVector& variance : looks) {
      const Problem problem = linear(process);
      const Real t = process.horizon(), s = 0.6 * t;
      const AffineStep step = affine_step({KernelKind::ddpm}, process, t, s);
      ConjugateStep kernel(Exec{}, problem, directions, z.rows());
      const Vector log_g = make_vector("log_g", z.rows());

      kernel.weigh(Exec{}, step, t, to_device("z", z), potential(variance), log_g);

      const Looked look = looked_at(variance);
      const HostMatrix total =
          look.variance +
          step.noise * step.noise * HostMatrix::Identity(look.v.rows(), look.v.rows());
      for (Index n = 0; n < z.rows(); ++n) {
        const HostVector m = prior_mean(problem, step, t, z.row(n).transpose());
        const Real truth = log_normal(look.target, look.v * m, total);
        EXPECT_NEAR(to_host(log_g)[n], truth, 1e-10 * (1 + std::abs(truth)));
      }
      EXPECT_EQ(kernel.evaluations(), z.rows());
    }
}

/// 1e5 copies of one ancestor, moved.
Ensemble moved(const Problem& problem, const AffineStep& step, Real t, const HostVector& z,
               const HostVector& variance) {
  constexpr Index n = 100000;
  const Matrix rows = to_device("z", HostMatrix(z.transpose().replicate(n, 1)));
  ConjugateStep kernel(Exec{}, problem, directions, n);
  kernel.weigh(Exec{}, step, t, rows, potential(variance), make_vector("log_g", n));
  const IndexVector ancestors = make_index_vector("ancestors", n);
  Kokkos::deep_copy(ancestors, 7);
  kernel.propagate(Exec{}, ancestors, potential(variance), Rng::from_seed(5), 0, rows, 0);
  return equally_weighted(rows);
}

// Of z_s ~ N(m, v I) and target = V z_s + N(0, variance): mean m + G (target − V m) and covariance
// v I − G V v with G = v Vᵀ (v V Vᵀ + variance)⁻¹.
TEST(ConjugateStep, MovesByTheConditionalLaw) {
  const Problem problem = linear(ou(0.6));
  const AffineStep step = affine_step({KernelKind::ddpm}, problem.process(), 0.6, 0.2);
  const HostVector z = vector({0.8, -1.2, 0.3});
  const Real v = step.noise * step.noise;
  for (const HostVector& variance : looks) {
    const Looked look = looked_at(variance);
    const HostMatrix gain = v * look.v.transpose() *
                            HostMatrix(v * look.v * look.v.transpose() + look.variance).inverse();
    const HostVector m = prior_mean(problem, step, 0.6, z);

    const Ensemble draws = moved(problem, step, 0.6, z, variance);

    // directions whose law is a point are checked as such, the others as Gaussian
    const HostMatrix turned = to_host_matrix(draws.x) * directions.transpose();
    for (const int i : look.active)
      if (variance(i) == 0) {
        EXPECT_LT((turned.col(i).array() - targets(i)).abs().maxCoeff(), 1e-14);
      }
    const HostMatrix c = v * HostMatrix::Identity(3, 3) - v * gain * look.v;
    expect_gaussian(draws, {m + gain * (look.target - look.v * m), c});
  }
}

/// The message with which settings are refused, "" when they are not.
std::string refusal(const char* name, Entries settings, const Problem& problem) {
  try {
    sampler(name, settings)->check(problem);
    return "";
  } catch (const SpecError& error) {
    return error.what();
  }
}
bool says(const std::string& message, const char* words) {
  return message.find(words) != std::string::npos;
}

TEST(McgDiff, RefusesKernelsThatAreNotOneGaussianWithNoise) {
  const Problem noisy = linear(ou()), exact = inpainting(ou());
  for (const char* kernel : {"exact", "ode-euler", "ode-heun", "ddim"})
    EXPECT_TRUE(says(refusal("mcgdiff", {{"kernel", kernel}}, noisy), "use em, ddpm")) << kernel;
  for (const char* kernel : {"em", "ddpm"})
    for (const Problem& problem : {noisy, exact})
      EXPECT_EQ(refusal("mcgdiff", {{"kernel", kernel}}, problem), "");
  const Entries ddim = {{"kernel", "ddim"}, {"eta", 1.0}};
  const Entries beta_tilde = {{"variance", "beta_tilde"}};
  for (const Entries& still : {ddim, beta_tilde}) {
    EXPECT_EQ(refusal("mcgdiff", still, noisy), "");
    EXPECT_TRUE(says(refusal("mcgdiff", still, exact), "no noise here"));
  }
}

TEST(SmcDiffOpt, RefusesObservationsWithoutNoiseAndNamesWhoDoesNot) {
  LinearGaussian o = two_sums();
  o.noise.setZero();

  const Problem problem(Exec{}, in_space(), ou(), o);

  EXPECT_TRUE(says(refusal("smcdiffopt", {}, problem), "mcgdiff"));
  EXPECT_TRUE(says(refusal("smcdiffopt", {}, inpainting(ou())), "mcgdiff"));
  EXPECT_EQ(refusal("smcdiffopt", {}, linear(ou())), "");
}

// With a floor it is the filter of the observation that has that noise, and claims nothing.
TEST(SmcDiffOpt, TakesANoiseFreeObservationForOneWithTheNoiseOfItsFloor) {
  LinearGaussian noisy = selection();
  noisy.noise = 0.09 * HostMatrix::Identity(2, 2);
  const auto method = sampler("smcdiffopt", {{"floor", 0.3}, {"steps", 5}});

  const HostMatrix all =
      to_host_matrix(draw(*method, Problem(Exec{}, in_space(), ou(), noisy), 20).ensemble.x);
  const HostMatrix free = to_host_matrix(draw(*method, inpainting(ou()), 20).ensemble.x);

  EXPECT_EQ(HostMatrix(all.col(1)), free);
  EXPECT_EQ(method->claim_on(inpainting(ou())), Claim::nothing());
}

TEST(LinearFilters, ClaimALimitOnlyWhereTheirWeightsTelescope) {
  EXPECT_EQ(sampler("mcgdiff")->claim(), Claim::limit({"steps", "particles"}));
  EXPECT_EQ(sampler("mcgdiff", {{"kappa", 0.01}})->claim(), Claim::limit({"steps", "particles"}));
  EXPECT_EQ(sampler("mcgdiff", {{"final_likelihood", false}})->claim(), Claim::nothing());
  EXPECT_EQ(sampler("mcgdiff", {{"initial_potential", false}})->claim(), Claim::nothing());
  EXPECT_EQ(sampler("mcgdiff", {{"initial", "gaussian"}})->claim(), Claim::nothing());
  EXPECT_EQ(sampler("smcdiffopt")->claim(), Claim::limit({"steps", "particles"}));
  EXPECT_EQ(sampler("smcdiffopt", {{"kernel", "exact"}})->claim(), Claim::limit({"particles"}));
  EXPECT_EQ(sampler("smcdiffopt", {{"potential", "clean"}})->claim(),
            Claim::limit({"steps", "particles"}));
  EXPECT_EQ(sampler("smcdiffopt", {{"initial_potential", false}})->claim(), Claim::nothing());
  EXPECT_EQ(sampler("fps")->claim(), Claim::nothing());
  EXPECT_EQ(sampler("fps-smc", {{"particles", 1000}})->claim(), Claim::nothing());
}

// An isotropic Gaussian whose p_T is exactly N(0, I) stays N(0, I) under ou, and its ddpm kernel
// N(α z, (1 − α²) I) is exact: no discretisation error. With τ = data the last potential is the
// likelihood, and the potentials are p(y | z_t) up to a constant only for a flat prior: so ESS is
// not N, but Ẑ of one particle is unbiased for p(y) itself.
TEST(McgDiff, IsExactWhereTheKernelIs) {
  const GaussianMixture prior =
      GaussianMixture::isotropic(vector({1}), matrix({{0, 0, 0}}), vector({1}));
  const Problem problem(Exec{}, prior, ou(1), two_sums());
  for (const char* tau : {"matched", "data"}) {
    const auto method = sampler("mcgdiff", {{"tau", tau}, {"particles", 1}, {"steps", 4}});

    const Trace trace = draw(*method, problem, 40000).trace;

    // false alarm 6e-7; a bias of 8 standard errors, 12 %, is seen
    const Real ratio = std::exp(trace.log_evidence - problem.log_evidence());
    EXPECT_LT(std::abs(ratio - 1) / (ratio * trace.log_evidence_se), 5) << ratio;
    EXPECT_LT(trace.log_evidence_se, 0.015);
  }
}

}  // namespace
}  // namespace plumbline::test::linear_filter_test
