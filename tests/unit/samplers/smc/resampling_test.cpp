// Offspring counts of the four schemes against their exact first and second moments.
#include "samplers/smc/resampling.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace plumbline::resampling_test {
namespace {

constexpr Index runs = 200000;

IndexVector flags(Index n, int value) {
  const IndexVector list = make_index_vector("wanted", n);
  Kokkos::deep_copy(list, value);
  return list;
}

/// Ancestors within each run (0…N−1), `count` runs with the same weights.
std::vector<std::vector<int>> ancestors(Resampling scheme, const std::vector<Real>& weights,
                                        Index count, std::uint64_t first = 0) {
  const Index particles = Index(weights.size());
  std::vector<Real> all;
  for (Index r = 0; r < count; ++r) all.insert(all.end(), weights.begin(), weights.end());
  Resampler resampler(scheme, count, particles);
  const auto rows = host_copy(resampler.choose(Exec{}, to_device("weights", all), flags(count, 1),
                                               Rng::from_seed(7), 3, first));
  std::vector<std::vector<int>> result(count);
  for (Index row = 0; row < count * particles; ++row)
    result[row / particles].push_back(int(rows(row) - row / particles * particles));
  return result;
}

std::vector<int> counts(const std::vector<int>& chosen) {
  std::vector<int> count(chosen.size());
  for (const int k : chosen) ++count.at(k);
  return count;
}

std::vector<Real> normalised(std::vector<Real> w) {
  Real sum = 0;
  for (const Real v : w) sum += v;
  for (Real& v : w) v /= sum;
  return w;
}

/// Var N_k of each scheme.
Real variance(Resampling scheme, const std::vector<Real>& w, std::size_t k) {
  const Real n = Real(w.size()), expected = n * w[k];
  const Real part = expected - std::floor(expected);
  switch (scheme) {
    case Resampling::systematic:
      return part * (1 - part);
    case Resampling::multinomial:
      return expected * (1 - w[k]);
    case Resampling::residual: {
      Real left = 0;
      for (const Real v : w) left += n * v - std::floor(n * v);
      return left < 0.5 ? 0 : part * (1 - part / left);
    }
    case Resampling::stratified: {  // slot j hits k with the probability of their overlap
      Real below = 0, sum = 0;
      for (std::size_t i = 0; i < k; ++i) below += n * w[i];
      for (Real j = 0; j < n; ++j) {
        const Real p = std::max(Real(0), std::min(j + 1, below + expected) - std::max(j, below));
        sum += p * (1 - p);
      }
      return sum;
    }
  }
  return nan;
}

const std::vector<std::vector<Real>> cases = {
    {1},                          // N = 1
    {0.3, 0.7},                   // N = 2
    {0.2, 0.5, 0.3},              // N = 3
    {1, 0, 2},                    // a weight of 0 in the middle
    {0.1, 0.2, 0.3, 0.15, 0.25},  // N = 5
    {3, 1e-3, 0.4, 0.9, 0},       // nearly all on one, 0 at the end, not normalised
};

class ResamplingScheme : public testing::TestWithParam<Resampling> {};

// z-scores of mean and variance over 200 000 runs, threshold 5: about 5.7e-7 false alarms
// per entry, 19 entries and 4 schemes, so 1e-4 in all at most. Sees a bias of 0.01 copies.
TEST_P(ResamplingScheme, CopiesEachParticleInProportionToItsWeight) {
  for (const auto& weights : cases) {
    const std::vector<Real> w = normalised(weights);
    const auto chosen = ancestors(GetParam(), weights, runs);
    for (std::size_t k = 0; k < w.size(); ++k) {
      const Real expected = Real(w.size()) * w[k], var = variance(GetParam(), w, k);
      Real sum = 0, squares = 0, fourth = 0;
      for (const auto& run : chosen) {
        const Real off = counts(run)[k] - expected;
        sum += off;
        squares += off * off;
        fourth += (off * off - var) * (off * off - var);
      }
      const Real n = Real(runs);
      EXPECT_LE(std::abs(sum), 5 * std::sqrt(n * var) + 1e-9 * n) << "particle " << k;
      EXPECT_LE(std::abs(squares - n * var), 5 * std::sqrt(fourth) + 1e-9 * n) << "particle " << k;
    }
  }
}

TEST_P(ResamplingScheme, NeverChoosesAParticleOfWeightZero) {
  const std::vector<Real> weights = {0, 0.5, 0, 0.25, 0};

  for (const auto& run : ancestors(GetParam(), weights, 20000))
    for (const int k : run) EXPECT_TRUE(k == 1 || k == 3) << k;
}

TEST_P(ResamplingScheme, CopiesTheOnlyParticleWithWeight) {
  const std::vector<Real> weights = {0, 0, 1e-30};

  for (const auto& run : ancestors(GetParam(), weights, 100))
    EXPECT_EQ(run, (std::vector<int>{2, 2, 2}));
}

TEST_P(ResamplingScheme, DoesNotDependOnHowRunsAreSplitIntoCalls) {
  const std::vector<Real> weights = {0.1, 0.4, 0.5};

  const auto all = ancestors(GetParam(), weights, 64);
  const auto tail = ancestors(GetParam(), weights, 40, 24);

  EXPECT_TRUE(std::equal(tail.begin(), tail.end(), all.begin() + 24));
}

TEST_P(ResamplingScheme, LeavesRunsAloneThatDoNotWantIt) {
  const Vector weights = to_device("weights", std::vector<Real>{1, 3, nan, 0, 2, 2});
  const IndexVector wanted = flags(3, 0);
  Resampler resampler(GetParam(), 3, 2);

  const auto rows = host_copy(resampler.choose(Exec{}, weights, wanted, Rng::from_seed(1), 0));

  for (int row = 0; row < 6; ++row) EXPECT_EQ(rows(row), row);
}

INSTANTIATE_TEST_SUITE_P(All, ResamplingScheme,
                         testing::Values(Resampling::systematic, Resampling::stratified,
                                         Resampling::multinomial, Resampling::residual),
                         [](const auto& info) { return name_of(info.param); });

TEST(SystematicResampling, RoundsExpectedCopiesDownOrUp) {
  const std::vector<Real> w = {0.07, 0.23, 0.4, 0.11, 0.19};

  for (const auto& run : ancestors(Resampling::systematic, w, 20000))
    for (std::size_t k = 0; k < w.size(); ++k) EXPECT_LT(std::abs(counts(run)[k] - 5 * w[k]), 1);
}

TEST(StratifiedResampling, StaysWithinTwoOfExpectedCopies) {
  const std::vector<Real> w = {0.07, 0.23, 0.4, 0.11, 0.19};

  for (const auto& run : ancestors(Resampling::stratified, w, 20000))
    for (std::size_t k = 0; k < w.size(); ++k) EXPECT_LT(std::abs(counts(run)[k] - 5 * w[k]), 2);
}

TEST(ResidualResampling, KeepsTheWholePartOfExpectedCopies) {
  const std::vector<Real> w = {0.07, 0.23, 0.4, 0.11, 0.19};

  for (const auto& run : ancestors(Resampling::residual, w, 20000))
    for (std::size_t k = 0; k < w.size(); ++k) EXPECT_GE(counts(run)[k], std::floor(5 * w[k]));
}

}  // namespace
}  // namespace plumbline::resampling_test
