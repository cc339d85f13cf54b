// What a valid sweep file becomes.
#include "harness/sweep/sweep.hpp"

#include <gtest/gtest.h>

#include "unit/harness/fake_galleries.hpp"

namespace plumbline::sweep_test {
namespace {

using fake::edited;

Sweep parsed(const std::string& text, const SweepOptions& options = {}) {
  return parse_sweep(text, "experiments/a.toml", options, fake::known());
}

TEST(Sweep, HoldsWhatTheFileSays) {
  const Sweep sweep = parsed(fake::sweep_text);

  EXPECT_EQ(sweep.settings.name, "small");
  EXPECT_EQ(sweep.settings.replicates, 3);
  EXPECT_EQ(sweep.settings.draws, 50);
  EXPECT_EQ(sweep.settings.null_replicates, 2);
  EXPECT_EQ(sweep.settings.samples, 0);
  EXPECT_EQ(sweep.folder, "experiments");
  EXPECT_EQ(sweep.verbatim, fake::sweep_text);
  ASSERT_EQ(sweep.samplers.size(), 2u);
  EXPECT_EQ(sweep.samplers[0].label, "shift");
  EXPECT_EQ(sweep.samplers[1].label, "other");
  EXPECT_EQ(to_text({sweep.samplers[1].settings}), "{ particles = 1, steps = 5 }");
  ASSERT_EQ(sweep.problem.axes.size(), 1u);
  EXPECT_EQ(sweep.problem.axes[0].keys[0].name, "prior_spread");
  ASSERT_EQ(sweep.metrics.size(), 3u);
  EXPECT_EQ(sweep.metrics[0].entry->name, "mean_gap");
  EXPECT_EQ(to_text({sweep.metrics[0].settings}), "{ scale = 2.0 }");
}

TEST(Sweep, IsNamedAfterItsFileUnlessItSaysOtherwise) {
  EXPECT_EQ(parsed(edited("name       = \"small\"", "")).settings.name, "a");
}

TEST(Sweep, TakesOverridesFromTheCommandLine) {
  const Sweep sweep =
      parsed(fake::sweep_text,
             {.overrides = {"replicates=4", "sampler.other.particles=geom(1,100,3)",
                            "problem.observation.y=[1.5]", "metrics.use=chance",
                            "problem.prior.dim=2,3", "sampler.shift.mode=good,diverges"}});

  EXPECT_EQ(sweep.settings.replicates, 4);
  EXPECT_EQ(to_text({Array(sweep.samplers[1].axes[0].keys[0].values)}), "[1, 10, 100]");
  EXPECT_EQ(sweep.samplers[0].axes.size(), 2u);
  EXPECT_EQ(sweep.problem.axes.size(), 2u);
  EXPECT_EQ(sweep.problem.axes[1].keys[0].name, "prior_dim");
  ASSERT_EQ(sweep.metrics.size(), 1u);
  const Table& observation = std::get<Table>(sweep.problem.tables.find("observation")->data);
  EXPECT_EQ(to_text(*observation.find("y")), "[1.5]");
}

TEST(QuickSweep, ShortensByDefault) {
  const std::string text =
      edited("draws      = 50", "draws = 2000", edited("replicates = 3", "replicates = 100"));
  const Sweep sweep = parsed(text, {.quick = true});

  EXPECT_EQ(sweep.settings.replicates, 4);
  EXPECT_EQ(sweep.settings.draws, 500);
}

TEST(QuickSweep, NeverLengthens) {
  const Sweep sweep = parsed(fake::sweep_text, {.quick = true});

  EXPECT_EQ(sweep.settings.replicates, 3);
  EXPECT_EQ(sweep.settings.draws, 50);
}

TEST(QuickSweep, FollowsTheFilesOwnTable) {
  const std::string text = std::string(fake::sweep_text) +
                           "[quick]\nreplicates = 2\n\"sampler.other.particles\" = [1, 2]\n";

  EXPECT_EQ(parsed(text).settings.replicates, 3);
  const Sweep sweep = parsed(text, {.overrides = {"replicates=5"}, .quick = true});
  EXPECT_EQ(sweep.settings.replicates, 5);  // the command line has the last word
  EXPECT_EQ(sweep.samplers[1].axes[0].size(), 2);
}

std::string with_own_replicates() {
  return edited("steps     = 5", "steps = 5\nreplicates = 40");
}

TEST(OwnReplicates, CountForTheirSampler) {
  const Sweep sweep = parsed(with_own_replicates());

  EXPECT_EQ(replicates_of(sweep, sweep.samplers[0]), 3);
  EXPECT_EQ(replicates_of(sweep, sweep.samplers[1]), 40);
  EXPECT_EQ(sweep.samplers[1].settings.find("replicates"), nullptr);
}

TEST(OwnReplicates, GiveWayToThoseOfAllThatComeLater) {
  const auto others = [](const SweepOptions& options, const std::string& quick = "") {
    const Sweep sweep = parsed(with_own_replicates() + quick, options);
    return replicates_of(sweep, sweep.samplers[1]);
  };

  EXPECT_EQ(others({.overrides = {"replicates=4"}}), 4);
  EXPECT_EQ(others({.overrides = {"sampler.other.replicates=9", "replicates=4"}}), 9);
  EXPECT_EQ(others({.quick = true}), 4);  // the built-in shortening
  const std::string quick = "[quick]\n\"sampler.other.replicates\" = 6\nreplicates = 2\n";
  EXPECT_EQ(others({}, quick), 40);
  EXPECT_EQ(others({.quick = true}, quick), 6);
  EXPECT_EQ(others({.overrides = {"replicates=5"}, .quick = true}, quick), 5);
  EXPECT_EQ(others({.quick = true}, "[quick]\nreplicates = 2\n"), 2);
}

TEST(OwnReplicates, AreAWholeNumber) {
  for (const char* wrong : {"0", "[1, 2]", "1.5", "\"many\""})
    EXPECT_THROW(parsed(edited("steps     = 5", std::string("replicates = ") + wrong)), SpecError)
        << wrong;
}

TEST(ProblemAxes, MayBeZippedByPath) {
  const Sweep sweep =
      parsed(edited("prior       = { kind = \"blobs\", spread = [1.0, 2.0] }",
                    "prior = { kind = \"blobs\", spread = [1.0, 2.0], components = [4, 5] }\n"
                    "zip = [[\"prior.components\", \"prior.spread\"]]"));

  ASSERT_EQ(sweep.problem.axes.size(), 1u);
  EXPECT_EQ(sweep.problem.axes[0].keys[0].name, "prior_components");
  EXPECT_EQ(sweep.problem.axes[0].keys[1].name, "prior_spread");
}

TEST(ListSettings, TakeAListAsTheirValueAndAListOfListsAsAnAxis) {
  const Sweep value = parsed(edited("shift = [0, 0.5]", "coordinates = [0, 0]"));
  const Sweep axis = parsed(edited("shift = [0, 0.5]", "coordinates = [[0], [0, 0]]"));

  EXPECT_TRUE(value.samplers[0].axes.empty());
  ASSERT_EQ(axis.samplers[0].axes.size(), 1u);
  EXPECT_EQ(axis.samplers[0].axes[0].size(), 2);
}

}  // namespace
}  // namespace plumbline::sweep_test
