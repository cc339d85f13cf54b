// The whole table of metrics/README §11: compared, and with PLUMBLINE_WRITE_SEES=1 written first.
#include <cstdlib>

#include "contract/sees.hpp"

namespace plumbline::test::sees_table {
namespace {

using namespace sees;

void write_table() {
  std::string text = read_page();
  const std::size_t first = text.find(before), last = text.find(after);
  ASSERT_TRUE(first != std::string::npos && last != std::string::npos) << page;
  text.replace(first, last - first, fmt::format("{}\n{}\n", before, written_table()));
  std::ofstream(fmt::format("{}/{}", PLUMBLINE_SOURCE_DIR, page)) << text;
}

TEST(MetricContract, AllSeeWhatTheirTableSays) {
  if (std::getenv("PLUMBLINE_WRITE_SEES")) write_table();
  compare(true);
}

}  // namespace
}  // namespace plumbline::test::sees_table
