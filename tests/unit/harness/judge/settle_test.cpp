// Rounds until claims are settled: who gets replicates, when it ends, and that stopping on the way
// changes nothing.
#include "harness/judge/settle.hpp"

#include "unit/harness/run/runner_bench.hpp"

namespace plumbline::settle_test {
namespace {

/// One problem; claims of `exact` by two samplers that are (one at three budgets), and one of
/// nothing.
std::string settle_text() {
  return edited(
      "null_replicates = 2", "null_replicates = 160",
      edited("replicates = 3", "replicates = 8", edited("spread = [1.0, 2.0]", "spread = 1.0")));
}

/// Finished rounds, to the bit.
std::string text_of(const std::vector<VerdictRecord::Round>& rounds) {
  std::string out;
  for (const auto& round : rounds) {
    out += fmt::format("{}\n", round.draws);
    for (std::size_t i = 0; i < round.finding.size(); ++i)
      out +=
          fmt::format("{} {:a} {:a} {:a} {}\n", round.replicates[i], round.log_e[i],
                      round.theta_low[i], round.theta_high[i], static_cast<int>(round.finding[i]));
  }
  return out;
}

struct Settling : Bench {
  explicit Settling(const std::string& text = settle_text()) : Bench(text) {}

  Settled settle(Real max_draws = 1e9, int interrupted_after = 1 << 30) {
    fake::runs = 0;
    return run_until_settled(Exec(), plan, options, {{}, max_draws}, silent,
                             [=] { return fake::runs >= interrupted_after ? 1 : 0; });
  }
};

Index total(const Replicates& replicates) {
  Index sum = 0;
  for (const Index count : replicates.cells) sum += count;
  return sum;
}

TEST(UntilSettled, DoublesTheReplicatesOfOpenClaimsAlone) {
  Settling bench;

  const Settled found = bench.settle();

  EXPECT_EQ(found.open, 0);
  EXPECT_EQ(claims_made(found.verdict), 2);
  EXPECT_EQ(claims_settled(found.verdict), 2);
  ASSERT_GT(found.rounds.size(), 1u);
  EXPECT_EQ(found.rounds.front().draws, 5 * 8 * 50);
  EXPECT_EQ(found.rounds.back().draws, draws_of(bench.plan, found.asked));
  EXPECT_EQ(fake::runs, total(found.asked));  // none twice
  for (std::size_t i = 0; i < found.asked.cells.size(); ++i) {
    const Cell& cell = found.plan.cells[i];
    EXPECT_EQ(cell.replicates > 8, cell.claim.is_exact()) << i;
    EXPECT_EQ(cell.replicates, found.asked.cells[i]);
  }
  const Results results = bench.results();
  EXPECT_EQ(results.layout.spec_hash, found.plan.layout.spec_hash);
}

// Killed in round 1, between and within later ones, and after the last.
TEST(UntilSettled, StoppedAnywhereTakesTheSameWay) {
  Settling whole;
  const Settled expected = whole.settle();
  const std::string all = numbers(whole.results());
  const int runs = fake::runs;
  std::filesystem::remove(whole.options.output);

  for (const int stop : {0, 40, 41, 57, runs - 1}) {
    Settling bench;
    const Settled first = bench.settle(1e9, stop);
    EXPECT_FALSE(first.outcome.merged);
    EXPECT_EQ(first.outcome.exit_code(), 4);

    const Settled second = bench.settle();

    EXPECT_EQ(fake::runs, runs - stop) << stop;
    EXPECT_EQ(text_of(second.rounds), text_of(expected.rounds)) << stop;
    EXPECT_EQ(numbers(bench.results()), all) << stop;
    std::filesystem::remove(bench.options.output);
  }
}

TEST(UntilSettled, OfAFileThatIsSettledRunsNothing) {
  Settling bench;
  const Settled before = bench.settle();

  const Settled again = bench.settle();

  EXPECT_EQ(fake::runs, 0);
  EXPECT_EQ(text_of(again.rounds), text_of(before.rounds));
}

TEST(UntilSettled, BeginsNoRoundBeyondMaxDraws) {
  Settling bench;

  const Settled found = bench.settle(5 * 8 * 50);

  EXPECT_EQ(found.rounds.size(), 1u);
  EXPECT_EQ(fake::runs, 5 * 8);
  EXPECT_EQ(found.open, 2);
  EXPECT_EQ(found.next_draws, (2 * 4 + 1) * 8 * 50);
  // Another day there is more time: it goes on.
  const Settled later = bench.settle();
  EXPECT_EQ(later.open, 0);
  EXPECT_EQ(fake::runs, total(later.asked) - 5 * 8);
}

TEST(UntilSettled, ContradictsAnExactClaimThatIsWrong) {
  fake::rounding = 1;  // every draw moved: exact sets are not
  Settling bench;
  fake::rounding = 1;

  const Settled found = bench.settle();

  fake::rounding = 0;
  EXPECT_EQ(found.open, 0);
  EXPECT_EQ(found.verdict.contradictions(), 2);
}

TEST(FirstReplicates, AreWhatWasThereThen) {
  Settling bench;
  const Settled found = bench.settle();
  const Results then = first_replicates(bench.results(), bench.plan, replicates_of(bench.plan));

  Settling fresh;
  fresh.options.output = fresh.scratch / "fresh.h5";
  fresh.run();

  EXPECT_EQ(then.cells.size(), fresh.results().cells.size());
  for (std::size_t i = 0; i < then.cells.size(); ++i)
    EXPECT_EQ(then.cells[i].metrics.front().value, fresh.results().cells[i].metrics.front().value);
}

}  // namespace
}  // namespace plumbline::settle_test
