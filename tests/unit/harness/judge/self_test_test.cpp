// The self-test passes on right problems of every kind, and fails on files that are not theirs.
#include "harness/judge/self_test.hpp"

#include <gtest/gtest.h>

#include "harness/run/problem_record.hpp"
#include "harness/run/runner.hpp"
#include "unit/harness/fake_galleries.hpp"
#include "unit/io/scratch.hpp"
#include "unit/problem/observations.hpp"

namespace plumbline::self_test_test {
namespace {

bool never() {
  return false;
}

std::vector<std::string> failures(const std::vector<SelfCheck>& checks) {
  std::vector<std::string> list;
  for (const SelfCheck& check : checks)
    if (!check.passed) list.push_back(check.what + ": " + check.says);
  return list;
}
const std::vector<std::string> none;

GaussianMixture full_prior() {
  HostMatrix means(2, 3), a = HostMatrix::Identity(3, 3);
  means << -1, 0, 2, 1, 1, -1;
  a(0, 1) = a(1, 0) = 0.6;
  return GaussianMixture::full(HostVector::Ones(2), means, {a, 0.5 * HostMatrix::Identity(3, 3)});
}

GaussianMixture isotropic_prior(Real variance) {
  HostMatrix means(3, 2);
  means << -2, 0, 0, 1, 3, 3;
  return GaussianMixture::isotropic(HostVector::Ones(3), means, HostVector::Constant(3, variance));
}

NoiseProcess ou() {
  Table table;
  table.set("kind", {std::string("ou")});
  return NoiseProcess::from_settings(table);
}

TEST(SelfTest, PassesOnEveryKindOfProblem) {
  const Exec exec;
  HostMatrix a(1, 3);
  a << 1, -1, 0.5;
  const LinearGaussian linear{a, HostMatrix::Constant(1, 1, 0.2), HostVector::Ones(1)};
  HostVector y(1);
  y << 0.4;
  const std::vector<Problem> problems = {
      Problem(exec, full_prior(), ou(), Inpainting{{1}, y}),
      Problem(exec, full_prior(), ou(), linear),
      Problem(exec, full_prior(), ou(), ClassLabel{0, {{0}, {1}}, 1}),
      Problem(exec, full_prior(), ou(), ClassLabel{0, {{0}, {1}}, 2}),  // a tilt
      Problem(exec, isotropic_prior(0.3), ou(), Inpainting{{0}, y}),
      Problem(exec, isotropic_prior(0), ou(), ClassLabel{0, {{0, 1}, {2}}, 1})};  // a data set
  for (std::size_t i = 0; i < problems.size(); ++i)
    for (std::uint64_t seed = 0; seed < 5; ++seed)
      EXPECT_EQ(failures(check_problem(exec, problems[i], Rng::from_seed(seed))), none) << i;
}

TEST(SelfTest, LooksAtDensityScoreAndDrawsWhereThereIsADensity) {
  HostVector y(1);
  y << 0.4;
  const Problem problem(Exec(), full_prior(), ou(), Inpainting{{1}, y});
  EXPECT_EQ(check_problem(Exec(), problem, Rng::from_seed(1)).size(), 7u);
}

/// A finished sweep of the fakes, and its plan.
struct Finished {
  Scratch scratch;
  Plan plan;
  Results results;

  Finished() : plan(make_plan(Exec(), parse_sweep(text(), "small.toml", {}, fake::known()))) {
    SilentProgress silent;
    RunOptions options;
    options.output = scratch / "small.h5";
    run_sweep(Exec(), plan, options, silent, never);
    results = ResultFile::open(scratch / "small.h5").read();
  }
  static std::string text() { return fake::edited("null_replicates = 2", "null_replicates = 40"); }
};

TEST(SelfTest, RebuildsTheProblemsOfAFileFromItsNumbers) {
  const Exec exec;
  const Finished finished;

  EXPECT_EQ(failures(check_file_problems(exec, nullptr, finished.results)), none);
  EXPECT_EQ(failures(check_file_problems(exec, &finished.plan, finished.results)), none);

  const ProblemRecord& record = finished.results.problems[1];
  const Problem rebuilt = rebuild_problem(exec, record, finished.results.layout.seed);
  EXPECT_NEAR(rebuilt.log_evidence(), record.log_evidence[0], 1e-12);
}

TEST(SelfTest, RefusesAFileWhosePosteriorIsNotThatOfItsProblem) {
  Finished finished;
  finished.results.problems[1].target_mean[0] += 1e-6;

  const std::vector<SelfCheck> checks = check_file_problems(Exec(), nullptr, finished.results);

  EXPECT_EQ(failures(checks).size(), 1u);
  finished.results.problems.clear();
  EXPECT_THROW(check_file_problems(Exec(), nullptr, finished.results), IoError);
}

TEST(SelfTest, RefusesAFloorThatExactDrawsDoNotScore) {
  Finished finished;
  EXPECT_EQ(failures(check_floor(Exec(), finished.plan, finished.results)), none);

  for (double& v : finished.results.nulls[0].metrics[0].value) v += 5;

  EXPECT_EQ(failures(check_floor(Exec(), finished.plan, finished.results)).size(), 1u);
}

TEST(Calibrations, AreStoredWithTheClaimOfEveryCell) {
  const Finished finished;

  for (const CellRecord& cell : finished.results.cells)
    EXPECT_EQ(cell.claim, cell.label == "shift" && cell.at[1] == 1 ? "nothing" : "exact");
}

}  // namespace
}  // namespace plumbline::self_test_test
