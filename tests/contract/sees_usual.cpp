// A sweep without [metrics] is measured by metrics that together see everything; the other entries
// of the table are compared by the deep program metric_sees.
#include "contract/sees.hpp"

namespace plumbline::test::sees_test {
namespace {

using namespace sees;

TEST(MetricContract, TheUsualOnesSeeWhatTheirTableSays) {
  compare(false);
}

/// Every aspect is seen by one of the usual metrics at its tolerance.
TEST(MetricContract, TheUsualOnesCoverEveryAspect) {
  const auto rows = table_of_page();
  std::size_t column = 0;
  for (const ErrorSizes& sizes : error_sizes(problem())) {
    Real best = infinity;
    for (const MetricEntry& entry : metric_catalogue())
      if (entry.usual && rows.contains(entry.name) && rows.at(entry.name).at(column) != "–")
        best = std::min(best, std::stod(rows.at(entry.name).at(column)));
    EXPECT_LE(best, sizes.tolerance) << name_of(sizes.aspect);
    ++column;
  }
}

}  // namespace
}  // namespace plumbline::test::sees_test
