// The evidence of mcgdiff and smcdiffopt is unbiased for the discretised model: a Kalman recursion
// knows its p(y). At few particles, for every way to resample. And what the published deviations
// cost, against closed forms.
#include "statistical/errors.hpp"
#include "unit/problem/observations.hpp"
#include "unit/samplers/reverse/linear_gaussian.hpp"

namespace plumbline::test::linear_filter_test {
namespace {

constexpr Real horizon = 1;
constexpr int steps = 5;

// Noise broad enough, and y near enough to what the prior expects, for the weights of two particles
// to have a tail that 20 000 runs average; correlated, so that weights agree from step to step.
const OuGaussian prior = {vector({0.4, -0.3}), matrix({{1.0, 0.5}, {0.5, 0.6}})};
const LinearGaussian sums = {.a = matrix({{1, 0.5}, {0.2, -1}}),
                             .noise = matrix({{0.9, 0.1}, {0.1, 1.2}}),
                             .y = vector({0.8, 0.1})};
const LinearGaussian one_sum = {
    .a = matrix({{0.8, 0.6}}), .noise = matrix({{0.7}}), .y = vector({3})};

Problem observed(const LinearGaussian& o) {
  return Problem(Exec{}, gaussian(prior.mu, prior.sigma), ou(horizon), o);
}
Problem mixture(const LinearGaussian& o) {
  return Problem(Exec{},
                 GaussianMixture::full(vector({2, 1}), matrix({{0.4, -0.3}, {-1, 1}}),
                                       {prior.sigma, matrix({{1.0, -0.4}, {-0.4, 0.6}})}),
                 ou(horizon), o);
}

/// The law of z at times[index] in the chain that the kernel makes of `start`.
Moments chain_at(const std::string& kernel, Moments law, int index) {
  const std::vector<Real> times = uniform_times(horizon, steps);
  for (int i = 0; i < index; ++i)
    law = push(kernel_by_name(kernel, prior, times[i], times[i + 1]), law);
  return law;
}
Real kalman_log_evidence(const std::string& kernel, const LinearGaussian& o) {
  const Moments z = chain_at(kernel, prior.at(horizon), steps);
  return log_normal(o.y, o.a * z.mean, o.a * z.covariance * o.a.transpose() + o.noise);
}

struct Filter {
  std::string resampling;
  double ess_threshold;
  int particles;
};

Drawn filtered(const char* name, const Filter& f, const Table& more, const Problem& problem) {
  Table settings = table({{"steps", steps},
                          {"particles", f.particles},
                          {"resampling", f.resampling},
                          {"ess_threshold", f.ess_threshold}});
  for (const Member& member : more.members) settings.set(member.key, member.value);
  const Index runs = f.particles < 20 ? 20000 : 5000;
  return draw(*find_sampler(name).make(settings), problem, runs, 30 + f.particles);
}

/// z = (Ẑ − Z)/se below 5 in size: false alarm 5.7e-7 for each of the 48 · 7 cells, 2e-4 in all. A
/// bias of 8 standard errors is seen with probability 0.999: 32 % at most, 5 % in most cells.
void expect_unbiased(const Trace& trace, Real log_z, Real noise = 0.04) {
  const Real ratio = std::exp(trace.log_evidence - log_z), se = ratio * trace.log_evidence_se;
  EXPECT_LT(std::abs(ratio - 1) / se, 5) << "Ẑ/Z = " << ratio << " ± " << se;
  EXPECT_LT(se, noise) << "too noisy to see a bias";
}

class LinearFilterEvidence : public testing::TestWithParam<std::tuple<std::string, double, int>> {
 protected:
  Filter filter() const {
    return {std::get<0>(GetParam()), std::get<1>(GetParam()), std::get<2>(GetParam())};
  }
};

TEST_P(LinearFilterEvidence, OfMcgDiffIsUnbiasedForTheDiscretisedModel) {
  const std::vector<std::pair<const char*, Table>> variants = {
      {"em", table({{"kernel", "em"}})},
      {"ddpm", table({{"kernel", "ddpm"}, {"tau", "data"}})},
      {"ddpm", table({{"kernel", "ddpm"}, {"kappa", 1.0}})}};
  for (const auto& [kernel, settings] : variants) {
    SCOPED_TRACE(to_text(Value{settings}));
    expect_unbiased(filtered("mcgdiff", filter(), settings, observed(sums)).trace,
                    kalman_log_evidence(kernel, sums));
  }
}

// Never resampled, ratios of point-like potentials have a tail: there only biases of 80 % are seen.
TEST_P(LinearFilterEvidence, OfMcgDiffIsUnbiasedWithoutNoise) {
  const Real noise = filter().ess_threshold == 0 ? 0.1 : 0.04;
  const Problem inpainting = last_observed(gaussian(prior.mu, prior.sigma), 0.3, ou(horizon));
  const LinearGaussian last = {.a = matrix({{0, 1}}), .noise = matrix({{0}}), .y = vector({0.3})};
  LinearGaussian oblique = one_sum;
  oblique.a *= 3;
  oblique.noise.setZero();

  expect_unbiased(filtered("mcgdiff", filter(), table({{"kappa", 0.01}}), inpainting).trace,
                  kalman_log_evidence("ddpm", last), noise);
  SCOPED_TRACE("linear");
  expect_unbiased(filtered("mcgdiff", filter(), table({}), observed(oblique)).trace,
                  kalman_log_evidence("ddpm", oblique), noise);
}

TEST_P(LinearFilterEvidence, OfSmcDiffOptIsUnbiasedForTheDiscretisedModel) {
  expect_unbiased(filtered("smcdiffopt", filter(), table({{"kernel", "em"}}), observed(sums)).trace,
                  kalman_log_evidence("em", sums));
}

TEST_P(LinearFilterEvidence, OfSmcDiffOptIsUnbiasedForTheTrueEvidenceWithTheExactKernel) {
  const Problem problem = mixture(sums);
  expect_unbiased(filtered("smcdiffopt", filter(), table({{"kernel", "exact"}}), problem).trace,
                  problem.log_evidence());
}

std::string named(const testing::TestParamInfo<LinearFilterEvidence::ParamType>& info) {
  const auto& [resampling, threshold, particles] = info.param;
  const char* when = threshold == 0 ? "never" : threshold == 1 ? "always" : "adaptive";
  return fmt::format("{}_{}_{}", resampling, when, particles);
}

INSTANTIATE_TEST_SUITE_P(
    Filter, LinearFilterEvidence,
    testing::Combine(testing::Values("systematic", "stratified", "multinomial", "residual"),
                     testing::Values(0.0, 0.5, 1.0), testing::Values(2, 3, 5, 20)),
    named);

/// z_0 given that v z_τ = target up to variance κ at times[index], in the ddpm chain: the law that
/// mcgdiff draws from without its final likelihood.
struct Published {
  Real log_z;
  Moments z_0;
};
Published published(const LinearGaussian& o, int index, Real kappa) {
  const Moments at_tau = chain_at("ddpm", prior.at(horizon), index);
  const Real norm = o.a.norm(), tau = uniform_times(horizon, steps)[index];
  const HostMatrix v = o.a / norm;
  const HostVector target = std::exp(-tau) * o.y / norm;
  const HostMatrix total = v * at_tau.covariance * v.transpose() + matrix({{kappa}});
  const HostMatrix gain = at_tau.covariance * v.transpose() / total(0, 0);
  Moments z = {at_tau.mean + gain * (target - v * at_tau.mean),
               at_tau.covariance - gain * v * at_tau.covariance};
  const std::vector<Real> times = uniform_times(horizon, steps);
  for (int i = index; i < steps; ++i)
    z = push(kernel_by_name("ddpm", prior, times[i], times[i + 1]), z);
  // a density of y, not of a_τ y/‖A‖
  return {log_normal(target, v * at_tau.mean, total) - tau - std::log(norm), z};
}

Moments kalman_posterior(const LinearGaussian& o) {
  const Moments z = chain_at("ddpm", prior.at(horizon), steps);
  const HostMatrix gain = z.covariance * o.a.transpose() *
                          HostMatrix(o.a * z.covariance * o.a.transpose() + o.noise).inverse();
  return {z.mean + gain * (o.y - o.a * z.mean), z.covariance - gain * o.a * z.covariance};
}

// y has σ² = 0.7 and e^{2τ} − 1 = 0.7 at τ = 0.27, but the grid's nearest is 0.2. One draw of 200
// particles has a bias of order 1/200, below the standard error 0.014 of 5000 draws.
TEST(McgDiffDeviations, WithoutTheFinalLikelihoodDrawTheLawOfAnotherTarget) {
  const Real kappa = 0.05;
  const Filter many = {"systematic", 1.0, 200};
  const Drawn drawn = filtered(
      "mcgdiff", many, table({{"kappa", kappa}, {"final_likelihood", false}}), observed(one_sum));

  const Published other = published(one_sum, 4, kappa);
  const Moments right = kalman_posterior(one_sum);

  expect_gaussian(drawn.ensemble, other.z_0);
  EXPECT_NEAR(drawn.trace.log_evidence, other.log_z, 5 * drawn.trace.log_evidence_se);
  // what it costs: seven times what 5000 draws can see, and five times in the evidence
  const Real shift = std::abs((one_sum.a * (other.z_0.mean - right.mean))(0)) /
                     std::sqrt((one_sum.a * right.covariance * one_sum.a.transpose())(0, 0));
  EXPECT_GT(shift, 0.1);
  EXPECT_GT(std::abs(other.log_z - kalman_log_evidence("ddpm", one_sum)),
            5 * drawn.trace.log_evidence_se);
}

TEST(McgDiffDeviations, WithTheFinalLikelihoodDrawTheDiscretisedModelsPosterior) {
  const Filter many = {"systematic", 1.0, 200};
  for (const char* tau : {"matched", "data"})
    expect_gaussian(filtered("mcgdiff", many, table({{"tau", tau}}), observed(one_sum)).ensemble,
                    kalman_posterior(one_sum));
}

/// Ẑ without G_T estimates E[p(y | z_0)/G_T(z_T)]: at a horizon this short, something else.
TEST(InitialPotential, CannotBeLeftOutAtAShortHorizon) {
  const Filter many = {"systematic", 1.0, 50};
  for (const char* name : {"mcgdiff", "smcdiffopt"}) {
    SCOPED_TRACE(name);
    const Trace trace =
        filtered(name, many, table({{"initial_potential", false}}), observed(one_sum)).trace;
    const Real gap = std::abs(trace.log_evidence - kalman_log_evidence("ddpm", one_sum));
    EXPECT_GT(gap, 5 * trace.log_evidence_se);
    EXPECT_GT(gap, 0.5);
  }
}

TEST(SmcDiffOpt, DrawsTheDiscretisedModelsPosterior) {
  const Filter many = {"systematic", 1.0, 200};
  expect_gaussian(filtered("smcdiffopt", many, table({}), observed(one_sum)).ensemble,
                  kalman_posterior(one_sum));
}

TEST(SmcDiffOptDeviations, WithoutNoisingYHaveTheSameLimitByWorseWeights) {
  const Table clean = table({{"potential", "clean"}});
  LinearGaussian sharp = one_sum;
  sharp.noise = matrix({{0.02}});

  for (const double threshold : {0.0, 0.5, 1.0})
    expect_unbiased(
        filtered("smcdiffopt", {"systematic", threshold, 20}, clean, observed(sums)).trace,
        kalman_log_evidence("ddpm", sums));
  const Filter many = {"systematic", 1.0, 200};
  EXPECT_LT(filtered("smcdiffopt", many, clean, observed(sharp)).trace.ess_min,
            filtered("smcdiffopt", many, table({}), observed(sharp)).trace.ess_min / 2);
}

}  // namespace
}  // namespace plumbline::test::linear_filter_test
