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

    EXPECT_EQ(fake::runs, cells * replicates - stop);  // replicates of a cell in hand are kept
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
  for (const auto& file : list_parts(parts_folder(bench.options.output)).parts)
    parts.push_back(file);
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

  Ledger ledger(bench.plan, bench.options.output);
  merge_sweep(Exec(), bench.plan, ledger, "merge", "now");

  EXPECT_EQ(bench.results().cells.size(), 4u);
  EXPECT_EQ(bench.run().ran, cells - 4);
  EXPECT_EQ(bench.results().cells.size(), std::size_t{cells});
}

TEST(Run, DroppedInsideAReplicateLeavesNothingOfItAndNoOtherNumbers) {
  const std::string expected = uninterrupted_numbers();
  Bench bench;
  // Two signals at once, seen by the first step of the fake sampler after its fifth draw.
  const RunOutcome first = bench.run_signalled([] { return fake::runs >= 5 ? 2 : 0; });
  EXPECT_EQ(first.ended, Ended::interrupted);
  EXPECT_EQ(first.exit_code(), 4);

  bench.run();

  EXPECT_EQ(numbers(bench.results()), expected);
}

TEST(Run, EndsIncompleteWhenItsFolderVanishedAndTellsWhatIsMissing) {
  const std::string expected = uninterrupted_numbers();
  Bench bench;
  bench.run_until(12);  // some cells are durable

  int asked = 0;
  const RunOutcome outcome = bench.run([&] {
    if (asked++ == 0) std::filesystem::remove_all(parts_folder(bench.options.output));
    return false;
  });

  EXPECT_EQ(outcome.ended, Ended::finished);
  EXPECT_EQ(outcome.exit_code(), 4);
  EXPECT_FALSE(outcome.merged);
  EXPECT_GT(outcome.own_missing, 0);
  EXPECT_FALSE(outcome.absent.empty());
  EXPECT_EQ(bench.run().exit_code(), 0);
  EXPECT_EQ(numbers(bench.results()), expected);
}

TEST(Ledger, KeepsWhatAnotherProcessMergedAndRemoved) {
  Bench bench;
  bench.options.shard = {1, 2};
  bench.run();
  Ledger early(bench.plan, bench.options.output);
  const Index missing = early.missing();
  bench.options.shard = {1, 1};
  bench.run();  // merges, and removes the parts that `early` has read
  ASSERT_FALSE(bench.has_parts());

  early.refresh();

  EXPECT_GT(missing, 0);
  EXPECT_EQ(early.missing(), 0);
  EXPECT_TRUE(early.merged());
}

TEST(Ledger, ForgetsThePartsThatWentAway) {
  Bench bench;
  bench.options.shard = {1, 2};
  bench.run();
  Ledger ledger(bench.plan, bench.options.output);
  std::filesystem::remove_all(parts_folder(bench.options.output));

  ledger.refresh();

  EXPECT_EQ(ledger.missing_cells(), cells);
}

TEST(Ledger, MergingAPartialViewNeverUndoesAnothersMerge) {
  const std::string expected = uninterrupted_numbers();
  Bench bench;
  bench.options.shard = {1, 2};
  bench.run();
  Ledger early(bench.plan, bench.options.output);
  bench.options.shard = {1, 1};
  bench.run();

  merge_sweep(Exec(), bench.plan, early, "merge", "now");

  EXPECT_EQ(numbers(bench.results()), expected);
}

TEST(ChangedSweep, SaysWhyItsCellsArePending) {
  const auto why = [](const std::string& from, const std::string& to) {
    Bench bench;
    bench.run();
    bench.plan = Bench::planned(edited(from, to));
    return Ledger(bench.plan, bench.options.output).why_pending();
  };

  EXPECT_EQ(why("\"chance\", \"evidence_gap\"", "\"evidence_gap\""), "metric chance is gone");
  EXPECT_EQ(why("draws      = 50", "draws      = 60"), "draws 50 → 60");
  EXPECT_EQ(why("mean_gap.scale = 2.0", "mean_gap.scale = 3.0"),
            "settings of metric mean_gap changed");
  EXPECT_EQ(why("steps     = 5", "steps     = 6"), "settings of other changed");
  EXPECT_EQ(why("y = [0.5]", "y = [0.75]"), "the observation changed");
}

TEST(SetAside, FollowsALinkAndOverwritesNoEarlierCopy) {
  Bench bench;
  std::filesystem::create_symlink(bench.scratch / "elsewhere.h5", bench.options.output);
  bench.run();
  const std::string first = slurp(bench.options.output);
  EXPECT_TRUE(std::filesystem::is_symlink(bench.options.output));
  EXPECT_TRUE(std::filesystem::is_regular_file(bench.scratch / "elsewhere.h5"));
  bench.plan = Bench::planned(edited("seed       = 3", "seed       = 4"));

  const RunOutcome outcome = bench.run();

  ASSERT_FALSE(outcome.set_aside.empty());
  EXPECT_EQ(slurp(outcome.set_aside), first);
  EXPECT_TRUE(std::filesystem::is_symlink(bench.options.output));
}

TEST(Ledger, RefusesToOverwriteAFileThatIsNoResultFile) {
  Bench bench;
  spill(bench.options.output, "somebody's notes");

  EXPECT_THROW(bench.run(), IoError);
  EXPECT_EQ(slurp(bench.options.output), "somebody's notes");
}

}  // namespace
}  // namespace plumbline::resume_test
