// How a cell is wrong: what its functionals miss is said, and nothing of right ones.
#include "harness/verdict/misses.hpp"

#include <gtest/gtest.h>

#include "core/rng.hpp"
#include "harness/statistics/distributions.hpp"

namespace plumbline::misses_test {
namespace {

/// 16 replicates of named functionals with noise 0.02 about their errors.
CellRecord cell(const std::vector<std::pair<std::string, Real>>& errors, std::uint64_t seed = 1) {
  constexpr std::size_t runs = 16;
  const Rng rng = Rng::from_seed(seed);
  CellRecord record;
  record.status.assign(runs, Status::ok);
  for (std::size_t j = 0; j < errors.size(); ++j) {
    Series series{"functional:" + errors[j].first, {}};
    for (std::size_t r = 0; r < runs; ++r)
      series.value.push_back(errors[j].second +
                             0.02 * rng.normal(r, static_cast<std::uint32_t>(j), 0));
    record.extras.push_back(std::move(series));
  }
  record.extras.push_back({"wall_seconds", std::vector<double>(runs, 1.0)});
  return record;
}

TEST(Misses, SayWhatIsOffTheFurthestFirst) {
  const CellRecord wrong = cell({{"location_1", 0},
                                 {"spread_2", 0.3},
                                 {"masses_1", -0.1},
                                 {"dependence_1_2", 0.2},
                                 {"tails_1", 0.05}});
  const std::vector<Miss> misses = misses_of(wrong, 0.01);

  ASSERT_EQ(misses.size(), most_misses);
  EXPECT_EQ(misses[0].name, "spread_2");
  EXPECT_EQ(misses[1].name, "dependence_1_2");
  EXPECT_EQ(misses[2].name, "masses_1");
  EXPECT_NEAR(misses[0].mean, 0.3, 0.02);
  EXPECT_NEAR(misses[0].error, 0.005, 0.002);
  EXPECT_EQ(misses_text({{"spread_2", 0.3, 0.02}, {"masses_1", -0.1, 0.01}}),
            "second moment along principal axis 2 is 1.300 ± 0.020 times what is right; 10.0 % ± "
            "1.0 too little mass in component 1");
  EXPECT_EQ(misses_text({{"masses_rank_1", 0.1, 0.01}, {"dependence_1_2", -0.2, 0.01}}),
            "10.0 % ± 1.0 too much mass in the component of rank 1; principal axes 1 and 2 "
            "correlate by 0.200 ± 0.010 less than in the posterior");
  EXPECT_EQ(misses_text({{"dependence_1_2", 0.2, 0.01}, {"location_1", -0.2, 0.01}}),
            "principal axes 1 and 2 correlate by 0.200 ± 0.010 more than in the posterior; mean "
            "off by 0.200 ± 0.010 posterior deviations along principal axis 1");
}

TEST(Misses, OfASamplerWhoseReplicatesDoNotDifferAreSaidToo) {
  CellRecord same = cell({{"location_1", 0}, {"spread_1", 0}});
  same.extras[0].value.assign(16, 0.5);
  same.extras[1].value.assign(16, 0.0);
  const std::vector<Miss> misses = misses_of(same, 0.01);
  ASSERT_EQ(misses.size(), 1u);
  EXPECT_EQ(misses[0].name, "location_1");
  EXPECT_EQ(misses[0].error, 0);
  EXPECT_NE(misses_text(misses).find("mean off by 0.5"), std::string::npos) << misses_text(misses);
}

/// E log q is a mean over 2^16 exact draws: an error of a standard error of that is none.
TEST(Misses, KnowTheErrorOfTheirExpectation) {
  CellRecord near = cell({{"log_density", 0}});
  near.extras[0].value.assign(16, 1.0 / 256);
  EXPECT_TRUE(misses_of(near, 0.01).empty());
  near.extras[0].value.assign(16, 0.1);
  EXPECT_EQ(misses_of(near, 0.01).size(), 1u);
}

TEST(Misses, TakeReplicatesThatEndedWell) {
  CellRecord wrong = cell({{"location_1", 0}});
  wrong.extras[0].value[3] = 1e9;
  wrong.status[3] = Status::diverged;
  EXPECT_TRUE(misses_of(wrong, 0.01).empty());
  wrong.status.assign(16, Status::failed);
  EXPECT_TRUE(misses_of(wrong, 0.01).empty());
  EXPECT_EQ(misses_text({}), "");
}

/// Level 0.05 for four functionals together, 400 seeds: more alarms than the bound has probability
/// 1e-3; without Bonferroni 0.19 of the seeds would have one.
TEST(Misses, AreSaidOfRightCellsAsSeldomAsTheLevelSays) {
  Index alarms = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed)
    alarms += !misses_of(cell({{"location_1", 0}, {"spread_1", 0}, {"tails_1", 0}, {"masses_1", 0}},
                              seed),
                         0.05)
                   .empty();
  EXPECT_LE(alarms, binomial_upper(400, 0.05, 1e-3));
}

}  // namespace
}  // namespace plumbline::misses_test
