// One file and one line in catalogue.def, and a metric is named in sweep files, documented, and
// held to the contract suite.
#include "contract/metric_cases.hpp"
#include "harness/sweep/sweep.hpp"

namespace plumbline::test::toy_metric_test {
namespace {

Sweep sweep_with(const std::string& metric) {
  return parse_sweep(
      "schema = \"plumbline/1\"\n\n[problem]\nprocess = { kind = \"ou\" }\n"
      "prior = { kind = \"two-gaussians\", dim = 2 }\n"
      "observation = { kind = \"inpainting\", observed = [0], y = [0.5] }\n\n"
      "[[sampler]]\nkind = \"exact\"\n\n[metrics]\nuse = [\"" +
          metric + "\"]\n",
      "a.toml");
}

TEST(ToyMetric, IsTheLastEntryOfTheCatalogue) {
  EXPECT_EQ(metric_catalogue().back().name, "spread_error");
  EXPECT_EQ(metric_catalogue().front().name, "mean_error");
}

TEST(ToyMetric, IsNamedInSweepFiles) {
  const Sweep sweep = sweep_with("spread_error");

  ASSERT_EQ(sweep.metrics.size(), 1u);
  EXPECT_EQ(sweep.metrics[0].entry->name, "spread_error");
}

TEST(ToyMetric, IsTheNearestOfAMisspeltName) {
  try {
    sweep_with("spread_eror");
    FAIL();
  } catch (const SpecError& error) {
    EXPECT_NE(error.allowed().find("did you mean 'spread_error'"), std::string::npos)
        << error.what();
  }
}

TEST(ToyMetric, IsTheLogarithmOfTheRatioOfSpreads) {
  const Problem problem = target(standard_normal_mixture(2));
  const Ensemble draws = ensemble({{2, 0}, {0, 2}, {-2, 0}, {0, -2}});  // 4 where 2 is expected

  const Estimate e = measure(find_metric("spread_error"), problem, draws);

  EXPECT_NEAR(e.value, std::log(2), 1e-14);
  EXPECT_NEAR(e.standard_error, 0, 1e-14);
}

}  // namespace
}  // namespace plumbline::test::toy_metric_test
