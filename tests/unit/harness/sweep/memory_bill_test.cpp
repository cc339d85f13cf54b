// Sizes that no machine has are refused before anything is allocated: key, need and limit are said.
#include "harness/sweep/memory_bill.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>

#include "harness/sweep/plan.hpp"

namespace plumbline::memory_bill_test {
namespace {

constexpr const char* text = R"(schema = "plumbline/1"
name = "field"
seed = 1
replicates = 2
draws = 64
[problem]
process = { kind = "ou", horizon = 4.0 }
observation = { kind = "inpainting", observed = [1], y = [0.1] }
prior = { kind = "gaussian", dim = 2 }
[[sampler]]
kind = "exact"
[metrics]
use = ["mean_error"]
)";

/// On a machine of 16 GB.
Plan planned(const std::string& sweep, const std::vector<std::string>& overrides = {},
             Real memory = 16e9) {
  Sweep parsed = parse_sweep(sweep, "c.toml", {.overrides = overrides});
  parsed.limits.memory = memory;
  return make_plan(Exec(), std::move(parsed));
}

std::string with_sampler(const std::string& settings) {
  std::string out = text;
  const std::string exact = "kind = \"exact\"";
  return out.replace(out.find(exact), exact.size(), settings);
}

std::string with_prior(const std::string& prior) {
  std::string out = text;
  const std::string gaussian = "{ kind = \"gaussian\", dim = 2 }";
  return out.replace(out.find(gaussian), gaussian.size(), prior);
}

std::string with_metric(const std::string& metric) {
  std::string out = text;
  const std::string use = "use = [\"mean_error\"]";
  return out.replace(out.find(use), use.size(), metric);
}

/// The plan is refused for `key`, in the words of memory, within a second.
void expect_refused(const std::string& sweep, const std::string& key) {
  SCOPED_TRACE(key + " of\n" + sweep);
  const std::clock_t begun = std::clock();  // of this process: others may be busy
  try {
    planned(sweep);
    ADD_FAILURE() << "not refused";
  } catch (const SpecError& error) {
    EXPECT_EQ(error.key(), key) << error.what();
    EXPECT_TRUE(error.allowed().find("--memory") != std::string::npos ||
                error.allowed().find("counted") != std::string::npos)
        << error.what();
    EXPECT_TRUE(error.where().known()) << error.what();
  }
  EXPECT_LT(static_cast<Real>(std::clock() - begun) / CLOCKS_PER_SEC, 1);
}

std::string with_top(const std::string& key, const std::string& number) {
  std::string out = text;
  if (const std::size_t at = out.find("\n" + key + " = "); at != out.npos)
    out.erase(at + 1, out.find('\n', at + 1) - at);
  return key + " = " + number + "\n" + out;
}

TEST(MemoryBill, RefusesStepsThatNoGridCanHold) {
  const std::string steps = "steps = 2000000000";
  expect_refused(with_sampler("kind = \"replacement\"\n" + steps), "sampler.replacement.steps");
  expect_refused(with_sampler("kind = \"conditional-score\"\n" + steps),
                 "sampler.conditional-score.steps");
  expect_refused(with_sampler("kind = \"smcdiff\"\n" + steps), "sampler.smcdiff.steps");
  expect_refused(with_sampler("kind = \"particle-gibbs\"\n" + steps),
                 "sampler.particle-gibbs.steps");
}

TEST(MemoryBill, RefusesParticlesAndDrawsOfAnySampler) {
  int tried = 0;
  for (const SamplerEntry& entry : sampler_catalogue()) {
    for (const FieldDoc& field : entry.fields) {
      if (field.name != "particles") continue;
      const std::vector<std::string> targets = targets_of(entry.asks);
      if (std::find(targets.begin(), targets.end(), "inpainting") == targets.end()) continue;
      ++tried;
      expect_refused(with_sampler("kind = \"" + entry.name + "\"\nparticles = 2000000000"),
                     "sampler." + entry.name + ".particles");
    }
  }
  EXPECT_GE(tried, 5);
  expect_refused(with_top("draws", "2000000000"), "draws");
}

TEST(MemoryBill, RefusesReplicatesWhoseNumbersDoNotFit) {
  expect_refused(with_top("replicates", "2000000000"), "replicates");
  expect_refused(with_top("null_replicates", "2000000000"), "null_replicates");
}

TEST(MemoryBill, RefusesPriorsBeforeTheyAreMade) {
  const std::vector<std::pair<std::string, std::string>> large = {
      {"ring", "components = 1000000000"},
      {"grid", "dim = 1000000"},
      {"gaussian", "dim = 1000000"},
      {"random", "dim = 100000"},
      {"random", "components = 2000000000"},
      {"matern", "side = 50000"},
      {"matern", "side = 2000000000"},
      {"gp", "points = 2000000000"},
      {"spiral", "components = 2000000000"},
      {"funnel", "components = 2000000000"},
      {"bounded-classes", "per_class = 2000000000"}};
  for (const auto& [kind, setting] : large)
    expect_refused(with_prior("{ kind = \"" + kind + "\", " + setting + " }"),
                   "problem.prior." + setting.substr(0, setting.find(' ')));
}

TEST(MemoryBill, RefusesWhatAMetricWouldHold) {
  expect_refused(with_metric("use = [\"sliced_wasserstein_2\"]\n"
                             "sliced_wasserstein_2 = { projections = 2000000000 }"),
                 "metrics.sliced_wasserstein_2.projections");
  expect_refused(with_metric("use = [\"mmd\"]\nmmd = { reference = 2000000000 }"),
                 "metrics.mmd.reference");
}

TEST(MemoryBill, RefusesEvaluationsThatNoIntegerCounts) {
  expect_refused(with_sampler("kind = \"langevin-replacement\"\nsteps = 2000000\n"
                              "langevin_steps = 2000000000"),
                 "sampler.langevin-replacement.langevin_steps");
}

TEST(MemoryBill, RefusesCellsBeyondTheLimitAndSaysWhoseAxisIsLongest) {
  const std::string sweep = with_prior(
      "{ kind = \"grid\", spread = { lin = [1, 2, 1000] }, stddev = { lin = [1, 2, 999] } }");
  try {
    planned(sweep);
    ADD_FAILURE() << "not refused";
  } catch (const SpecError& error) {
    EXPECT_EQ(error.key(), "problem.prior.spread");
    EXPECT_NE(error.allowed().find("999000 cells"), std::string::npos) << error.what();
    EXPECT_NE(error.allowed().find("--max-cells"), std::string::npos) << error.what();
  }
}

/// A y per replicate is a posterior per replicate, K D² numbers where it mixes coordinates.
TEST(MemoryBill, CountsTheProblemsOfReplicatesThatHaveAYEach) {
  std::string sweep = with_prior("{ kind = \"random\", dim = 60, components = 20 }");
  const std::string given = "{ kind = \"inpainting\", observed = [1], y = [0.1] }";
  sweep.replace(sweep.find(given), given.size(),
                "{ kind = \"random-linear\", rows = 2, noise = 0.5, y = \"draw\" }");
  const Real few = planned(sweep, {"replicates=40"}).bytes,
             many = planned(sweep, {"replicates=90"}).bytes, one = 8.0 * 8 * 20 * 60 * 60;
  EXPECT_NEAR((many - few) / (50 * one), 1, 0.1);

  // As many as fit a quarter of memory stay; the others are built when they are asked for.
  EXPECT_LE(planned(sweep, {"replicates=200"}, 4e8).bytes, 3e8);
}

TEST(MemoryBill, AdmitsWhatFitsAndSaysHowMuchItIs) {
  const Plan plan = planned(with_sampler("kind = \"smcdiff\"\nparticles = [10, 100000]"));

  EXPECT_GT(plan.cells[1].bytes, plan.cells[0].bytes);
  EXPECT_EQ(plan.bytes, plan.cells[1].bytes);
  EXPECT_THROW(
      planned(with_sampler("kind = \"smcdiff\"\nparticles = [10, 100000]"), {}, plan.bytes / 2),
      SpecError);
  EXPECT_NO_THROW(planned(text));
}

}  // namespace
}  // namespace plumbline::memory_bill_test
