// A sweep runs, stops, resumes and merges; nothing finished is lost or repeated, and the numbers do
// not depend on how it went.
#include "harness/runner.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "fake_galleries.hpp"
#include "io/part_file.hpp"
#include "unit/io/scratch.hpp"

namespace plumbline {
namespace {

using fake::edited;

constexpr int cells = 10, replicates = 3;  // of fake::sweep_text

bool never() {
  return false;
}

struct Bench {
  Scratch scratch;
  Plan plan;
  RunOptions options;
  SilentProgress silent;

  explicit Bench(const std::string& text = fake::sweep_text) : plan(planned(text)) {
    options.output = scratch / "small.h5";
    fake::broken = true;
  }
  static Plan planned(const std::string& text) {
    return make_plan(Exec(), parse_sweep(text, "small.toml", {}, fake::known()));
  }

  /// Runs; `fake::runs` afterwards counts the draws that samplers were asked for.
  RunOutcome run(const std::function<bool()>& interrupted = never) {
    fake::runs = 0;
    return run_sweep(Exec(), plan, options, silent, interrupted);
  }
  /// Interrupted when a sampler has drawn `most` times.
  RunOutcome run_until(int most) {
    return run([most] { return fake::runs >= most; });
  }
  Results results() const { return ResultFile::open(options.output).read(); }
  bool has_parts() const { return std::filesystem::exists(parts_folder(options.output)); }
};

/// Every number of a result file except times, as bits.
std::string numbers(const Results& results) {
  std::string out;
  const auto append = [&](const std::vector<Series>& list) {
    for (const Series& series : list) {
      if (series.name == "wall_seconds") continue;
      for (const auto* values : {&series.value, &series.se})
        for (const double v : *values) out += fmt::format("{} {:a}\n", series.name, v);
    }
  };
  std::vector<CellRecord> cells_by_place = results.cells;
  std::sort(cells_by_place.begin(), cells_by_place.end(), [](const auto& a, const auto& b) {
    return std::pair(a.label, a.cell) < std::pair(b.label, b.cell);
  });
  for (const CellRecord& cell : cells_by_place) {
    out += fmt::format("{} {} {}\n", cell.label, cell.cell, cell.hash);
    append(cell.metrics);
    append(cell.extras);
  }
  for (const NullRecord& null : results.nulls) append(null.metrics);
  return out;
}

/// What an uninterrupted run of the small sweep gives (in the test's folder, left empty again).
std::string uninterrupted_numbers() {
  Bench bench;
  bench.run();
  return numbers(bench.results());
}

const Series& series(const std::vector<Series>& list, const std::string& name) {
  return *std::find_if(list.begin(), list.end(), [&](const Series& s) { return s.name == name; });
}

const CellRecord& cell(const Results& results, const std::string& label, Index index) {
  return *std::find_if(results.cells.begin(), results.cells.end(),
                       [&](const CellRecord& c) { return c.label == label && c.cell == index; });
}

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

TEST(Run, InterruptedAnywhereResumesWithoutRepeatingAndEndsWithTheSameNumbers) {
  const std::string expected = uninterrupted_numbers();

  for (const int stop : {0, 1, 4, 7, 29}) {
    Bench bench;
    const RunOutcome first = bench.run_until(stop);
    EXPECT_EQ(first.ended, Ended::interrupted);
    EXPECT_EQ(first.exit_code(), 4);
    EXPECT_EQ(first.ran, stop / replicates);
    EXPECT_FALSE(std::filesystem::exists(bench.options.output));

    const RunOutcome second = bench.run();

    EXPECT_EQ(fake::runs, (cells - stop / replicates) * replicates);
    EXPECT_EQ(second.exit_code(), 0);
    EXPECT_EQ(numbers(bench.results()), expected) << "stopped after " << stop;
  }
}

TEST(Run, InShardsGivesTheSameNumbersInAnyOrder) {
  const std::string expected = uninterrupted_numbers();
  Bench sharded;

  Index ran = 0;
  for (const Index k : {3, 1, 2}) {
    sharded.options.shard = {k, 3};
    const RunOutcome outcome = sharded.run();
    ran += outcome.ran;
    EXPECT_EQ(outcome.exit_code(), 0);
    EXPECT_EQ(outcome.merged, k == 2);
  }

  EXPECT_EQ(ran, cells);
  EXPECT_EQ(numbers(sharded.results()), expected);
}

TEST(Run, RepeatsOnlyTheCellsOfATornPart) {
  Bench bench;
  bench.options.shard = {1, 2};
  bench.run();
  std::vector<std::filesystem::path> parts;
  for (const auto& file : std::filesystem::directory_iterator(parts_folder(bench.options.output)))
    parts.push_back(file.path());
  // One part as a rule (six jobs, far faster than a commit each), more on a busy machine.
  ASSERT_GE(parts.size(), 1u);
  std::size_t intact = 0;
  for (std::size_t i = 1; i < parts.size(); ++i) intact += read_part(parts[i])->cells.size();
  const std::string bytes = slurp(parts[0]);
  spill(parts[0], bytes.substr(0, bytes.size() - 100));

  bench.options.shard = {1, 1};
  const RunOutcome outcome = bench.run();

  EXPECT_EQ(outcome.ran, cells - static_cast<Index>(intact));
  EXPECT_EQ(outcome.exit_code(), 0);
  EXPECT_FALSE(bench.has_parts());
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
  EXPECT_EQ(cell(results, "shift", 0).message[0], "draws or weights are not finite");
  EXPECT_EQ(cell(results, "shift", 1).status[0], Status::degenerate);
  EXPECT_EQ(cell(results, "shift", 1).message[0], "at step 7");
  EXPECT_TRUE(std::isnan(series(cell(results, "shift", 0).metrics, "chance").value[0]));
}

TEST(ForcedRun, RepeatsEverythingAndSurvivesInterruption) {
  Bench bench;
  bench.run();
  const std::string expected = numbers(bench.results());
  bench.options.force = true;

  EXPECT_EQ(bench.run_until(10).ended, Ended::interrupted);
  EXPECT_EQ(bench.run().ran, cells);

  EXPECT_EQ(numbers(bench.results()), expected);
  EXPECT_FALSE(bench.has_parts());
}

TEST(ChangedSweep, RunsOnlyWhatIsNew) {
  Bench bench;
  bench.run();
  bench.plan = Bench::planned(edited("[1, 2, 4]", "[1, 8, 2, 4]"));
  const Ledger ledger(bench.plan, bench.options.output);
  for (std::size_t i = 0; i < bench.plan.cells.size(); ++i)
    if (const CellRecord* known = ledger.cell(i)) {  // known, and where the new grid has it
      EXPECT_EQ(known->cell, bench.plan.cells[i].index);
      EXPECT_EQ(known->at, bench.plan.cells[i].at);
    }
  EXPECT_EQ(ledger.missing(), 2);

  const RunOutcome outcome = bench.run();

  EXPECT_EQ(outcome.ran, 2);
  EXPECT_EQ(fake::runs, 2 * replicates);
  EXPECT_TRUE(outcome.set_aside.empty());
  EXPECT_EQ(cell(bench.results(), "other", 3).at, (std::vector<std::int64_t>{0, 3}));
}

TEST(ChangedSweep, KeepsFinishedCellsThatItNoLongerHas) {
  Bench bench;
  bench.run();
  const std::string before = slurp(bench.options.output);
  bench.plan = Bench::planned(edited("[1, 2, 4]", "[1, 2]"));

  const RunOutcome outcome = bench.run();

  EXPECT_EQ(outcome.ran, 0);
  EXPECT_TRUE(outcome.merged);
  EXPECT_EQ(bench.results().cells.size(), 8u);
  ASSERT_FALSE(outcome.set_aside.empty());
  EXPECT_EQ(slurp(outcome.set_aside), before);
}

TEST(Merge, OfAnUnfinishedSweepLeavesTheRestMissing) {
  Bench bench;
  bench.run_until(12);

  merge_sweep(Exec(), bench.plan, bench.options.output, "merge", "now");

  EXPECT_EQ(bench.results().cells.size(), 4u);
  EXPECT_EQ(bench.run().ran, cells - 4);
  EXPECT_EQ(bench.results().cells.size(), std::size_t{cells});
}

TEST(Ledger, RefusesToOverwriteAFileThatIsNoResultFile) {
  Bench bench;
  spill(bench.options.output, "somebody's notes");

  EXPECT_THROW(bench.run(), IoError);
  EXPECT_EQ(slurp(bench.options.output), "somebody's notes");
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
}  // namespace plumbline
