// Weights, evidence and choice of independent runs against sums written out by hand.
#include "samplers/smc/run_weights.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace plumbline::run_weights_test {
namespace {

using Steps = std::vector<std::vector<Real>>;  // log g of every step [R N]

RunWeights reweighed(Index runs, Index particles, Real threshold, const Steps& steps,
                     std::vector<IndexVector>* ancestors = nullptr) {
  const Exec exec;
  RunWeights run_weights(exec, runs, particles, {Resampling::systematic, threshold});
  std::uint32_t step = 0;
  for (const auto& log_g : steps) {
    run_weights.reweigh(exec, to_device("log_g", log_g), step);
    const IndexVector chosen = run_weights.resample(exec, Rng::from_seed(3), step++, 0);
    if (ancestors != nullptr) ancestors->push_back(chosen);
  }
  return run_weights;
}

TEST(RunWeights, CarryWeightsOverStepsThatDoNotResample) {
  // Never resampling, Ẑ is the mean of products, not the product of means.
  const Steps steps = {{std::log(0.1), std::log(0.7), std::log(0.2)},
                       {std::log(5.0), std::log(0.5), std::log(1.0)}};

  const RunWeights run_weights = reweighed(1, 3, 0, steps);

  const std::vector<Real> product = {0.5, 0.35, 0.2};
  EXPECT_NEAR(host_copy(run_weights.log_evidence())(0), std::log(1.05 / 3), 1e-14);
  for (int n = 0; n < 3; ++n)
    EXPECT_NEAR(host_copy(run_weights.log_weights())(n), std::log(product[n] / 1.05), 1e-14);
}

TEST(RunWeights, MultiplyMeansWhenTheyResampleEveryStep) {
  const Steps steps = {{std::log(0.1), std::log(0.7), std::log(0.2)},
                       {std::log(5.0), std::log(0.5), std::log(1.0)}};

  const RunWeights run_weights = reweighed(1, 3, 1, steps);

  EXPECT_NEAR(host_copy(run_weights.log_evidence())(0), std::log(1.0 / 3) + std::log(6.5 / 3),
              1e-14);
  for (int n = 0; n < 3; ++n)
    EXPECT_DOUBLE_EQ(host_copy(run_weights.log_weights())(n), -std::log(3.0));
}

TEST(RunWeights, ResampleOnlyBelowTheThreshold) {
  // ESS/N of (0.5, 0.5) is 1, of (0.9, 0.1) it is 1/1.64 = 0.61.
  const Steps steps = {{std::log(0.5), std::log(0.5), std::log(0.9), std::log(0.1)}};

  const RunWeights eager = reweighed(2, 2, 0.62, steps), lazy = reweighed(2, 2, 0.6, steps);

  EXPECT_DOUBLE_EQ(host_copy(eager.log_weights())(2), -std::log(2.0));
  EXPECT_NEAR(host_copy(lazy.log_weights())(2), std::log(0.9), 1e-14);
  EXPECT_NEAR(host_copy(eager.ess_min())(0), 1, 1e-14);
  EXPECT_NEAR(host_copy(eager.ess_min())(1), 0.5 / 0.82, 1e-14);
}

TEST(RunWeights, AreUnmovedByTheScaleOfTheWeights) {
  const Steps steps = {{-2000, -2001, -1999}};

  const RunWeights run_weights = reweighed(1, 3, 0, steps);

  const Real sum = std::exp(-1.0) + 1 + std::exp(1.0);
  EXPECT_NEAR(host_copy(run_weights.log_evidence())(0), -2000 + std::log(sum / 3), 1e-12);
  EXPECT_NEAR(host_copy(run_weights.log_weights())(1), -1 - std::log(sum), 1e-12);
}

TEST(RunWeights, GoOnWithEqualWeightsAndNoEvidenceWhenAllWeightsVanish) {
  const Real none = -infinity;
  const Steps steps = {{0, 0, 0, 0}, {none, none, 0, none}, {0, 0, 0, 0}};
  std::vector<IndexVector> ancestors;

  const RunWeights run_weights = reweighed(2, 2, 1, steps, &ancestors);

  EXPECT_EQ(host_copy(run_weights.log_evidence())(0), none);
  EXPECT_NEAR(host_copy(run_weights.log_evidence())(1), -std::log(2.0), 1e-14);
  EXPECT_EQ(host_copy(run_weights.lost_at())(0), 1);
  EXPECT_EQ(host_copy(run_weights.lost_at())(1), -1);
  EXPECT_EQ(host_copy(run_weights.ess_min())(0), 0);
  EXPECT_EQ(host_copy(run_weights.log_weights())(0), -std::log(2.0));
}

TEST(RunWeights, LoseTheirLawToANaNAndSayItInEveryDraw) {
  const Steps steps = {{0, nan, 0, 0}};
  const RunWeights run_weights = reweighed(2, 2, 1, steps);
  const IndexVector rows = make_index_vector("rows", 2);

  run_weights.choose_one(Exec{}, Rng::from_seed(1), 0, rows);

  EXPECT_EQ(host_copy(rows)(0), -1);
  EXPECT_GE(host_copy(rows)(1), 2);
  EXPECT_TRUE(std::isnan(host_copy(run_weights.log_evidence())(0)));
  EXPECT_TRUE(std::isnan(host_copy(run_weights.log_weights())(0)));
}

// 100 000 runs with W = (.1, .2, .3, .4). Slot 0 after systematic resampling would hold
// particles (.4, .6, 0, 0) (samplers/smc/README §2). z < 5 for 4 frequencies, with resampling and
// without: false alarm 5e-6 in all; a frequency off by 0.008 is seen.
class RetainedParticle : public testing::TestWithParam<Real> {};
TEST_P(RetainedParticle, IsChosenByWeightWhetherResampledOrNot) {
  const Index runs = 100000;
  Steps steps(1);
  for (Index r = 0; r < runs; ++r)
    for (const Real w : {0.1, 0.2, 0.3, 0.4}) steps[0].push_back(std::log(w));
  std::vector<IndexVector> ancestors;
  const RunWeights run_weights = reweighed(runs, 4, GetParam(), steps, &ancestors);
  const IndexVector rows = make_index_vector("rows", runs);

  run_weights.choose_one(Exec{}, Rng::from_seed(9), 0, rows);

  const auto chosen = host_copy(rows), ancestor = host_copy(ancestors[0]);
  std::vector<Real> frequency(4);
  for (Index r = 0; r < runs; ++r) frequency[ancestor(chosen(r)) - 4 * r] += 1.0 / Real(runs);
  for (int k = 0; k < 4; ++k) {
    const Real w = 0.1 * (k + 1);
    EXPECT_LT(std::abs(frequency[k] - w) / std::sqrt(w * (1 - w) / Real(runs)), 5) << "W = " << w;
  }
}
INSTANTIATE_TEST_SUITE_P(Threshold, RetainedParticle, testing::Values(0.0, 1.0));

}  // namespace
}  // namespace plumbline::run_weights_test
