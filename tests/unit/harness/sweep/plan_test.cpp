// Cells, their order, their names by hash, and the layout they fill.
#include "harness/sweep/plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "harness/cover/cover.hpp"
#include "harness/refinement/judged_cells.hpp"
#include "harness/sweep/streams.hpp"
#include "unit/harness/fake_galleries.hpp"
#include "unit/io/scratch.hpp"
#include "unit/problem/observations.hpp"

namespace plumbline::plan_test {
namespace {

using fake::edited;

Plan planned(const std::string& text = fake::sweep_text,
             const std::vector<std::string>& overrides = {}) {
  return make_plan(Exec(), parse_sweep(text, "a.toml", {.overrides = overrides}, fake::known()));
}

std::set<std::string> hashes(const Plan& plan) {
  std::set<std::string> out;
  for (const Cell& cell : plan.cells) out.insert(cell.hash);
  return out;
}

/// How many of the cells of the unchanged sweep are still in the plan.
int kept(const Plan& plan) {
  static const std::set<std::string> original = hashes(planned());
  int count = 0;
  for (const std::string& hash : hashes(plan)) count += original.contains(hash) ? 1 : 0;
  return count;
}

TEST(Plan, OrdersCellsByProblemThenSamplerThenAxis) {
  const Plan plan = planned();

  ASSERT_EQ(plan.cells.size(), 10u);  // 2 problem points × (2 + 3)
  EXPECT_EQ(plan.problems.size(), 2u);
  EXPECT_EQ(plan.null_hashes.size(), 2u);
  EXPECT_EQ(describe(plan, plan.cells[0]), "shift (prior_spread = 1.0, shift = 0.0)");
  EXPECT_EQ(describe(plan, plan.cells[4]), "other (prior_spread = 1.0, particles = 4)");
  EXPECT_EQ(describe(plan, plan.cells[9]), "other (prior_spread = 2.0, particles = 4)");
  EXPECT_EQ(plan.cells[9].at, (std::vector<Index>{1, 2}));
  EXPECT_EQ(plan.cells[9].index, 5);
  EXPECT_EQ(hashes(plan).size(), 10u);
}

TEST(Plan, ResolvesEveryDefault) {
  const Plan plan = planned();

  EXPECT_EQ(plan.cells[4].resolved,
            "{ shift = 0.0, steps = 5, particles = 4, mode = \"good\", coordinates = [0] }");
  EXPECT_EQ(plan.problems[1].prior,
            "{ kind = \"blobs\", dim = 2, components = 3, spread = 2.0, path = \"\" }");
  EXPECT_NE(plan.problems[0].process.find("kind = \"ou\""), std::string::npos);
  EXPECT_NE(plan.problems[0].process.find("horizon"), std::string::npos);
  EXPECT_EQ(plan.cells[4].evaluations, 50 * 5);
  EXPECT_EQ(plan.problems[0].work, 3 * 2);
}

TEST(PlanLayout, DescribesAxesClaimsAndMetrics) {
  const SweepLayout layout = planned().layout;

  EXPECT_EQ(layout.problem_points(), 2);
  ASSERT_EQ(layout.samplers.size(), 2u);
  EXPECT_EQ(layout.samplers[0].claim, "nothing or exact");
  EXPECT_EQ(layout.samplers[1].claim, "exact");
  EXPECT_EQ(text_of(layout.samplers[0].budgets), "steps ↑, particles ↑");
  EXPECT_EQ(
      layout.samplers[1].settings,
      "{ shift = 0.0, steps = 5, particles = [1, 2, 4], mode = \"good\", coordinates = [0] }");
  EXPECT_EQ(layout.samplers[0].axes[0].name, "shift");
  EXPECT_EQ(layout.problem_axes[0].name, "prior_spread");
  ASSERT_EQ(layout.metrics.size(), 3u);
  EXPECT_EQ(layout.metrics[1].better, Better::zero);
  EXPECT_FALSE(layout.metrics[2].has_floor);
  EXPECT_EQ(layout.spec, fake::sweep_text);
  EXPECT_EQ(layout.spec_hash.size(), 64u);
}

TEST(CellHash, DoesNotDependOnHowTheSweepIsWritten) {
  EXPECT_EQ(kept(planned(edited("# a comment", "# another\n\n"))), 10);
  EXPECT_EQ(kept(planned(edited("shift = [0, 0.5]", "shift = { lin = [0, 0.5, 2] }"))), 10);
  EXPECT_EQ(kept(planned(edited("kind = \"blobs\"", "dim = 2, kind = \"blobs\", components = 3"))),
            10);
  EXPECT_EQ(kept(planned(edited("steps     = 5", "steps = 5\nmode = \"good\""))), 10);
  EXPECT_EQ(kept(planned(edited("\"small\"", "\"renamed\""))), 10);
}

TEST(CellHash, StaysWhenAxesGrowOrShrink) {
  EXPECT_EQ(kept(planned(edited("[1, 2, 4]", "[1, 2, 4, 8]"))), 10);
  EXPECT_EQ(kept(planned(edited("[1, 2, 4]", "[4, 1]"))), 8);
  EXPECT_EQ(kept(planned(edited("[1.0, 2.0]", "[2.0, 3.0]"))), 5);
  EXPECT_EQ(kept(planned(edited("shift = [0, 0.5]", "shift = 0.5"))), 8);
}

TEST(CellHash, ChangesWithWhateverChangesTheNumbers) {
  EXPECT_EQ(kept(planned(edited("seed       = 3", "seed = 4"))), 0);
  EXPECT_EQ(kept(planned(edited("draws      = 50", "draws = 51"))), 0);
  EXPECT_EQ(kept(planned(edited("replicates = 3", "replicates = 4"))), 0);
  EXPECT_EQ(kept(planned(edited("null_replicates = 2", "samples = 3"))), 0);
  EXPECT_EQ(kept(planned(edited("y = [0.5]", "y = [0.25]"))), 0);
  EXPECT_EQ(kept(planned(edited("\"ou\"", "\"ou\", horizon = 3.0"))), 0);
  EXPECT_EQ(kept(planned(edited("scale = 2.0", "scale = 3.0"))), 0);
  EXPECT_EQ(kept(planned(edited("\"chance\", ", ""))), 0);
  EXPECT_EQ(kept(planned(edited("steps     = 5", "steps = 6"))), 4);
}

TEST(CellHash, OfASamplersOwnReplicatesIsThatOfAsManyOfTheSweep) {
  const Plan own = planned(edited("steps     = 5", "steps = 5\nreplicates = 7"));
  const Plan all = planned(fake::sweep_text, {"replicates=7"});

  EXPECT_EQ(kept(own), 4);  // those of the other sampler, whose hashes do not know of it
  for (std::size_t i = 0; i < own.cells.size(); ++i) {
    const bool is_own = own.sampler(own.cells[i]).label == "other";
    EXPECT_EQ(own.cells[i].replicates, is_own ? 7 : 3);
    EXPECT_EQ(own.cells[i].hash == all.cells[i].hash, is_own);
  }
  EXPECT_EQ(own.layout.replicates, 7);
  EXPECT_EQ(own.null_replicates, planned().null_replicates);
}

TEST(JudgedCells, GoByTheCellWithTheFewestReplicates) {
  const auto fewest = [](const Plan& plan) {
    return std::min(judged_cells(plan, true).replicates, judged_cells(plan, false).replicates);
  };

  EXPECT_EQ(fewest(planned()), 3);
  EXPECT_EQ(fewest(planned(edited("steps     = 5", "steps = 5\nreplicates = 2"))), 2);
  EXPECT_EQ(runs_of_group({}, 2, true), 2);  // no group has more runs than its cell
}

TEST(CellHash, OfExactDrawsIgnoresSamplersAndReplicates) {
  const Plan plan = planned();

  EXPECT_EQ(planned(edited("replicates = 3", "replicates = 4")).null_hashes, plan.null_hashes);
  EXPECT_EQ(planned(edited("steps     = 5", "steps = 6")).null_hashes, plan.null_hashes);
  EXPECT_EQ(planned(edited(", \"evidence_gap\"", "")).null_hashes, plan.null_hashes);
  EXPECT_NE(planned(edited("null_replicates = 2", "null_replicates = 3")).null_hashes,
            plan.null_hashes);
  EXPECT_TRUE(planned(edited("null_replicates = 2", "null_replicates = 0")).null_hashes.empty());
}

TEST(ProblemPoints, DrawAnObservationPerReplicateOnlyWhenAsked) {
  const Plan fixed = planned(), drawn = planned(edited("y = [0.5]", "y = \"draw\""));
  Problems one(Exec(), fixed.sweep, fixed.problems[0]);
  Problems many(Exec(), drawn.sweep, drawn.problems[0]);

  EXPECT_EQ(&one.at(0), &one.at(1));
  const auto y = [](const Problem& problem) { return problem.observed_values()[0]; };
  EXPECT_NE(y(many.at(0)), y(many.at(1)));
  EXPECT_EQ(y(many.at(1)), y(many.at(1)));
  EXPECT_EQ(y(one.at(0)), 0.5);
}

TEST(ProblemPoints, AreKnownByWhatThePriorsFileHolds) {
  const Scratch scratch;
  const auto with_file = [&](const std::string& contents) {
    spill(scratch / "prior.bin", contents);
    const std::string text = edited("kind = \"blobs\"", "kind = \"blobs\", path = \"prior.bin\"");
    const std::string path = scratch / "sweep.toml";
    return make_plan(Exec(), parse_sweep(text, path, {}, fake::known())).problems[0];
  };

  EXPECT_EQ(with_file("one").hash, with_file("one").hash);
  EXPECT_NE(with_file("one").hash, with_file("two").hash);
  EXPECT_NE(with_file("one").stream, with_file("two").stream);
}

TEST(ProblemPoints, ShareThePriorsOwnRandomNumbers) {
  const Plan plan = planned();
  Problems first(Exec(), plan.sweep, plan.problems[0]),
      second(Exec(), plan.sweep, plan.problems[1]);

  EXPECT_EQ(first.at(0).prior().weights(), second.at(0).prior().weights());
  const Plan other = planned(edited("seed       = 3", "seed = 4"));
  Problems reseeded(Exec(), other.sweep, other.problems[0]);
  EXPECT_NE(first.at(0).prior().weights(), reseeded.at(0).prior().weights());
}

TEST(Streams, AreApartForEveryPurposeProblemAndReplicate) {
  std::set<std::uint64_t> keys = {prior_stream(3).key()};
  for (std::uint64_t replicate = 0; replicate < 3; ++replicate) {
    keys.insert(observation_stream(3, replicate).key());
    for (std::uint64_t problem = 0; problem < 3; ++problem)
      for (const Rng rng : {run_stream(3, problem, replicate), null_stream(3, problem, replicate)})
        keys.insert({rng.key(), metric_stream(rng).key()});
  }

  EXPECT_EQ(keys.size(), 1u + 3 + 3 * 3 * 4);
}

}  // namespace
}  // namespace plumbline::plan_test
