// Tables and their TOML text.
#include "core/value.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

namespace plumbline::value_test {
namespace {

TEST(ValueText, MarksFloatsSoThatTheyReadBackAsFloats) {
  EXPECT_EQ(to_text({1.0}), "1.0");
  EXPECT_EQ(to_text({std::int64_t{1}}), "1");
  EXPECT_EQ(to_text({1e300}), "1e+300");
  EXPECT_EQ(to_text({-0.0}), "-0.0");
  EXPECT_EQ(to_text({infinity}), "inf");
  EXPECT_EQ(to_text({-nan}), "nan");
}

TEST(ValueText, IsShortestAndReadsBackToTheSameBits) {
  EXPECT_EQ(to_text({0.1}), "0.1");
  for (const double v : {1.0 / 3, 5e-324, 1.7976931348623157e308, 0.1 + 0.2})
    EXPECT_EQ(std::strtod(to_text({v}).c_str(), nullptr), v);
}

TEST(ValueText, EscapesStringsAndKeys) {
  Table table;
  table.set("plain-key_1", {std::string("a\"b\\c\n\x01")});
  table.set("a.b", {true});

  EXPECT_EQ(to_text({table}), R"({ plain-key_1 = "a\"b\\c\n\u0001", "a.b" = true })");
  EXPECT_EQ(to_text({Table{}}), "{}");
}

TEST(ValueText, CutsOnlyLongLists) {
  Array numbers;
  for (std::int64_t i = 0; i < 100; ++i) numbers.push_back({i});

  EXPECT_EQ(to_text({numbers}, 10), "[0, 1, 2, …]");
  EXPECT_EQ(to_text({Array{{std::int64_t{7}}}}, 10), "[7]");
  EXPECT_EQ(to_text({numbers}).find("…"), std::string::npos);
}

TEST(ValueTable, KeepsTheOrderWrittenAndReplacesInPlace) {
  Table table;
  table.set("b", {std::int64_t{1}});
  table.set("a", {std::int64_t{2}});
  table.set("b", {std::int64_t{3}});

  EXPECT_EQ(to_text({table}), "{ b = 3, a = 2 }");
  EXPECT_TRUE(table.erase("b"));
  EXPECT_FALSE(table.erase("b"));
  EXPECT_EQ(table.find("b"), nullptr);
  ASSERT_NE(table.find("a"), nullptr);
}

TEST(ValueSameness, IgnoresPlacesAndKeyOrderButNotTypesOrListOrder) {
  Table ab, ba;
  ab.set("a", {std::int64_t{1}, {"x.toml", 1, 1}});
  ab.set("b", {2.0});
  ba.set("b", {2.0});
  ba.set("a", {std::int64_t{1}});

  EXPECT_TRUE(same({ab}, {ba}));
  EXPECT_FALSE(same({std::int64_t{1}}, {1.0}));
  EXPECT_FALSE(same({true}, {std::int64_t{1}}));
  EXPECT_FALSE(same({Array{{1.0}, {2.0}}}, {Array{{2.0}, {1.0}}}));
  EXPECT_FALSE(same({Array{{1.0}}}, {Array{{1.0}, {2.0}}}));
  EXPECT_TRUE(same({std::nan("")}, {-std::nan("")}));
  ba.set("c", {false});
  EXPECT_FALSE(same({ab}, {ba}));
}

TEST(ValueType, IsNamedAsAMessageSaysIt) {
  EXPECT_EQ(type_name({true}), "true or false");
  EXPECT_EQ(type_name({std::int64_t{1}}), "a whole number");
  EXPECT_EQ(type_name({1.5}), "a number");
  EXPECT_EQ(type_name({std::string("x")}), "text");
  EXPECT_EQ(type_name({Array{}}), "a list");
  EXPECT_EQ(type_name({Table{}}), "a table");
}

}  // namespace
}  // namespace plumbline::value_test
