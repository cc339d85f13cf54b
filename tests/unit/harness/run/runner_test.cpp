// A sweep runs once: what its result file holds, what counts as failure, and what it stops at.
#include "unit/harness/run/runner_bench.hpp"

namespace plumbline::runner_test {
namespace {

TEST(Run, FillsTheResultFileAndRemovesItsParts) {
  Bench bench;

  const RunOutcome outcome = bench.run();

  EXPECT_EQ(outcome.exit_code(), 0);
  EXPECT_EQ(outcome.ran, cells);
  EXPECT_EQ(outcome.missing, 0);
  EXPECT_TRUE(outcome.merged);
  EXPECT_EQ(fake::runs, cells * replicates);
  EXPECT_FALSE(bench.has_parts());
  const Results results = bench.results();
  EXPECT_EQ(results.cells.size(), static_cast<std::size_t>(cells));
  EXPECT_EQ(results.nulls.size(), 2u);
  EXPECT_EQ(results.problems.size(), 2u);
  EXPECT_EQ(results.layout.spec_hash, bench.plan.layout.spec_hash);
  EXPECT_FALSE(results.provenance.started.empty());
  EXPECT_FALSE(results.provenance.kokkos_version.empty());
}

TEST(Run, RecordsWhatSamplersAndMetricsSaid) {
  Bench bench;
  bench.run();
  const Results results = bench.results();

  const CellRecord& exact = cell(results, "shift", 0);
  const CellRecord& shifted = cell(results, "shift", 1);
  EXPECT_EQ(exact.status, std::vector<Status>(replicates, Status::ok));
  for (int r = 0; r < replicates; ++r) {
    const auto gap = [&](const CellRecord& c) { return series(c.metrics, "mean_gap").value[r]; };
    EXPECT_NEAR(gap(shifted) - gap(exact), 2.0 * 0.5, 1e-12);  // scale 2, common random numbers
    EXPECT_NEAR(series(exact.metrics, "evidence_gap").value[r], 0.25, 1e-12);
  }
  EXPECT_EQ(series(exact.metrics, "mean_gap").se.size(), std::size_t{replicates});
  EXPECT_TRUE(series(exact.metrics, "chance").se.empty());
  EXPECT_EQ(series(exact.extras, "score_evaluations").value[0], 10);
  EXPECT_EQ(series(exact.extras, "ess_min").value[0], 0.5);
  EXPECT_EQ(series(exact.extras, "acceptance").value[0], 0.75);
  EXPECT_GE(series(exact.extras, "wall_seconds").value[0], 0);
}

TEST(Run, MeasuresItsFloorOnAsManyDrawsAsItsCells) {
  Bench bench;
  bench.run();
  const Results results = bench.results();

  const Series of_cell = series(cell(results, "shift", 0).metrics, "mean_gap");
  for (const NullRecord& null : results.nulls)
    EXPECT_EQ(series(null.metrics, "mean_gap").se[0], of_cell.se[0]);  // scale/√draws
}

TEST(Run, SharesNoiseAmongSamplersAndNotAmongReplicatesOrProblems) {
  Bench bench;
  bench.run();
  const Results results = bench.results();

  const auto chance = [&](const std::string& label, Index index) {
    return series(cell(results, label, index).metrics, "chance").value;
  };
  EXPECT_EQ(chance("shift", 0), chance("other", 0));
  EXPECT_EQ(chance("shift", 0), chance("shift", 1));
  EXPECT_NE(chance("shift", 0), chance("shift", 2));  // the other problem point
  EXPECT_NE(chance("shift", 0)[0], chance("shift", 0)[1]);
  EXPECT_NE(series(results.nulls[0].metrics, "chance").value[0], chance("shift", 0)[0]);
}

TEST(Run, HasNothingToDoTheSecondTime) {
  Bench bench;
  bench.run();
  const std::string before = slurp(bench.options.output);

  const RunOutcome again = bench.run();

  EXPECT_TRUE(again.nothing_to_do);
  EXPECT_EQ(again.exit_code(), 0);
  EXPECT_EQ(fake::runs, 0);
  EXPECT_EQ(slurp(bench.options.output), before);
}

TEST(Run, StopsAtItsTimeLimit) {
  Bench bench;
  bench.options.max_seconds = 0;

  const RunOutcome outcome = bench.run();

  EXPECT_EQ(outcome.ended, Ended::time_limit);
  EXPECT_EQ(outcome.exit_code(), 4);
  EXPECT_EQ(outcome.ran, 0);
}

const std::string failing = edited("shift = [0, 0.5]", "mode = [\"good\", \"breaks\"]");

TEST(FailedCell, StopsTheRunAndIsRecorded) {
  Bench bench(failing);

  const RunOutcome outcome = bench.run();

  EXPECT_EQ(outcome.ended, Ended::too_many_failures);
  EXPECT_EQ(outcome.exit_code(), 1);
  EXPECT_EQ(outcome.failed, 1);
  EXPECT_EQ(outcome.ran, 2);
  EXPECT_FALSE(outcome.merged);
}

TEST(FailedCell, DoesNotStopARunToldToKeepGoing) {
  Bench bench(failing);
  bench.options.max_fail = unlimited_failures;

  const RunOutcome outcome = bench.run();

  EXPECT_EQ(outcome.ended, Ended::finished);
  EXPECT_EQ(outcome.exit_code(), 1);
  EXPECT_EQ(outcome.failed, 2);
  EXPECT_TRUE(outcome.merged);
  const Results results = bench.results();
  const CellRecord& broken = cell(results, "shift", 1);
  EXPECT_EQ(broken.status, std::vector<Status>(replicates, Status::failed));
  EXPECT_EQ(broken.message[0], "the sampler broke");
  EXPECT_TRUE(std::isnan(series(broken.metrics, "mean_gap").value[0]));
}

TEST(FailedCell, IsRunAgainOnlyWhenAsked) {
  Bench bench(failing);
  bench.options.max_fail = unlimited_failures;
  bench.run();
  fake::broken = false;

  EXPECT_TRUE(bench.run().nothing_to_do);
  EXPECT_EQ(bench.run().exit_code(), 1);  // still a failed cell
  bench.options.retry = true;
  const RunOutcome outcome = bench.run();

  EXPECT_EQ(outcome.ran, 2);
  EXPECT_EQ(fake::runs, 2 * replicates);
  EXPECT_EQ(outcome.exit_code(), 0);
  EXPECT_EQ(cell(bench.results(), "shift", 1).status[0], Status::ok);
}

TEST(NumericalTrouble, IsAStatusNotAFailure) {
  Bench bench(edited("shift = [0, 0.5]", "mode = [\"diverges\", \"vanishes\"]"));

  const RunOutcome outcome = bench.run();

  EXPECT_EQ(outcome.exit_code(), 0);
  EXPECT_EQ(outcome.diverged, 2 * replicates);
  EXPECT_EQ(outcome.degenerate, 2 * replicates);
  const Results results = bench.results();
  EXPECT_EQ(cell(results, "shift", 0).status[0], Status::diverged);
  EXPECT_EQ(cell(results, "shift", 0).message[0],
            "draws or weights are not finite, or too large to square");
  EXPECT_EQ(cell(results, "shift", 1).status[0], Status::degenerate);
  EXPECT_EQ(cell(results, "shift", 1).message[0], "at step 7");
  EXPECT_TRUE(std::isnan(series(cell(results, "shift", 0).metrics, "chance").value[0]));
}

TEST(KeptSamples, AreTheFirstDrawsOfTheFirstReplicate) {
  Bench bench(edited("null_replicates = 2", "samples = 7"));
  bench.run();
  const Results results = bench.results();

  const Samples& plain = cell(results, "shift", 0).samples.value();
  const Samples& shifted = cell(results, "shift", 1).samples.value();
  EXPECT_EQ(plain.n, 7);
  EXPECT_EQ(plain.d, 1);
  EXPECT_NEAR(shifted.x[6] - plain.x[6], 0.5, 1e-12);
}

TEST(DrawnObservations, DifferByReplicateAndNotBySampler) {
  Bench bench(edited("y = [0.5]", "y = \"draw\""));
  bench.run();
  const Results results = bench.results();

  EXPECT_EQ(results.problems[0].y.shape, (std::vector<std::int64_t>{replicates, 1}));
  EXPECT_NE(results.problems[0].y.values[0], results.problems[0].y.values[1]);
  EXPECT_EQ(results.problems[0].log_evidence.size(), std::size_t{replicates});
  EXPECT_NEAR(series(cell(results, "shift", 0).metrics, "evidence_gap").value[2], 0.25, 1e-12);
}

}  // namespace
}  // namespace plumbline::runner_test
