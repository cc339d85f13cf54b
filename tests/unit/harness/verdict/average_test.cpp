// Cells whose draws depend on each other: judged by the functionals that have standard errors, by
// the tolerances that were asked for.
#include "harness/verdict/average.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/rng.hpp"
#include "harness/verdict/metric_samples.hpp"
#include "harness/verdict/verdict.hpp"
#include "record/functionals.hpp"

namespace plumbline::average_test {
namespace {

constexpr std::size_t runs = 32;

/// A cell of 32 replicates whose location is off by `error`, each with noise 0.05.
Results cell_of(const std::string& name, Real error) {
  Results results;
  results.layout.draws = 400;
  results.layout.replicates = runs;
  results.layout.samplers = {{"gibbs", "particle-gibbs", "exact", "", "", {}, {}}};
  CellRecord cell{"gibbs", 0, {}, "h", {}, {}, {}, {}};
  cell.status.assign(runs, Status::ok);
  cell.message.assign(runs, "");
  Series series{"functional:" + name, {}, std::vector<double>(runs, 0.05)};
  for (std::uint64_t r = 0; r < runs; ++r)
    series.value.push_back(error + 0.05 * Rng::from_seed(1).normal(r, 0, 0));
  cell.extras = {series, {"functional:tails_1", std::vector<double>(runs, 0.9), {}}};
  results.cells = {cell};
  return results;
}

Finding found(const Results& results, const Tolerances& tolerances) {
  const MetricSamples samples(results, tolerances);
  return judge_cell(samples.of(results.cells[0]), {}, results.layout.draws).finding;
}

TEST(Averages, AreTheFunctionalsWithStandardErrors) {
  const Results results = cell_of("location_1", 0);
  const std::vector<MetricSample> samples = MetricSamples(results).of(results.cells[0]);

  ASSERT_EQ(samples.size(), 1u);  // tails have none
  EXPECT_EQ(samples[0].info.name, "location_1");
  EXPECT_EQ(samples[0].average->expectation, 0);
  const Results density = cell_of("log_density", 0);
  EXPECT_EQ(MetricSamples(density).of(density.cells[0])[0].average->expectation, 1 / 256.0);
}

TEST(Averages, AreHeldToTheTolerancesOfTheSweep) {
  // ± 0.009, 99 % ± 0.024: within 0.25, not within 0.02.
  EXPECT_EQ(found(cell_of("location_1", 0), {}), Finding::consistent);
  EXPECT_EQ(found(cell_of("location_1", 0), {.location = 0.02}), Finding::unresolved);
  EXPECT_EQ(found(cell_of("location_1", 0.1), {}), Finding::inconsistent);
}

TEST(Averages, KnowTheErrorOfTheirExpectation) {
  // Replicates that agree at an error of two standard errors of E log q.
  Results results = cell_of("log_density", 0);
  for (double& v : results.cells[0].extras[0].value) v = 2.0 / 256;
  for (double& se : results.cells[0].extras[0].se) se = 1e-6;
  EXPECT_NE(found(results, {}), Finding::inconsistent);

  results.cells[0].extras[0].name = "functional:location_1";
  EXPECT_EQ(found(results, {}), Finding::inconsistent);
}

TEST(Averages, OfAYPerReplicateAreNoLimit) {
  Results results = cell_of("location_1", 0);
  EXPECT_FALSE(MetricSamples(results).has_drawn_y(results.cells[0]));
  ProblemRecord problem;
  problem.y = {{2, 1}, {0, 1}};
  results.problems = {problem};
  EXPECT_TRUE(MetricSamples(results).has_drawn_y(results.cells[0]));
}

}  // namespace
}  // namespace plumbline::average_test
