// Numbers as people write them.
#include "core/text/numbers.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace plumbline::numbers_test {
namespace {

TEST(ParseNumber, ReadsEverySpelling) {
  EXPECT_EQ(parse_number("2"), 2);
  EXPECT_EQ(parse_number("+1"), 1);
  EXPECT_EQ(parse_number(".5"), 0.5);
  EXPECT_EQ(parse_number("-.5"), -0.5);
  EXPECT_EQ(parse_number("1."), 1);
  EXPECT_EQ(parse_number("1.e2"), 100);
  EXPECT_EQ(parse_number("007"), 7);
  EXPECT_EQ(parse_number("-3E-4"), -3e-4);
  EXPECT_EQ(parse_number("0.1"), 0.1);
  EXPECT_TRUE(std::signbit(*parse_number("-0")));
  EXPECT_TRUE(std::isnan(*parse_number("NaN")));
  EXPECT_EQ(parse_number("-Infinity"), -std::numeric_limits<Real>::infinity());
}

TEST(ParseNumber, RoundsWhatNoDoubleHolds) {
  const Real infinity = std::numeric_limits<Real>::infinity();

  EXPECT_EQ(parse_number("1e400"), infinity);
  EXPECT_EQ(parse_number("-1e400"), -infinity);
  EXPECT_EQ(parse_number("1e-400"), 0);
  EXPECT_EQ(parse_number("1e-310"), 1e-310);
}

TEST(ParseNumber, TakesNothingElse) {
  for (const char* text :
       {"",   "+",    "-",     ".",   "e5",    "1e",     "1e+",      "--1", "+-1", "- 1", " 1",
        "1 ", "0x10", "1_000", "1,5", "1.2.3", "nan(1)", "infinite", "1f",  "1d3", "١"})
    EXPECT_FALSE(parse_number(text)) << text;
}

TEST(FixedText, HasSixDigitsAtMost) {
  EXPECT_EQ(fixed_text(18.937, 2), "18.94");
  EXPECT_EQ(fixed_text(-0.004, 2), "-0.00");
  EXPECT_EQ(fixed_text(9999.004, 2), "9999.00");
  EXPECT_EQ(fixed_text(123456.78, 2), "123457");
  EXPECT_EQ(fixed_text(1.5e290, 2), "1.5e+290");
  EXPECT_EQ(fixed_text(std::numeric_limits<Real>::infinity(), 2), "inf");
}

}  // namespace
}  // namespace plumbline::numbers_test
