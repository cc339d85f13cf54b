// Offspring counts of the four schemes against their exact first and second moments.
#include "samplers/smc/resampling.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

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

// --- slot by slot, as samplers/smc/README §2 defines it ---

/// Rows of one run of systematic or stratified resampling by the definition: one search per slot.
std::vector<int> by_definition(Resampling scheme, const std::vector<Real>& w, const Rng& rng,
                               std::uint64_t chain, std::uint32_t step) {
  const std::size_t n = w.size();
  std::vector<Real> sums(n);
  Real total = 0;
  std::size_t last = 0;
  for (std::size_t k = 0; k < n; ++k) {
    sums[k] = total += w[k];
    if (w[k] > 0) last = k;
  }
  std::vector<int> rows;
  for (std::size_t slot = 0; slot < n; ++slot) {
    const Real u = rng.uniform(
        chain, step, scheme == Resampling::stratified ? static_cast<std::uint32_t>(slot) : 0);
    Real target = (Real(slot) + u) / Real(n) * total;
    if (!(target < total)) target = total * (1 - 0x1p-52);
    std::size_t k = 0;
    while (k < last && !(sums[k] > target)) ++k;
    rows.push_back(static_cast<int>(k));
  }
  return rows;
}

/// Weights that are hard for a count: `kind` says how.
std::vector<Real> hard_weights(const std::string& kind, std::size_t n, const Rng& rng,
                               std::uint64_t chain, std::uint32_t step) {
  const Rng source = Rng::from_seed(11);
  std::vector<Real> w(n);
  Real before = 0;
  for (std::size_t k = 0; k < n; ++k) {
    const Real u = source.uniform(k, 0, 0), v = source.uniform(k, 1, 0);
    if (kind == "equal") w[k] = 1;
    if (kind == "third") w[k] = 1.0 / 3;
    if (kind == "uneven") w[k] = std::exp(4 * source.normal(k, 0, 0));
    if (kind == "sparse") w[k] = u < 0.9 ? 0 : v;
    if (kind == "one huge") w[k] = k == n / 2 ? 1e18 : u;
    if (kind == "last alone") w[k] = k + 1 == n ? 1 : 0;
    if (kind == "first alone") w[k] = k == 0 ? 1 : 0;
    if (kind == "denormal") w[k] = std::ceil(100 * u) * 0x1p-1074;
    if (kind == "one and denormals") w[k] = k == n / 3 ? 1 : std::ceil(100 * u) * 0x1p-1074;
    if (kind == "tiny") w[k] = u * 1e-290;
    if (kind == "enormous") w[k] = u * 1e300;
    if (kind == "ends in zeros") w[k] = k < n / 2 ? u : 0;
    if (kind == "at slot edges") {  // S_k at, or an ulp beside, the point of slot k (total about 1)
      const Real shared = rng.uniform(chain, step, 0);
      Real point = k + 1 == n ? 1 : (Real(k) + shared) / Real(n);
      if (k % 3 == 1) point = std::nextafter(point, 0);
      if (k % 3 == 2 && k + 1 < n) point = std::nextafter(point, 1);
      w[k] = point - before;
      before += w[k];
    }
  }
  return w;
}

class ResamplingInOrder : public testing::TestWithParam<Resampling> {};

TEST_P(ResamplingInOrder, GivesEverySlotToTheParticleOfTheDefinition) {
  const Rng rng = Rng::from_seed(3);
  const std::vector<std::string> kinds = {
      "equal",        "third",      "uneven",      "sparse",
      "one huge",     "last alone", "denormal",    "one and denormals",
      "tiny",         "enormous",   "first alone", "ends in zeros",
      "at slot edges"};
  for (const std::string& kind : kinds)
    for (const std::size_t n : {1, 2, 3, 7, 63, 64, 65, 100, 128, 597, 1024, 3000})
      for (const std::uint32_t step : {0U, 1U, 2U, 3U}) {
        const std::uint64_t first = 5;
        const std::vector<Real> w = hard_weights(kind, n, rng, first + 1, step);
        std::vector<Real> three(n, 1);  // the run is the second of three
        three.insert(three.end(), w.begin(), w.end());
        three.insert(three.end(), n, 2);
        Resampler resampler(GetParam(), 3, Index(n));

        const auto rows = host_copy(
            resampler.choose(Exec{}, to_device("weights", three), flags(3, 1), rng, step, first));

        const std::vector<int> expected = by_definition(GetParam(), w, rng, first + 1, step);
        for (std::size_t slot = 0; slot < n; ++slot)
          ASSERT_EQ(rows(n + slot) - int(n), expected[slot])
              << kind << ", N = " << n << ", step " << step << ", slot " << slot;
      }
}

INSTANTIATE_TEST_SUITE_P(Both, ResamplingInOrder,
                         testing::Values(Resampling::systematic, Resampling::stratified),
                         [](const auto& info) { return name_of(info.param); });

}  // namespace
}  // namespace plumbline::resampling_test
