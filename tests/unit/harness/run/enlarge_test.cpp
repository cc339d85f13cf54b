// More replicates than an earlier run asked for: only the new ones are run, and the numbers are
// those of a run from scratch.
#include "harness/sweep/enlarge.hpp"

#include "unit/harness/run/runner_bench.hpp"

namespace plumbline::enlarge_test {
namespace {

constexpr int more = 5;

std::string with_more(const std::string& text = fake::sweep_text) {
  return edited("replicates = 3", "replicates = 5", text);
}

std::string from_scratch(const std::string& text) {
  Bench bench(text);
  bench.run();
  return numbers(bench.results());
}

/// Cell 1 of `other` has 7 replicates.
Replicates one_longer(const Plan& plan) {
  Replicates replicates = replicates_of(plan);
  replicates.cells[3] = 7;
  return replicates;
}

TEST(MoreReplicates, OfASweepThatIsDoneRunOnlyWhatIsNew) {
  Bench bench;
  bench.run();
  bench.plan = Bench::planned(with_more());

  const RunOutcome outcome = bench.run();

  EXPECT_EQ(outcome.ran, cells);
  EXPECT_EQ(fake::runs, cells * (more - replicates));
  EXPECT_TRUE(outcome.merged);
  EXPECT_TRUE(outcome.set_aside.empty());  // the file holds all that the old one did
  const std::string found = numbers(bench.results());
  EXPECT_EQ(found, from_scratch(with_more()));
}

TEST(MoreReplicates, InterruptedAnywhereGoOnBehindWhatIsThere) {
  for (const int stop : {0, 1, 3, 8}) {
    Bench bench;
    bench.run();
    bench.plan = Bench::planned(with_more());

    const RunOutcome first = bench.run_until(stop);
    EXPECT_EQ(first.exit_code(), 4);
    bench.run();

    EXPECT_EQ(fake::runs, cells * (more - replicates) - stop);
    const std::string found = numbers(bench.results());
    EXPECT_EQ(found, from_scratch(with_more())) << stop;
  }
}

TEST(MoreReplicates, GoOnBehindPartsToo) {
  Bench bench;
  bench.options.shard = {1, 2};
  bench.run();
  const int there = fake::runs;
  bench.plan = Bench::planned(with_more());
  bench.options.shard = {1, 1};

  bench.run();

  EXPECT_EQ(fake::runs, cells * more - there);
  EXPECT_FALSE(bench.has_parts());
  const std::string found = numbers(bench.results());
  EXPECT_EQ(found, from_scratch(with_more()));
}

TEST(MoreReplicates, MergedBeforeTheyAreDoneLoseNothing) {
  Bench bench;
  bench.run();
  bench.plan = Bench::planned(with_more());
  bench.run_until(4);
  Ledger ledger(bench.plan, bench.options.output);

  const auto aside = merge_sweep(Exec(), bench.plan, ledger, "", "");

  EXPECT_FALSE(aside.empty());  // it alone has the first replicates of what is not done
  EXPECT_EQ(bench.results().cells.size(), 2u);
}

TEST(MoreReplicates, WithAFurtherMetricMeasureWhatIsNew) {
  const std::string before =
      edited("\"mean_gap\", \"chance\", \"evidence_gap\"", "\"mean_gap\", \"chance\"");
  Bench bench(before);
  bench.run();
  bench.plan = Bench::planned(with_more());

  bench.run();

  EXPECT_EQ(fake::measured["evidence_gap"], cells * more);
  EXPECT_EQ(fake::measured["chance"], cells * (more - replicates));
  const std::string found = numbers(bench.results());
  EXPECT_EQ(found, from_scratch(with_more()));
}

TEST(MoreReplicates, ForcedRunAnew) {
  Bench bench;
  bench.run();
  bench.plan = Bench::planned(with_more());
  bench.options.force = true;
  bench.run();
  EXPECT_EQ(fake::runs, cells * more);
}

TEST(FewerReplicates, RunAnewAndKeepTheLongerFile) {
  Bench bench(with_more());
  bench.run();
  bench.plan = Bench::planned(fake::sweep_text);
  EXPECT_EQ(Ledger(bench.plan, bench.options.output).longest().cells,
            std::vector<Index>(cells, more));

  const RunOutcome outcome = bench.run();

  EXPECT_EQ(fake::runs, cells * replicates);
  EXPECT_FALSE(outcome.set_aside.empty());
}

TEST(EnlargedPlan, KeepsTheHashesOfWhatStays) {
  const Plan plan = Bench::planned(fake::sweep_text);
  const Plan longer = enlarged(plan, one_longer(plan));
  for (std::size_t i = 0; i < plan.cells.size(); ++i)
    EXPECT_EQ(plan.cells[i].hash == longer.cells[i].hash, i != 3);
  EXPECT_EQ(plan.null_hashes, longer.null_hashes);
  EXPECT_NE(plan.layout.spec_hash, longer.layout.spec_hash);
  EXPECT_EQ(longer.layout.replicates, 7);
  // Growing everything is the sweep that asks for as many.
  Replicates all = replicates_of(plan);
  all.cells.assign(all.cells.size(), more);
  const Plan asked = Bench::planned(with_more());
  EXPECT_EQ(enlarged(plan, all).layout.spec_hash, asked.layout.spec_hash);
}

TEST(EnlargedPlan, GivesDrawnObservationsAsManyExactSets) {
  const Plan plan = Bench::planned(edited("y = [0.5]", "y = \"draw\""));
  const Plan longer = enlarged(plan, one_longer(plan));
  EXPECT_EQ(longer.null_replicates, (std::vector<Index>{7, 2}));
  EXPECT_NE(longer.null_hashes[0], plan.null_hashes[0]);
  EXPECT_EQ(longer.null_hashes[1], plan.null_hashes[1]);
}

TEST(OneLongerCell, IsRunAloneAndReadBackAtItsLength) {
  for (const std::string& text :
       {std::string(fake::sweep_text), edited("y = [0.5]", "y = \"draw\"")}) {
    Bench bench(text);
    bench.run();
    const Plan plan = bench.plan;
    bench.plan = enlarged(plan, one_longer(plan));

    bench.run();

    EXPECT_EQ(fake::runs, 7 - replicates);
    const Results results = bench.results();
    EXPECT_EQ(results.layout.replicates, 7);
    EXPECT_EQ(cell(results, "other", 1).status, std::vector<Status>(7, Status::ok));
    EXPECT_EQ(cell(results, "other", 0).status.size(), 3u);
    EXPECT_EQ(cell(results, "other", 0).metrics.front().value.size(), 3u);
    EXPECT_TRUE(Ledger(bench.plan, bench.options.output).merged());
    EXPECT_EQ(replicates_of(plan, results.cells, results.nulls), replicates_of(bench.plan));
    for (const CellRecord& record : results.cells)
      for (const Series& series : record.extras)
        EXPECT_EQ(series.value.size(), record.status.size()) << series.name;
  }
}

TEST(OneLongerCell, DoesNotKeepTheSweepFromBeingRunAsItWas) {
  Bench bench;
  const Plan plan = bench.plan;
  bench.plan = enlarged(plan, one_longer(plan));
  bench.run();
  bench.plan = plan;

  EXPECT_TRUE(bench.run().merged);

  EXPECT_EQ(bench.results().layout.replicates, replicates);
}

}  // namespace
}  // namespace plumbline::enlarge_test
