// What a cell excludes: hardly ever the truth, always what is far from it, nothing that nobody
// looks at.
#include "harness/cover/departure.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "harness/statistics/distributions.hpp"
#include "harness/statistics/exceedance.hpp"

namespace plumbline::departure_test {
namespace {

constexpr Index runs = 16, sets = 64, rows = 16, trials = 400;

/// Metrics of one cell: the first has mean `shift` on its runs, the others are N(0, 1) throughout.
std::vector<MetricSample> cell(std::uint64_t seed, Real shift, bool paired = false) {
  const Rng rng = Rng::from_seed(seed).stream("cell");
  std::vector<MetricSample> samples;
  for (std::uint32_t m = 0; m < 2; ++m) {
    MetricSample sample{
        {"m" + std::to_string(m), "", "1", Better::lower, true, Law::floor}, {}, {}, paired};
    for (std::uint64_t r = 0; r < runs; ++r)
      sample.values.push_back(rng.normal(r, 0, m) + (m == 0 ? shift : 0));
    for (std::uint64_t r = 0; r < static_cast<std::uint64_t>(paired ? runs : sets); ++r)
      sample.null.push_back(rng.normal(r, 1, m));
    samples.push_back(std::move(sample));
  }
  return samples;
}

std::vector<MeasuredRow> pool(std::uint64_t seed, Real shift) {
  const Rng rng = Rng::from_seed(seed).stream("pool");
  std::vector<MeasuredRow> all;
  for (std::uint64_t i = 0; i < rows; ++i)
    all.push_back(
        {static_cast<Index>(i) % runs, {rng.normal(i, 0, 0) + shift, rng.normal(i, 0, 1)}});
  return all;
}

bool excludes(const CellDeparture& departure, const std::vector<MeasuredRow>& pool) {
  std::size_t most = 0;
  const Index near = departure.as_near(pool, trials, Rng::from_seed(0).stream("urn"), most);
  return share_upper(near, trials, 0.05) <= 0.05;
}

/// Runs that are off by what the pool is off by: excluded in at most 5 % of 400 seeds (binomial
/// bound at 1e-3: 34).
TEST(CellDeparture, ExcludesTheTruthNoMoreOftenThanItSays) {
  for (const bool paired : {false, true}) {
    Index wrong = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed)
      wrong += excludes(CellDeparture(cell(seed, 0.8, paired)), pool(seed, 0.8));
    EXPECT_LE(wrong, binomial_upper(400, 0.05, 1e-3)) << paired;
  }
}

/// Exact runs: an error of 4 deviations of every run is excluded in at least 95 of 100 seeds, one
/// that is none in none.
TEST(CellDeparture, ExcludesWhatIsFarAndNothingThatIsNotSeen) {
  for (const bool paired : {false, true}) {
    Index far = 0, none = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      const CellDeparture departure(cell(seed, 0, paired));
      far += excludes(departure, pool(seed, 4));
      none += excludes(departure, pool(seed, 0));
    }
    EXPECT_GE(far, 95) << paired;
    EXPECT_LE(none, 5) << paired;
  }
}

/// Few rows never make anything certain: of four, one more may always be an exact set.
TEST(CellDeparture, CountsHowFewRowsWereMeasured) {
  const CellDeparture departure(cell(1, 0));
  const std::vector<MeasuredRow> many = pool(1, 2.5);
  std::size_t most = 7;
  const Rng rng = Rng::from_seed(0).stream("urn");
  const Index of_few = departure.as_near({many.data(), 2}, trials, rng, most);
  const Index of_many = departure.as_near(many, trials, rng, most);

  EXPECT_GT(of_few, of_many);
  EXPECT_EQ(most, 0U);
  EXPECT_EQ(departure.as_near({}, trials, rng, most), trials);
}

/// Ranks: uniform on runs; the pool's lie within the middle half, or to one side.
TEST(CellDeparture, LooksAtUniformLaws) {
  MetricSample ranks{{"rank", "", "1", Better::zero, true, Law::uniform}, {}, {}};
  for (int r = 0; r < 200; ++r) ranks.values.push_back((r + 0.5) / 200);
  const CellDeparture departure({ranks});
  std::vector<MeasuredRow> middle, low, even;
  for (int i = 0; i < rows; ++i) {
    const Real u = (i + 0.5) / rows;
    middle.push_back({i, {0.25 + u / 2}});
    low.push_back({i, {u / 2}});
    even.push_back({i, {u}});
  }

  EXPECT_TRUE(excludes(departure, middle));
  EXPECT_TRUE(excludes(departure, low));
  EXPECT_FALSE(excludes(departure, even));
}

}  // namespace
}  // namespace plumbline::departure_test
