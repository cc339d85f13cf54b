// TOML keeps its order, its types and its places.
#include "harness/sweep/toml.hpp"

#include <gtest/gtest.h>

namespace plumbline::toml_test {
namespace {

TEST(Toml, KeepsKeysInTheOrderWritten) {
  const Table table = parse_toml("z = 1\na = 2\n[m]\ny = 1\nb.c = 2\nb.a = 3\n", "a.toml");

  EXPECT_EQ(to_text({table}), "{ z = 1, a = 2, m = { y = 1, b = { c = 2, a = 3 } } }");
}

TEST(Toml, KnowsWhereEveryValueWasWritten) {
  const Table table = parse_toml("a = [1,\n  { b = 2.5 }]\n[t]\nx.y = 'v'\n", "a.toml");

  const Array& a = *table.find("a")->get_if<Array>();
  EXPECT_EQ(a[0].at.line, 1);
  EXPECT_EQ(a[0].at.column, 6);
  EXPECT_EQ(a[1].get_if<Table>()->find("b")->at.line, 2);
  EXPECT_EQ(a[1].get_if<Table>()->find("b")->at.column, 9);
  const Value& t = *table.find("t");
  EXPECT_EQ(t.at.line, 3);
  const Value& x = *t.get_if<Table>()->find("x");  // made by a dotted key
  EXPECT_EQ(x.at.line, 4);
  EXPECT_EQ(x.get_if<Table>()->find("y")->at.column, 7);
  EXPECT_EQ(x.at.file, "a.toml");
}

TEST(Toml, TellsWholeNumbersFromNumbers) {
  const Table table = parse_toml("a = 1\nb = 1.0\nc = 1e3\nd = 0x10\ne = inf\n", "a.toml");

  EXPECT_EQ(to_text({table}), "{ a = 1, b = 1.0, c = 1000.0, d = 16, e = inf }");
}

std::string complaint(const std::string& text) {
  try {
    parse_toml(text, "a.toml");
  } catch (const SpecError& error) {
    return error.what();
  }
  return "";
}

TEST(Toml, PointsAtWhatIsNotToml) {
  EXPECT_TRUE(complaint("a = 1\nb = = 2\n").starts_with("a.toml:2:5: not valid TOML: "));
  EXPECT_TRUE(complaint("a = 1\na = 2\n").starts_with("a.toml:2:"));
  EXPECT_TRUE(complaint("a = [1, 2\n").starts_with("a.toml:"));
  EXPECT_TRUE(complaint("a = 1\n[= b]\n").starts_with("a.toml:2:2: not valid TOML: "));
  EXPECT_TRUE(complaint("a = [}\n").starts_with("a.toml:1:6: not valid TOML: "));
  EXPECT_TRUE(complaint("a = \"\xff\"\n").starts_with("a.toml:1:"));
}

// toml++ 3.3 calls some of these letters impossible where it looks for the end of a value.
TEST(Toml, HasLettersBeyondAsciiInStringsAndCommentsOnly) {
  EXPECT_TRUE(complaint("a = 1\nσ = 2\n").starts_with("a.toml:2:1: not valid TOML: "));
  EXPECT_TRUE(complaint("é = 'é' # é\n").starts_with("a.toml:1:1: not valid TOML: "));
  EXPECT_TRUE(complaint("a = 'é' ϖ\n").starts_with("a.toml:1:9: not valid TOML: "));
  for (const char* value : {"1é", "1\"ï", "-'ï'", ".\"ï\"", "truï", "0xï", "1979-05-27ï", "[1, 2ï]",
                            "{ b = 1\u00a0}", "\u3000", "1\u2028"})
    EXPECT_TRUE(complaint(std::string("a = ") + value + "\n").starts_with("a.toml:1:")) << value;
  EXPECT_EQ(complaint("\xEF\xBB\xBF"
                      "a = 'é\\' # ÿ\nb = \"\\\"σ\" # it's\nc = 1\n"),
            "");
  EXPECT_EQ(complaint("a = \"\"\"σ\n\"σ\"\"\"\nb = '''\nσ'σ'''\n"), "");
  EXPECT_FALSE(parse_toml_value("σ", {"command line", 0, 0}));
  EXPECT_FALSE(parse_toml_value("1\"ï", {"command line", 0, 0}));
  EXPECT_EQ(to_text(*parse_toml_value("'σ'", {"command line", 0, 0})), "\"σ\"");
}

TEST(Toml, RefusesDatesAndTimes) {
  EXPECT_EQ(complaint("a = 1\nb = [2024-05-01]\n"),
            "a.toml:2:6: dates and times are not settings: write a number or quoted text");
}

TEST(TomlValue, ReadsOneValueOrNothing) {
  const Location here = {"command line", 0, 0};

  EXPECT_EQ(to_text(*parse_toml_value("[1.5, 2]", here)), "[1.5, 2]");
  EXPECT_EQ(parse_toml_value("[1.5]", here)->get_if<Array>()->front().at.file, "command line");
  EXPECT_EQ(parse_toml_value("[1.5]", here)->get_if<Array>()->front().at.line, 0);
  EXPECT_FALSE(parse_toml_value("plain text", here));
  EXPECT_FALSE(parse_toml_value("1, 2", here));
  EXPECT_FALSE(parse_toml_value("1\nother = 2", here));
}

}  // namespace
}  // namespace plumbline::toml_test
