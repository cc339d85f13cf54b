// Predictor–corrector against a replay on the host, number by number: a Gaussian prior, the same
// counter-based noise, the probability-flow Euler step as predictor.
#include "samplers/replacement/replacement_run.hpp"
#include "unit/problem/observations.hpp"
#include "unit/samplers/reverse/linear_gaussian.hpp"

namespace plumbline::test::pc_test {
namespace {

constexpr Index chains = 40;
constexpr int levels = 3, corrections = 2;
const Real y_0 = 1.5, horizon = 2, snr = 0.2;

/// z = [x_1, y, x_2].
const OuGaussian prior = {vector({0.4, -0.3, 0.7}),
                          matrix({{1.0, 0.4, 0.7}, {0.4, 0.8, -0.2}, {0.7, -0.2, 0.9}})};
Problem problem() {
  return Problem(Exec{}, gaussian(prior.mu, prior.sigma), ou(horizon),
                 Inpainting{.observed = {1}, .y = vector({y_0})});
}

/// Column 1 ← a fresh draw of p(y_t | y_0).
void project(HostMatrix& z, const Rng& rng, std::uint32_t step, Real t) {
  for (Index n = 0; n < z.rows(); ++n)
    z(n, 1) = std::exp(-t) * y_0 + std::sqrt(-std::expm1(-2 * t)) * rng.normal(n, step, 0);
}

/// [x_T, y_T] as the sampler starts.
HostMatrix start(const Rng& rng, Index n) {
  ContextPath path(Context::fresh, ou(horizon), vector({y_0}), n, rng.stream("context"));
  path.start(Exec{});
  const Matrix z = make_matrix("z", n, 3);
  draw_initial_given_context(Exec{}, InitialLaw::exact, problem(), path.y(), 1,
                             rng.stream("initial"), z);
  return to_host_matrix(z);
}

struct Variant {
  bool batch, late;
};

/// Song et al. 2021 with projection, line by line.
HostMatrix replay(const Variant& variant, Index n) {
  const Rng rng = Rng::from_seed(1);
  const std::vector<Real> times = uniform_times(horizon, levels);
  HostMatrix z = start(rng, n);
  for (int i = 0; i < levels; ++i) {
    const Real t = times[i], s = times[i + 1], c = std::exp(2 * (s - t));
    for (int l = 0; l < corrections; ++l) {
      const LinearScore f = score_of(prior)(t);
      const HostMatrix g = (-z * f.p.transpose()).rowwise() + f.pm.transpose();
      HostMatrix xi(n, 3);
      for (Index r = 0; r < n; ++r)
        for (int j = 0; j < 3; ++j)
          xi(r, j) = rng.stream("langevin").normal(r, i * corrections + l, j);
      HostVector g_norm = g.rowwise().norm(), xi_norm = xi.rowwise().norm();
      if (variant.batch) {
        g_norm.setConstant(g_norm.mean());
        xi_norm.setConstant(xi_norm.mean());
      }
      for (Index r = 0; r < n; ++r) {
        const Real e = 2 * c * std::pow(snr * xi_norm(r) / g_norm(r), 2);
        z.row(r) += e * g.row(r) + std::sqrt(2 * e) * xi.row(r);
      }
    }
    project(z, rng.stream("corrected_context"), i + 1, t);
    const AffineKernel k = ode_kernel(score_of(prior), t, s);
    z = HostMatrix((z * k.a.transpose()).rowwise() + k.b.transpose());
    project(z, rng.stream("context"), i + 1, variant.late ? t : s);
  }
  return z;
}

std::unique_ptr<Sampler> method(const Variant& variant) {
  return sampler("pc", {{"kernel", "ode-euler"},
                        {"steps", levels},
                        {"langevin_steps", corrections},
                        {"snr", snr},
                        {"norms", variant.batch ? "batch" : "chain"},
                        {"late_projection", variant.late}});
}

TEST(PredictorCorrector, IsItsAlgorithmNumberByNumber) {
  for (const Variant variant :
       {Variant{false, false}, {true, false}, {false, true}, {true, true}}) {
    const HostMatrix z = replay(variant, chains);

    const HostMatrix x = to_host_matrix(draw(*method(variant), problem(), chains).ensemble.x);

    EXPECT_LT((x.col(0) - z.col(0)).cwiseAbs().maxCoeff(), 1e-11);
    EXPECT_LT((x.col(1) - z.col(2)).cwiseAbs().maxCoeff(), 1e-11);
  }
}

TEST(PredictorCorrector, CouplesItsChainsOnlyWhereTheyShareNorms) {
  const auto first_of = [](const Variant& variant, Index n) {
    return HostVector(
        to_host_matrix(draw(*method(variant), problem(), n).ensemble.x).row(0).transpose());
  };

  EXPECT_EQ((first_of({false, false}, chains) - first_of({false, false}, 1)).norm(), 0);
  EXPECT_GT((first_of({true, false}, chains) - first_of({true, false}, 1)).norm(), 1e-3);
}

TEST(PredictorCorrector, WithoutCorrectionsIsReplacementWithAFreshContext) {
  const auto plain =
      sampler("replacement", {{"steps", 7}, {"context", "fresh"}, {"kernel", "ddpm"}});
  const auto predictor = sampler("pc", {{"steps", 7}, {"langevin_steps", 0}});

  EXPECT_EQ(to_host(draw(*plain, problem(), 50).ensemble.x),
            to_host(draw(*predictor, problem(), 50).ensemble.x));
}

}  // namespace
}  // namespace plumbline::test::pc_test
