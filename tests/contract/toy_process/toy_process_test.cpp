// One file and one line in catalogue.def, and a process has its settings in sweep files, its errors
// at their line, its documentation, the stored echo and the contract suite.
#include <gtest/gtest.h>

#include <cmath>

#include "diffusion/processes/process.hpp"
#include "harness/sweep/problem_point.hpp"

namespace plumbline::toy_process_test {
namespace {

std::string sweep_with(const std::string& process) {
  return "schema = \"plumbline/1\"\n\n[problem]\nprocess = " + process +
         "\nprior = { kind = \"two-gaussians\" }\n"
         "observation = { kind = \"inpainting\", observed = [0], y = [0.5] }\n\n"
         "[[sampler]]\nkind = \"exact\"\n\n[metrics]\nuse = [\"mean_error\"]\n";
}

/// What the result file echoes of the process of the only point.
std::string echoed(const std::string& process) {
  return resolve_problem(parse_sweep(sweep_with(process), "a.toml"), 0).process;
}

TEST(ToyProcess, IsTheLastEntryOfTheCatalogue) {
  EXPECT_EQ(process_catalogue().back().name, "sub-vp");
  EXPECT_EQ(process_catalogue().front().name, "ou");
}

TEST(ToyProcess, DescribesItsSettings) {
  const ProcessEntry& entry = find_process("sub-vp");

  ASSERT_EQ(entry.fields.size(), 3u);
  EXPECT_EQ(entry.fields[2].name, "beta_max");
  EXPECT_EQ(entry.fields[2].default_value, "20.0");
  EXPECT_EQ(entry.fields[2].allowed, "> 0");
}

TEST(ToyProcess, IsReadFromSweepFilesAndEchoedWithItsDefaults) {
  EXPECT_EQ(echoed("{ kind = \"sub-vp\", beta_max = 10 }"),
            "{ kind = \"sub-vp\", horizon = 1.0, beta_min = 0.1, beta_max = 10.0 }");
}

TEST(ToyProcess, SpansAnAxis) {
  const Sweep sweep =
      parse_sweep(sweep_with("{ kind = \"sub-vp\", beta_max = [5, 10, 20] }"), "a.toml");

  ASSERT_EQ(sweep.problem.axes.size(), 1u);
  EXPECT_EQ(sweep.problem.axes[0].keys[0].name, "process_beta_max");
  EXPECT_NE(resolve_problem(sweep, 1).hash, resolve_problem(sweep, 2).hash);
}

TEST(ToyProcess, PointsAtAWrongKeyAndNamesTheNearest) {
  try {
    echoed("{ kind = \"sub-vp\", beta_mx = 10 }");
    FAIL();
  } catch (const SpecError& error) {
    EXPECT_EQ(error.where().line, 4);
    EXPECT_NE(error.allowed().find("beta_max"), std::string::npos) << error.what();
  }
}

TEST(ToyProcess, IsNamedWhereAKindIsMisspelt) {
  try {
    echoed("{ kind = \"sub-pv\" }");
    FAIL();
  } catch (const SpecError& error) {
    EXPECT_NE(error.allowed().find("sub-vp"), std::string::npos) << error.what();
  }
}

/// s_t = 1 − e^{−B} is the variance of the variance-preserving process with the same signal.
TEST(ToyProcess, HasTheSquareOfTheVarianceOfTheVariancePreservingProcess) {
  Table continuous;
  continuous.set("schedule", Value{std::string("continuous")});
  const NoiseProcess sub_vp = find_process("sub-vp").make({}),
                     vp = find_process("vp").make(continuous);

  for (const Real t : {1e-8, 0.01, 0.5, 1.0}) {
    EXPECT_EQ(sub_vp.at(t).alpha, vp.at(t).alpha);
    EXPECT_NEAR(std::sqrt(sub_vp.at(t).variance), vp.at(t).variance, 1e-15 * vp.at(t).variance);
  }
}

}  // namespace
}  // namespace plumbline::toy_process_test
