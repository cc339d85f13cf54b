// What --json prints: valid, in the order given, numbers that read back to the same bits.
#include "cli/json.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <limits>

namespace plumbline::cli::json_test {
namespace {

TEST(Json, KeepsTheOrderOfKeys) {
  EXPECT_EQ(to_json(object({{"z", {true}}, {"a", {std::int64_t{3}}}, {"m", {std::string("µ")}}})),
            "{\n  \"z\": true,\n  \"a\": 3,\n  \"m\": \"µ\"\n}");
}

TEST(Json, NumbersReadBackToTheSameBits) {
  for (const double v :
       {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, 123456789012345680.0, -0.0}) {
    const std::string text = to_json({v});
    EXPECT_EQ(std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr)),
              std::bit_cast<std::uint64_t>(v))
        << text;
  }
  EXPECT_EQ(to_json({std::numeric_limits<std::int64_t>::min()}), "-9223372036854775808");
}

TEST(Json, HasNoNumberThatJsonLacks) {
  EXPECT_EQ(to_json({std::numeric_limits<double>::quiet_NaN()}), "null");
  EXPECT_EQ(to_json({-std::numeric_limits<double>::infinity()}), "null");
}

TEST(Json, IsUtf8WhateverAPathHolds) {
  EXPECT_EQ(to_json({std::string("a\"b\\\n\x01")}), R"("a\"b\\\n\u0001")");
  EXPECT_EQ(to_json({std::string("x\xff.h5")}), "\"x\uFFFD.h5\"");
}

}  // namespace
}  // namespace plumbline::cli::json_test
