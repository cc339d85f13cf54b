// A sweep stops, resumes, changes and merges: nothing finished is lost or repeated, and the numbers
// do not depend on how it went.
#include "unit/harness/run/runner_bench.hpp"

namespace plumbline::resume_test {
namespace {

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

}  // namespace
}  // namespace plumbline::resume_test
