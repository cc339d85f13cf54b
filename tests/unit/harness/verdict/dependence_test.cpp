// Ranks that do not depend on y are uniform for the prior too: nothing is consistent by them alone.
#include <gtest/gtest.h>

#include "harness/verdict/claim.hpp"
#include "harness/verdict/metric_samples.hpp"
#include "metrics/metric.hpp"

namespace plumbline::dependence_test {
namespace {

constexpr std::int64_t replicates = 400;

/// As uniform as numbers can be.
std::vector<double> flat() {
  std::vector<double> ranks;
  for (std::int64_t r = 0; r < replicates; ++r)
    ranks.push_back((static_cast<double>(r) + 0.5) / static_cast<double>(replicates));
  return ranks;
}

MetricInfo rank(const std::string& name, std::optional<bool> depends_on_y,
                const std::string& settings = "") {
  return {name, "", "1", Better::zero, false, Law::uniform, settings, depends_on_y};
}

/// One cell of a sampler that claims nothing, every metric as uniform as can be.
Results file(const std::vector<MetricInfo>& metrics) {
  Results results;
  results.layout.draws = 100;
  results.layout.replicates = replicates;
  results.layout.metrics = metrics;
  results.layout.samplers = {{"prior", "prior", "nothing", "", "", {}, {}}};
  CellRecord cell{"prior", 0, {}, "h", {}, {}, {}, {}};
  for (const MetricInfo& info : metrics) cell.metrics.push_back({info.name, flat(), {}});
  cell.status.assign(replicates, Status::ok);
  cell.message.assign(replicates, "");
  cell.claim = "nothing";
  results.cells = {cell};
  return results;
}

ClaimVerdict judged(const std::vector<MetricInfo>& metrics) {
  return judge_file(file(metrics), {}).claims.front();
}

TEST(DependenceOnY, IsNeededForConsistency) {
  const ClaimVerdict blind = judged({rank("a", false), rank("b", false)});
  EXPECT_EQ(blind.finding, Finding::unresolved);
  EXPECT_TRUE(blind.verdict.blind_to_y());
  EXPECT_EQ(blind.verdict.further_draws, -1);
  EXPECT_NE(blind.note.find("draws of the prior would pass"), std::string::npos) << blind.note;
  for (const std::string& name : ranks_that_depend_on_y())
    EXPECT_NE(blind.note.find(name), std::string::npos) << blind.note;

  EXPECT_EQ(judged({rank("a", false), rank("b", true)}).finding, Finding::consistent);
}

TEST(DependenceOnY, IsNotNeededToBeInconsistent) {
  Results results = file({rank("a", false)});
  for (double& r : results.cells[0].metrics[0].value) r *= r;

  EXPECT_EQ(judge_file(results, {}).claims.front().finding, Finding::inconsistent);
}

TEST(DependenceOnY, OfAMetricWithANullIsThatOfThePosterior) {
  MetricSample null{{"gap", "", "1", Better::lower, true, Law::floor}, {}, {}};
  for (int r = 0; r < 200; ++r) {
    null.values.push_back(static_cast<double>(r * 37 % 200));
    null.null.push_back(static_cast<double>(r * 73 % 200) + 0.5);
  }
  MetricSample blind{rank("a", false), flat(), {}};
  blind.depends_on_y = false;

  EXPECT_EQ(judge_cell({null, blind}, {}, 10).finding, Finding::consistent);
  EXPECT_EQ(judge_cell({blind}, {}, 10).finding, Finding::unresolved);
}

/// The settings of `points`, or of nothing, as files keep them.
std::string settings_text(const char* metric, const char* points = nullptr) {
  Table table;
  if (points) table.set("points", {std::string(points)});
  return to_text({find_metric(metric).resolved(table)});
}

// Files of before do not say it. Their expected_coverage had points of the prior, and no setting.
TEST(DependenceOnY, OfFilesThatDoNotSayIsThatOfThisVersionsSameSettings) {
  const auto finding = [](const char* name, const std::string& settings) {
    return judged({rank(name, {}, settings)}).finding;
  };
  for (const std::string& none : {std::string(), to_text({Table{}})}) {
    EXPECT_EQ(finding("rank_log_likelihood", none), Finding::consistent);
    EXPECT_EQ(finding("rank_log_density", none), Finding::unresolved);
    EXPECT_EQ(finding("expected_coverage", none), Finding::unresolved);
    EXPECT_EQ(finding("somebody_elses_rank", none), Finding::unresolved);
  }
  EXPECT_EQ(finding("rank_coordinate", settings_text("rank_coordinate")), Finding::unresolved);
  EXPECT_EQ(finding("expected_coverage", settings_text("expected_coverage", "prior")),
            Finding::unresolved);
  EXPECT_EQ(finding("expected_coverage", settings_text("expected_coverage")), Finding::consistent);
}

}  // namespace
}  // namespace plumbline::dependence_test
