// Verdicts through the real metrics: how often they are wrong about exact draws, and how often they
// catch the replacement method.
#include "harness/verdict/verdict.hpp"

#include "harness/run/runner.hpp"
#include "harness/statistics/distributions.hpp"
#include "harness/statistics/statistics.hpp"
#include "harness/sweep/plan.hpp"
#include "statistical/errors.hpp"
#include "unit/harness/alone.hpp"

namespace plumbline::test::verdict_test {
namespace {

/// The problem of experiments/replacement.toml under one sampler and a few metrics.
std::string sweep(int seed, const std::string& sampler, const std::string& metrics) {
  return fmt::format(R"(
schema          = "plumbline/1"
name            = "power"
seed            = {}
replicates      = 6
draws           = 200
null_replicates = 12

[problem]
process     = {{ kind = "ou", horizon = 4.0 }}
observation = {{ kind = "inpainting", observed = [1], y = [0.5] }}

[problem.prior]
kind      = "explicit"
weights   = [0.3, 0.4, 0.3]
means     = [[-2.0, -1.0], [0.0, 0.0], [2.0, 1.5]]
variances = [0.5, 0.25, 0.5]

[[sampler]]
{}

[metrics]
{}
)",
                     seed, sampler, metrics);
}

/// Either finding against a sampler.
bool against(Finding finding) {
  return finding == Finding::inconsistent || finding == Finding::not_independent;
}

/// The metrics of the sweep's one cell beside their null sets.
std::vector<MetricSample> samples(const std::string& text) {
  const Exec exec;
  const Plan plan = make_plan(exec, parse_sweep(text, "power.toml"));
  Problems problems(exec, plan.sweep, plan.problems[0]);
  test::Alone alone(exec, plan);
  const CellRecord cell = alone.cell(plan.cells[0], problems);
  const NullRecord null = alone.null(problems);
  std::vector<MetricSample> list;
  for (std::size_t i = 0; i < plan.layout.metrics.size(); ++i)
    list.push_back({plan.layout.metrics[i], cell.metrics[i].value, null.metrics[i].value});
  return list;
}

TEST(Verdict, OnExactDrawsIsInconsistentNoMoreOftenThanTheLevel) {
  // 400 seeds, 6 metrics. At level 0.01 more than 11 false alarms, at 0.05 more than 34, have
  // probability below 1e-3 when the alarms are as rare as stated.
  const std::string metrics = R"(use = ["mean_error", "covariance_error", "component_mass",
       "sliced_wasserstein_1", "sliced_wasserstein_2", "energy_distance"]
sliced_wasserstein_1.projections = 4
sliced_wasserstein_2.projections = 4)";
  constexpr Index seeds = 400;
  Index at_01 = 0, at_05 = 0;
  for (int seed = 0; seed < seeds; ++seed) {
    const auto list = samples(sweep(seed, "kind = \"exact\"", metrics));
    at_01 += against(judge_cell(list, {.level = 0.01}, 200).finding);
    at_05 += against(judge_cell(list, {.level = 0.05}, 200).finding);
  }
  RecordProperty("false alarms at 0.01", static_cast<int>(at_01));
  RecordProperty("false alarms at 0.05", static_cast<int>(at_05));
  EXPECT_LE(at_01, binomial_upper(seeds, 0.01, 1e-3));
  EXPECT_LE(at_05, binomial_upper(seeds, 0.05, 1e-3));
}

TEST(Verdict, CatchesTheReplacementMethod) {
  // 300 of 300 seeds: power ≥ 0.99 at confidence 0.95, with a tenth of the experiment's draws and a
  // third of its replicates; a flip between seeds would show here too.
  const std::string metrics = "use = [\"mean_error\", \"component_mass\"]";
  for (int seed = 0; seed < 300; ++seed) {
    const std::string sampler =
        fmt::format("kind = \"replacement\"\ncontext = \"{}\"\nkernel = \"exact\"\nsteps = 20",
                    std::array{"fixed", "forward", "fresh"}[static_cast<std::size_t>(seed % 3)]);
    EXPECT_EQ(judge_cell(samples(sweep(seed, sampler, metrics)), {}, 200).finding,
              Finding::inconsistent)
        << seed;
  }
}

}  // namespace
}  // namespace plumbline::test::verdict_test
