// Nobody is consistent by metrics that would not have seen the error.
#include "harness/cover/cover.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/run/runner.hpp"

namespace plumbline::cover_test {
namespace {

std::string sweep(const std::string& observation, const std::string& sampler, Index replicates,
                  Index draws, const std::string& metrics, const std::string& more = "") {
  return fmt::format(R"(
schema = "plumbline/1"
name = "cover"
replicates = {}
null_replicates = {}
draws = {}
{}
[problem]
process = {{ kind = "ou", horizon = 4.0 }}
prior = {{ kind = "explicit", weights = [1.0], means = [[0.0, 0.0]], covariances = [[[1.0, 0.8], [0.8, 1.0]]] }}
observation = {{ {} }}
[[sampler]]
{}
[metrics]
use = [{}]
)",
                     replicates, replicates, draws, more, observation, sampler, metrics);
}

/// A sweep that was run, judged, and asked for its cover.
struct Judged {
  explicit Judged(const std::string& text, const LookRecord& known = {})
      : plan(make_plan(exec, parse_sweep(text, "cover.toml"))), look(known) {
    RunOptions options;
    options.output = folder / "cover.h5";
    options.probe.all = 0;
    SilentProgress silent;
    run_sweep(exec, plan, options, silent, [] { return 0; });
    results = ResultFile::open(options.output).read();
    std::filesystem::remove_all(folder);
    bare = judge_file(results, {.tolerances = plan.sweep.tolerances});
    verdict = bare;
    require_cover(exec, &plan, results, look, verdict);
  }

  Real bound(const std::string& aspect) const {
    for (const ClaimVerdict::Exclusion& e : verdict.claims.front().excluded)
      if (e.aspect == aspect) return e.bound;
    return nan;
  }
  Finding finding() const { return verdict.claims.front().finding; }
  Finding by_metrics() const { return bare.claims.front().finding; }

  Exec exec;
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / fmt::format("plumbline_cover_{}", ::getpid());
  Plan plan;
  Results results;
  LookRecord look;
  FileVerdict bare, verdict;
};

const std::string given = R"(kind = "inpainting", observed = [1], y = [0.5])";
const std::string drawn = R"(kind = "inpainting", observed = [1], y = "draw")";
const std::string all =
    R"("mean_error", "covariance_error", "marginal_cvm", "sliced_wasserstein_1")";

TEST(Cover, ClearsExactDrawsByMetricsThatSeeEverything) {
  const Judged judged(sweep(given, "kind = \"exact\"", 48, 1000, all));

  EXPECT_EQ(judged.by_metrics(), Finding::consistent);
  EXPECT_EQ(judged.finding(), Finding::consistent) << judged.verdict.claims.front().note;
  EXPECT_LE(judged.bound("location"), 0.1);
  EXPECT_LE(judged.bound("spread"), 0.25);
  EXPECT_LE(judged.bound("tails"), 0.4);
  EXPECT_TRUE(std::isnan(judged.bound("dependence")));  // one coordinate
  EXPECT_TRUE(std::isnan(judged.bound("masses")));      // one mode
}

/// A mean is blind to spread.
TEST(Cover, LeavesOpenWhatNoMetricSees) {
  const Judged judged(sweep(given, "kind = \"exact\"", 48, 400, "\"mean_error\""));

  EXPECT_EQ(judged.by_metrics(), Finding::consistent);
  EXPECT_EQ(judged.finding(), Finding::unresolved);
  EXPECT_LE(judged.bound("location"), 0.25);
  EXPECT_EQ(judged.bound("tails"), infinity);
  const std::string& note = judged.verdict.claims.front().note;
  EXPECT_NE(note.find("tails beyond 0.4"), std::string::npos) << note;
  EXPECT_NE(note.find("covariance_error"), std::string::npos) << note;
}

/// Ranks of a coordinate are uniform for draws of the prior too; those of a distance to points that
/// depend on y are not.
TEST(Cover, NeverClearsThePriorByRanksOfACoordinate) {
  const Judged blind(sweep(drawn, "kind = \"prior\"", 100, 49, "\"rank_coordinate\""));
  EXPECT_EQ(blind.finding(), Finding::unresolved);

  const Judged seeing(
      sweep(drawn, "kind = \"prior\"", 100, 49, "\"rank_coordinate\", \"expected_coverage\""));
  EXPECT_EQ(seeing.finding(), Finding::inconsistent);
}

/// What the metrics of the finest cell leave open, the functionals along its budgets may settle.
TEST(Cover, OfALimitIsThatOfItsFunctionalsWhereTheMetricsLackIt) {
  const std::string steps = "kind = \"conditional-score\"\nkernel = \"ode-heun\"\nsteps = ";
  const Judged judged(sweep(given, steps + "[16, 32, 64, 128]", 48, 400, "\"mean_error\""));
  EXPECT_EQ(judged.by_metrics(), Finding::consistent);
  EXPECT_EQ(judged.finding(), Finding::consistent_in_limit);
  EXPECT_NE(judged.verdict.claims.front().note.find("right in the limit"), std::string::npos);

  const Judged two(sweep(given, steps + "[64, 128]", 48, 400, "\"mean_error\""));
  EXPECT_EQ(two.finding(), Finding::unresolved);
}

/// A score does not know the masses of modes that stand apart.
TEST(Cover, NeverClearsMassesByAScore) {
  std::string text = sweep(given, "kind = \"exact\"", 48, 300, "\"ksd\"");
  const std::string one =
      "weights = [1.0], means = [[0.0, 0.0]], covariances = [[[1.0, 0.8], [0.8, 1.0]]]";
  text.replace(text.find(one), one.size(),
               "weights = [0.4, 0.6], means = [[-6.0, 0.0], [6.0, 0.0]], variances = [1.0, 1.0]");
  const Judged judged(text);

  EXPECT_EQ(judged.by_metrics(), Finding::consistent);
  EXPECT_EQ(judged.finding(), Finding::unresolved);
  EXPECT_EQ(judged.bound("masses"), infinity);
}

TEST(Cover, HoldsToTheTolerances) {
  const std::string strict = "tolerance = { location = 0.01 }";
  const Judged judged(sweep(given, "kind = \"exact\"", 48, 300, all, strict));

  EXPECT_EQ(judged.by_metrics(), Finding::consistent);
  EXPECT_EQ(judged.finding(), Finding::unresolved);
  EXPECT_GT(judged.bound("location"), 0.01);
}

/// A second look measures nothing, and says the same; so does one that has to rebuild the problem.
TEST(Cover, MeasuresNothingTwice) {
  const std::string text = sweep(given, "kind = \"exact\"", 48, 300, all);
  const Judged first(text);
  const Judged second(text, first.look);

  EXPECT_EQ(second.look.sets.size(), first.look.sets.size());
  EXPECT_EQ(second.bound("location"), first.bound("location"));
  LookRecord anew;
  FileVerdict verdict = first.bare;
  require_cover(first.exec, nullptr, first.results, anew, verdict);
  ASSERT_EQ(anew.sets.size(), first.look.sets.size());
  for (std::size_t i = 0; i < anew.sets.size(); ++i)
    EXPECT_EQ(anew.sets[i].value, first.look.sets[i].value) << i;
}

}  // namespace
}  // namespace plumbline::cover_test
