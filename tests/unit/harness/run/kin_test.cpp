// A sweep whose list of metrics changes: what is measured again, and that the numbers are those of
// a run from scratch.
#include "unit/harness/run/runner_bench.hpp"

namespace plumbline::kin_test {
namespace {

using Measured = std::map<std::string, int>;

constexpr int sets = 4;  // of exact draws, at both problem points
constexpr const char* list = "\"mean_gap\", \"chance\", \"evidence_gap\"";

std::string with(const std::string& metrics) {
  const bool scaled = metrics.find("mean_gap") != metrics.npos;
  const std::string text = edited(list, metrics);
  return scaled ? text : edited("mean_gap.scale = 2.0\n", "", text);
}

std::string from_scratch(const std::string& text) {
  Bench bench(text);
  bench.run();
  return numbers(bench.results());
}

/// The last of a test: both lie in the same folder.
void expect_as_from_scratch(const Bench& bench, const std::string& text) {
  const std::string found = numbers(bench.results());
  EXPECT_EQ(found, from_scratch(text));
}

/// A bench that has run the first text and now has the plan of the second.
struct Changed : Bench {
  Changed(const std::string& before, const std::string& after) : Bench(before) {
    Bench::run();
    plan = planned(after);
  }
};

TEST(AddedMetric, AloneIsMeasuredOnTheDrawsMadeAgain) {
  const std::string after = with("\"chance\", \"mean_gap\", \"evidence_gap\"");
  Changed bench(with("\"evidence_gap\", \"chance\""), after);

  const RunOutcome outcome = bench.run();

  EXPECT_EQ(outcome.exit_code(), 0);
  EXPECT_EQ(outcome.ran, cells);
  EXPECT_EQ(fake::runs, cells * replicates);
  EXPECT_EQ(fake::measured, (Measured{{"mean_gap", cells * replicates + sets}}));
  EXPECT_EQ(outcome.other_draws, 0);
  expect_as_from_scratch(bench, after);
}

TEST(AddedMetric, WithoutAFloorLeavesTheExactDrawsAlone) {
  const std::string after = with(list);
  Changed bench(with("\"mean_gap\", \"chance\""), after);
  EXPECT_EQ(Ledger(bench.plan, bench.options.output).missing(), cells);

  bench.run();

  EXPECT_EQ(fake::measured, (Measured{{"evidence_gap", cells * replicates}}));
  expect_as_from_scratch(bench, after);
}

TEST(RemovedMetric, RunsNothing) {
  const std::string after = with("\"chance\", \"evidence_gap\"");
  Changed bench(with(list), after);

  const RunOutcome outcome = bench.run();

  EXPECT_TRUE(outcome.nothing_to_do);
  EXPECT_TRUE(outcome.merged);
  EXPECT_EQ(fake::runs, 0);
  EXPECT_EQ(fake::measured, Measured{});
  EXPECT_FALSE(outcome.set_aside.empty());  // the values of the metric that is gone
  expect_as_from_scratch(bench, after);
}

TEST(PermutedMetrics, RunNothing) {
  const std::string after = with("\"evidence_gap\", \"mean_gap\", \"chance\"");
  Changed bench(with(list), after);

  EXPECT_TRUE(bench.run().nothing_to_do);

  EXPECT_EQ(fake::runs, 0);
  expect_as_from_scratch(bench, after);
}

TEST(ExchangedMetric, CountsAsAddedAndRemoved) {
  const std::string after = with("\"evidence_gap\", \"mean_gap\"");
  Changed bench(with("\"chance\", \"evidence_gap\""), after);

  bench.run();

  EXPECT_EQ(fake::measured, (Measured{{"mean_gap", cells * replicates + sets}}));
  expect_as_from_scratch(bench, after);
}

TEST(ChangedSettingOfAMetric, MeasuresThatOne) {
  const std::string after = edited("scale = 2.0", "scale = 3.0");
  Changed bench(fake::sweep_text, after);

  bench.run();

  EXPECT_EQ(fake::measured, (Measured{{"mean_gap", cells * replicates + sets}}));
  expect_as_from_scratch(bench, after);
}

TEST(ChangedSettingOfTheSweep, MeasuresEverything) {
  const std::string after =
      edited("seed       = 3", "seed       = 4", with("\"mean_gap\", \"evidence_gap\""));
  Changed bench(fake::sweep_text, after);
  EXPECT_EQ(Ledger(bench.plan, bench.options.output).cells_akin(), 0);

  bench.run();

  EXPECT_EQ(fake::measured["mean_gap"], cells * replicates + sets);
  expect_as_from_scratch(bench, after);
}

TEST(AddedMetric, InterruptedAnywhereEndsWithTheSameNumbers) {
  const std::string after = with(list), expected = from_scratch(after);
  for (const int stop : {0, 1, 7, 29}) {
    Changed bench(with("\"mean_gap\", \"evidence_gap\""), after);
    EXPECT_EQ(bench.run_until(stop).exit_code(), 4);

    const RunOutcome outcome = bench.run();

    EXPECT_EQ(fake::runs, cells * replicates - stop);
    EXPECT_EQ(fake::measured.count("mean_gap"), 0u);
    EXPECT_EQ(outcome.exit_code(), 0);
    EXPECT_EQ(numbers(bench.results()), expected) << "stopped after " << stop;
  }
}

TEST(AddedMetric, FindsTheCellsOfAnUnfinishedSweepToo) {
  const std::string after = with(list);
  Bench bench(with("\"mean_gap\", \"chance\""));
  bench.run_until(12);  // four cells and the floors of one point are durable, and no file
  bench.plan = Bench::planned(after);
  EXPECT_EQ(Ledger(bench.plan, bench.options.output).cells_akin(), 4);

  bench.run();

  EXPECT_EQ(fake::measured["mean_gap"], (cells - 4) * replicates + sets / 2);
  EXPECT_EQ(fake::measured["evidence_gap"], cells * replicates);
  expect_as_from_scratch(bench, after);
}

TEST(AddedMetric, IsNotPutBesideValuesOfOtherDraws) {
  const std::string after = with(list);
  Changed bench(with("\"mean_gap\", \"chance\""), after);
  fake::rounding = 1e-15;  // as another machine's might be
  const RunOutcome outcome = bench.run();

  // Exact draws have no such rounding, and no metric to add.
  EXPECT_EQ(outcome.other_draws, cells * replicates);
  EXPECT_EQ(fake::measured["mean_gap"], cells * replicates);
  const std::string found = numbers(bench.results());
  Bench fresh(after);
  fake::rounding = 1e-15;
  fresh.run();
  EXPECT_EQ(found, numbers(fresh.results()));
}

TEST(AddedMetric, MeasuresEverythingWhereAFileHasNoDigests) {
  const std::string after = with(list);
  Changed bench(with("\"mean_gap\", \"chance\""), after);
  Results old = bench.results();
  const auto strip = [](std::vector<Series>& series) {
    std::erase_if(series, [](const Series& s) { return s.name == draws_digest; });
  };
  for (CellRecord& record : old.cells) strip(record.extras);
  for (NullRecord& record : old.nulls) strip(record.metrics);
  for (MetricInfo& metric : old.layout.metrics) metric.settings.clear();
  write_results(bench.options.output, old);
  const Ledger ledger(bench.plan, bench.options.output);
  EXPECT_EQ(ledger.cells_akin(), 0);
  EXPECT_TRUE(ledger.without_digests());

  EXPECT_EQ(bench.run().other_draws, 0);

  EXPECT_EQ(fake::measured["mean_gap"], cells * replicates);  // the floors are what they were
}

TEST(RemovedMetric, RunsNothingWhereAFileHasNoDigestsEither) {
  const std::string after = with("\"chance\", \"mean_gap\"");
  Changed bench(with(list), after);
  Results old = bench.results();
  for (CellRecord& record : old.cells)
    std::erase_if(record.extras, [](const Series& s) { return s.name == draws_digest; });
  for (MetricInfo& metric : old.layout.metrics) metric.settings.clear();
  write_results(bench.options.output, old);

  EXPECT_TRUE(bench.run().nothing_to_do);

  EXPECT_EQ(bench.results().cells.size(), std::size_t{cells});
}

TEST(AddedMetric, RunsCellsWholeThatFailed) {
  const std::string breaks = edited("steps     = 5", "steps     = 5\nmode      = \"breaks\"");
  Bench bench(edited(list, "\"mean_gap\", \"chance\"", breaks));
  bench.options.max_fail = unlimited_failures;
  EXPECT_EQ(bench.run().failed, 6);
  bench.plan = Bench::planned(breaks);
  fake::broken = false;

  EXPECT_EQ(bench.run().failed, 0);

  EXPECT_EQ(fake::measured["mean_gap"], 6 * replicates);
}

TEST(AddedMetric, OfDrawsThatDivergeIsNoNumberEither) {
  const std::string diverges = edited("steps     = 5", "steps     = 5\nmode      = \"diverges\"");
  Changed bench(edited(list, "\"mean_gap\", \"chance\"", diverges), diverges);

  const RunOutcome outcome = bench.run();

  EXPECT_EQ(outcome.other_draws, 0);
  EXPECT_EQ(fake::measured.count("mean_gap"), 0u);
  expect_as_from_scratch(bench, diverges);
}

TEST(ForcedRun, MeasuresEverythingAlsoWhereAMetricWasAdded) {
  Changed bench(with("\"mean_gap\", \"chance\""), with(list));
  bench.options.force = true;

  bench.run();

  EXPECT_EQ(fake::measured["mean_gap"], cells * replicates + sets);
}

}  // namespace
}  // namespace plumbline::kin_test
