// What a particle filter writes into its Trace, from numbers written out by hand.
#include "samplers/smc/evidence.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace plumbline::evidence_test {
namespace {

const TimeGrid grid = {.times = {2, 1.5, 1, 0.5, 0}};

TEST(FilterDiary, AveragesEvidenceNotItsLogarithm) {
  const FilterDiary diary = {.log_z = {std::log(2.0), std::log(4.0), std::log(9.0)},
                             .ess_min = {0.5, 0.25, 0.75},
                             .lost_at = {-1, -1, -1}};
  Trace trace;

  diary.close(grid, trace);

  EXPECT_NEAR(trace.log_evidence, std::log(5.0), 1e-15);
  EXPECT_NEAR(trace.log_evidence_se, std::sqrt(26.0 / 6) / 5, 1e-15);
  EXPECT_NEAR(trace.ess_min, 0.5, 1e-15);
  EXPECT_FALSE(trace.degenerate);
}

TEST(FilterDiary, KeepsEvidenceFarBelowTheSmallestNumber) {
  const FilterDiary diary = {
      .log_z = {-5000, -5000 + std::log(3.0)}, .ess_min = {1, 1}, .lost_at = {-1, -1}};
  Trace trace;

  diary.close(grid, trace);

  EXPECT_NEAR(trace.log_evidence, -5000 + std::log(2.0), 1e-12);
}

TEST(FilterDiary, SaysWhereWeightsVanishedFirst) {
  const FilterDiary diary = {
      .log_z = {0, -infinity, -infinity}, .ess_min = {1, 0, 0}, .lost_at = {-1, 3, 1}};
  Trace trace;

  diary.close(grid, trace);

  EXPECT_TRUE(trace.degenerate);
  EXPECT_EQ(trace.trouble,
            "all weights vanished in 2 of 3 runs, first after 1 of 4 steps (t = 1.5)");
  EXPECT_NEAR(trace.log_evidence, -std::log(3.0), 1e-15);
}

TEST(FilterDiary, HasNoEvidenceWhenEveryRunLostItsWeights) {
  const FilterDiary diary = {.log_z = {-infinity, -infinity}, .ess_min = {0, 0}, .lost_at = {0, 0}};
  Trace trace;

  diary.close(grid, trace);

  EXPECT_EQ(trace.log_evidence, -infinity);
}

TEST(FilterDiary, HasNoStandardErrorFromASingleRun) {
  const FilterDiary diary = {.log_z = {-1}, .ess_min = {1}, .lost_at = {-1}};
  Trace trace;

  diary.close(grid, trace);

  EXPECT_EQ(trace.log_evidence, -1);
  EXPECT_TRUE(std::isnan(trace.log_evidence_se));
}

}  // namespace
}  // namespace plumbline::evidence_test
