// What a cell excludes by groups of runs with an error: hardly ever the truth, always what is far
// from it, and hardly ever what nobody can see.
#include "harness/cover/departure.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.hpp"
#include "harness/statistics/distributions.hpp"

namespace plumbline::departure_test {
namespace {

constexpr std::uint32_t metrics = 5;
constexpr std::uint64_t runs = 48, sets = 64, groups = 19, of_group = 4;

/// Metrics of one cell: the first has mean `shift` on its runs, the others are N(0, 1) throughout.
std::vector<MetricSample> cell(std::uint64_t seed, Real shift, bool paired) {
  const Rng rng = Rng::from_seed(seed).stream("cell");
  std::vector<MetricSample> samples;
  for (std::uint32_t m = 0; m < metrics; ++m) {
    MetricSample sample{
        {"m" + std::to_string(m), "", "1", Better::lower, true, Law::floor}, {}, {}, paired};
    for (std::uint64_t r = 0; r < runs; ++r)
      sample.values.push_back(rng.normal(r, 0, m) + (m == 0 ? shift : 0));
    for (std::uint64_t r = 0; r < (paired ? runs : sets); ++r)
      sample.null.push_back(rng.normal(r, 1, m));
    samples.push_back(std::move(sample));
  }
  return samples;
}

/// Whether all groups of runs with that shift depart further than the cell.
bool excludes(const CellDeparture& departure, std::uint64_t seed, Real shift) {
  const Rng rng = Rng::from_seed(seed).stream("groups");
  for (std::uint64_t g = 0; g < groups; ++g) {
    std::vector<MeasuredRow> rows;
    for (std::uint64_t r = 0; r < of_group; ++r) {
      MeasuredRow row{static_cast<Index>((g * of_group + r) % runs), {}};
      for (std::uint32_t m = 0; m < metrics; ++m)
        row.values.push_back(rng.normal(g * of_group + r, 0, m) + (m == 0 ? shift : 0));
      rows.push_back(std::move(row));
    }
    std::size_t most = 0;
    if (!(departure.of(rows, most) > departure.threshold())) return false;
  }
  return true;
}

/// Runs that are off by what the groups are off by: excluded in at most 5 % of 400 seeds (binomial
/// bound at 1e-3).
TEST(CellDeparture, ExcludesTheTruthNoMoreOftenThanItSays) {
  for (const bool paired : {false, true})
    for (const Real shift : {0.5, 2.0}) {
      Index wrong = 0;
      for (std::uint64_t seed = 0; seed < 400; ++seed)
        wrong += excludes(CellDeparture(cell(seed, shift, paired)), seed, shift);
      EXPECT_LE(wrong, binomial_upper(400, 0.05, 1e-3)) << paired << ' ' << shift;
    }
}

/// An error that no metric sees: to be excluded 19 groups would have to depart further than half of
/// all exact ones do, whatever the cell's own runs do. 2e-6 for independent metrics.
TEST(CellDeparture, ExcludesNothingByLuck) {
  for (const bool paired : {false, true}) {
    Index lucky = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed)
      lucky += excludes(CellDeparture(cell(seed, 0, paired)), seed, 0);
    EXPECT_EQ(lucky, 0) << paired;
  }
}

/// Exact runs: an error of 6 deviations of every run is excluded in at least 90 of 100 seeds. Pairs
/// of four have signed ranks up to 10 and depart by 1.83 at most, so theirs takes larger groups.
TEST(CellDeparture, ExcludesWhatIsFar) {
  Index far = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed)
    far += excludes(CellDeparture(cell(seed, 0, false)), seed, 6);
  EXPECT_GE(far, 90);
}

/// Ranks: uniform on the cell's runs; those of wrong runs lie within the middle half, or to one
/// side.
TEST(CellDeparture, LooksAtUniformLaws) {
  MetricSample ranks{{"rank", "", "1", Better::zero, true, Law::uniform}, {}, {}};
  for (int r = 0; r < 200; ++r) ranks.values.push_back((r + 0.5) / 200);
  const CellDeparture departure({ranks});
  std::vector<MeasuredRow> middle, low, even;
  for (int i = 0; i < 200; ++i) {
    const Real u = (i + 0.5) / 200;
    middle.push_back({i, {0.25 + u / 2}});
    low.push_back({i, {u / 2}});
    even.push_back({i, {u}});
  }

  std::size_t most = 7;
  EXPECT_GT(departure.of(middle, most), departure.seen() + 3);
  EXPECT_GT(departure.of(low, most), departure.seen() + 3);
  EXPECT_EQ(departure.of(even, most), departure.seen());
  EXPECT_EQ(most, 0U);
}

}  // namespace
}  // namespace plumbline::departure_test
