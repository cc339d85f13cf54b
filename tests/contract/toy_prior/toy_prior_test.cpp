// One file and one line in catalogue.def, and a prior has its settings in sweep files, its errors
// at their line, its documentation, the stored echo and the contract suite.
#include "harness/sweep/problem_point.hpp"
#include "unit/priors/support.hpp"

namespace plumbline::test::toy_prior_test {
namespace {

Sweep sweep_with(const std::string& prior) {
  return parse_sweep(
      "schema = \"plumbline/1\"\n\n[problem]\nprocess = { kind = \"ou\" }\nprior = " + prior +
          "\nobservation = { kind = \"inpainting\", observed = [0], y = [0.5] }\n\n"
          "[[sampler]]\nkind = \"exact\"\n\n[metrics]\nuse = [\"mean_error\"]\n",
      "a.toml");
}

TEST(ToyPrior, IsTheLastEntryOfTheCatalogue) {
  EXPECT_EQ(prior_catalogue().back().name, "cross");
  EXPECT_EQ(prior_catalogue().front().name, "explicit");
}

TEST(ToyPrior, DescribesItsSettings) {
  const PriorEntry& entry = find_prior("cross");

  ASSERT_EQ(entry.fields.size(), 3u);
  EXPECT_EQ(entry.fields[1].name, "distance");
  EXPECT_EQ(entry.fields[1].default_value, "3.0");
  EXPECT_EQ(entry.fields[1].allowed, "> 0");
}

TEST(ToyPrior, PutsItsMeansOnTheAxes) {
  const GaussianMixture m = make("cross", table({{"dim", whole(3)}, {"distance", number(2)}}));

  ASSERT_EQ(m.components(), 6);
  EXPECT_LT(m.mean().norm(), 1e-15);
  // E[x xᵀ] = σ² I + (1/2D) Σ 2 distance² e eᵀ
  EXPECT_LT((m.total_covariance() - (1 + 4.0 / 3) * HostMatrix::Identity(3, 3)).norm(), 1e-14);
}

TEST(ToyPrior, IsReadFromSweepFilesAndEchoedWithItsDefaults) {
  EXPECT_EQ(resolve_problem(sweep_with("{ kind = \"cross\", distance = 2 }"), 0).prior,
            "{ kind = \"cross\", dim = 2, distance = 2.0, stddev = 1.0 }");
}

TEST(ToyPrior, SpansAnAxis) {
  const Sweep sweep = sweep_with("{ kind = \"cross\", distance = [2, 3, 4] }");

  ASSERT_EQ(sweep.problem.axes.size(), 1u);
  EXPECT_EQ(sweep.problem.axes[0].keys[0].name, "prior_distance");
}

TEST(ToyPrior, PointsAtAWrongKeyAndNamesTheNearest) {
  try {
    resolve_problem(sweep_with("{ kind = \"cross\", distanc = 2 }"), 0);
    FAIL();
  } catch (const SpecError& error) {
    EXPECT_EQ(error.where().line, 5);
    EXPECT_NE(error.allowed().find("distance"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace plumbline::test::toy_prior_test
