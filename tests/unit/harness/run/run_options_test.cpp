// Durations, shards, output names, and the progress line.
#include "harness/run/run_options.hpp"

#include <gtest/gtest.h>

#include <set>

#include "core/errors.hpp"
#include "harness/run/progress.hpp"

namespace plumbline::run_options_test {
namespace {

TEST(Duration, IsReadWithItsUnit) {
  EXPECT_EQ(parse_duration("90"), 90);
  EXPECT_EQ(parse_duration("1.5s"), 1.5);
  EXPECT_EQ(parse_duration("50m"), 3000);
  EXPECT_EQ(parse_duration("2h"), 7200);
  EXPECT_EQ(parse_duration("1d"), 86400);
  for (const char* wrong : {"", "m", "5x", "-3s", "0", "1e999", "nan", "5 m", "inf"})
    EXPECT_THROW(parse_duration(wrong), SpecError) << wrong;
}

TEST(Duration, IsWrittenForAPerson) {
  EXPECT_EQ(duration_text(0.44), "0.4 s");
  EXPECT_EQ(duration_text(42), "42 s");
  EXPECT_EQ(duration_text(200), "3 min 20 s");
  EXPECT_EQ(duration_text(7500), "2 h 5 min");
}

TEST(ShardOfJobs, IsOneBasedAndChecked) {
  EXPECT_EQ(parse_shard("3/8").k, 3);
  EXPECT_EQ(parse_shard("3/8").of, 8);
  for (const char* wrong : {"", "3", "0/8", "9/8", "3/", "/8", "3/8/1", "a/b", "-1/2", "1/0"})
    EXPECT_THROW(parse_shard(wrong), SpecError) << wrong;
}

TEST(ShardOfJobs, OwnsEveryJobExactlyOnce) {
  for (Index job = 0; job < 20; ++job) {
    int owners = 0;
    for (Index k = 1; k <= 3; ++k) owners += Shard{k, 3}.owns(job);
    EXPECT_EQ(owners, 1);
  }
}

TEST(OutputName, FollowsTheStem) {
  EXPECT_EQ(default_output("experiments/replacement.toml", false), "results/replacement.h5");
  EXPECT_EQ(default_output("/p/experiments/replacement.toml", true),
            "/p/results/replacement-quick.h5");
  EXPECT_EQ(default_output("/tmp/x.toml", false), "results/x.h5");
}

TEST(ProgressLine, ShowsShareCountAndTimeLeft) {
  const std::string line = progress_line({12, 80, 0.25, 30, "smc (steps = 10)"}, 200);

  EXPECT_EQ(line, "[######··················] 12/80  25 %  1 min 30 s left  smc (steps = 10)");
}

TEST(ProgressLine, SaysNoTimeWhileNextToNothingIsDone) {
  EXPECT_EQ(progress_line({0, 80, 0.001, 2, "exact draws"}, 200),
            "[························] 0/80  0 %  exact draws");
  EXPECT_EQ(log_line({0, 80, 0.001, 2, "exact draws"}),
            "0/80 cells, 0 %, 2.0 s, last: exact draws");
  EXPECT_EQ(log_line({8, 80, 0.1, 2, "smc"}),
            "8/80 cells, 10 %, 2.0 s, about 18 s left, last: smc");
}

TEST(ProgressLine, FitsTheTerminalAndKeepsCharactersWhole) {
  const std::string line = progress_line({12, 80, 0.25, 30, "smc"}, 12);

  EXPECT_EQ(line, "[######····");
}

}  // namespace
}  // namespace plumbline::run_options_test
