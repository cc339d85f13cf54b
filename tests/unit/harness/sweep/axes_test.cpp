// Lists become axes, generators become lists, zipped settings walk together.
#include "harness/sweep/axes.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "harness/sweep/toml.hpp"

namespace plumbline::axes_test {
namespace {

const std::vector<FieldDoc> fields = {
    {"steps", "whole number", "1", "", "time steps"},
    {"particles", "whole number", "1", "", "particles"},
    {"eta", "number", "0", "", "noise"},
    {"kernel", "one of em, exact", "", "", "kernel"},
    {"pooled", "true or false", "false", "", "pooled"},
    {"observed", "list of whole number", "[]", "", "coordinates"},
    {"noise", "number or list of list of number", "1", "", "noise"},
    {"y", "text or list of number", "", "", "observation"},
};

Value value(const std::string& text) {
  return *parse_toml_value(text, {"a.toml", 1, 1});
}

std::string expanded(const std::string& text, bool whole = false) {
  return to_text(expand_generators("key", value(text), whole));
}

struct Swept {
  Table table;
  std::vector<Axis> axes;
};
Swept swept(const std::string& text, const std::string& folder = "") {
  Swept out{parse_toml(text, "a.toml"), {}};
  std::vector<SweptKey> keys = take_axes(out.table, fields, folder);
  out.axes = zip_axes(std::move(keys), out.table.find("zip"));
  return out;
}

std::string complaint(const std::string& text) {
  try {
    swept(text);
  } catch (const SpecError& error) {
    return error.what();
  }
  return "";
}

TEST(Generators, GiveTheListTheyStandFor) {
  EXPECT_EQ(expanded("{ lin = [0, 1, 5] }"), "[0.0, 0.25, 0.5, 0.75, 1.0]");
  EXPECT_EQ(expanded("{ range = [1, 4] }"), "[1, 2, 3]");
  EXPECT_EQ(expanded("{ range = [0, 1, 0.25] }"), "[0.0, 0.25, 0.5, 0.75]");
  EXPECT_EQ(expanded("{ range = [3, 0, -1] }"), "[3, 2, 1]");
  EXPECT_EQ(expanded("{ geom = [1, 100, 3] }"), "[1.0, 10.0, 100.0]");
  EXPECT_EQ(expanded("{ geom = [7, 9, 1] }"), "[7.0]");
  EXPECT_EQ(expanded("[5, { range = [1, 3] }, 9]"), "[5, 1, 2, 9]");
}

TEST(Generators, LeaveNoRoundingDust) {
  EXPECT_EQ(expanded("{ geom = [0.001, 1, 4] }"), "[0.001, 0.01, 0.1, 1.0]");
  EXPECT_EQ(expanded("{ lin = [0, 0.3, 4] }"), "[0.0, 0.1, 0.2, 0.3]");
  EXPECT_EQ(expanded("{ range = [0, 0.3, 0.1] }"), "[0.0, 0.1, 0.2]");
}

TEST(Generators, RoundForWholeNumberSettingsAndListNothingTwice) {
  EXPECT_EQ(expanded("{ geom = [1, 8, 10] }", true), "[1, 2, 3, 4, 5, 6, 8]");
  EXPECT_EQ(expanded("{ geom = [10, 1000, 5] }", true), "[10, 32, 100, 316, 1000]");
  EXPECT_EQ(expanded("{ lin = [10, 50, 5] }", true), "[10, 20, 30, 40, 50]");
}

TEST(Generators, LeaveOtherValuesAlone) {
  for (const char* text : {"3", "[1, 2]", "\"geom\"", "{ a = 1 }", "[]"})
    EXPECT_EQ(expanded(text), text);
}

TEST(Generators, SayWhatTheyNeed) {
  const auto refusal = [](const std::string& text) -> std::string {
    try {
      expanded(text, true);
    } catch (const SpecError& error) {
      return error.what();
    }
    return "";
  };

  EXPECT_EQ(refusal("{ geom = [1, 8] }"),
            "a.toml:1:1: key = { geom = [1, 8] }: geom takes [a, b, n]");
  EXPECT_NE(refusal("{ geom = [0, 8, 3] }").find("ends of one sign, not 0"), std::string::npos);
  EXPECT_NE(refusal("{ lin = [0, 8, 2.5] }").find("n must be a whole number"), std::string::npos);
  EXPECT_NE(refusal("{ lin = [0, 8, 1e9] }").find("in [1, 100000]"), std::string::npos);
  EXPECT_NE(refusal("{ range = [0, 8, 0] }").find("step must not be 0"), std::string::npos);
  EXPECT_NE(refusal("{ range = [0, 1e9] }").find("at most 100000"), std::string::npos);
  EXPECT_NE(refusal("{ lin = [\"a\", 8, 3] }").find("must be a finite number"), std::string::npos);
  EXPECT_NE(refusal("{ lin = [0, 1e30, 3] }").find("too large"), std::string::npos);
  EXPECT_NE(refusal("{ geom = 3 }").find("must be a list of numbers"), std::string::npos);
}

TEST(Axes, AreListsOneLevelDeeperThanTheSetting) {
  EXPECT_TRUE(is_axis(value("[1, 2]"), "whole number"));
  EXPECT_FALSE(is_axis(value("1"), "whole number"));
  EXPECT_FALSE(is_axis(value("[1, 2]"), "list of whole number"));
  EXPECT_TRUE(is_axis(value("[[1], [1, 2]]"), "list of whole number"));
  EXPECT_TRUE(is_axis(value("[1.0, 2.0]"), "number or list of list of number"));
  EXPECT_FALSE(is_axis(value("[[1.0]]"), "number or list of list of number"));
  EXPECT_TRUE(is_axis(value("[\"draw\", [1.5]]"), "text or list of number"));
  EXPECT_FALSE(is_axis(value("[1.5]"), "list of numbers, or \"draw\""));
  EXPECT_TRUE(is_axis(value("[[1.5], [2.5]]"), "list of numbers, or \"draw\""));
  EXPECT_FALSE(is_axis(value("[[1.5], [2.5]]"), "list of lists of numbers"));
  EXPECT_TRUE(is_axis(value("[true, false]"), "true or false"));
  EXPECT_FALSE(is_axis(value("[[1], [2]]"), "whole number"));  // wrong, and not an axis either
}

TEST(Axes, AreTakenInTheOrderWrittenAndLeaveTheirFirstValue) {
  const Swept s = swept(
      "kernel = [\"em\", \"exact\"]\neta = 0.5\nsteps = { geom = [10, 1000, 3] }\n"
      "observed = [0, 1]\n");

  ASSERT_EQ(s.axes.size(), 2u);
  EXPECT_EQ(s.axes[0].keys[0].name, "kernel");
  EXPECT_EQ(s.axes[1].keys[0].name, "steps");
  EXPECT_EQ(to_text({s.table}), "{ kernel = \"em\", eta = 0.5, steps = 10, observed = [0, 1] }");
  EXPECT_EQ(grid_size(s.axes), 6);
  EXPECT_EQ(to_text({at_point(s.table, s.axes, grid_indices(s.axes, 5))}),
            "{ kernel = \"exact\", eta = 0.5, steps = 1000, observed = [0, 1] }");
}

TEST(Axes, OfTheProblemAreNamedByTheirTable) {
  const Swept s = swept("eta = [0, 1.5]\n", "prior");

  EXPECT_EQ(s.axes[0].keys[0].name, "prior_eta");
  EXPECT_EQ(s.axes[0].keys[0].path, "prior.eta");
  Table problem;
  problem.set("prior", {s.table});
  EXPECT_EQ(to_text({at_point(problem, s.axes, {1})}), "{ prior = { eta = 1.5 } }");
}

TEST(Generators, AreEmptyOrRefusedWhereARangeGoesFarTheOtherWay) {
  EXPECT_EQ(expanded("{ range = [0, 1e300, -1] }"), "[]");
  EXPECT_EQ(expanded("{ range = [5, 1] }"), "[]");
  EXPECT_THROW(expanded("{ range = [-1e308, 1e308] }"), SpecError);  // b − a is infinite
  EXPECT_THROW(expanded("{ range = [0, 1e308, 1e-308] }"), SpecError);
}

TEST(Axes, CountTheLargestNumberWhereThereAreMorePoints) {
  const std::string list = " = { range = [0, 99999] }\n";
  const Swept s = swept("steps" + list + "particles" + list + "eta" + list + "noise" + list);

  EXPECT_EQ(grid_size(s.axes), std::numeric_limits<Index>::max());
}

TEST(Axes, CountRowMajor) {
  const Swept s = swept("steps = [1, 2]\nparticles = [10, 20, 30]\n");

  EXPECT_EQ(grid_indices(s.axes, 0), (std::vector<Index>{0, 0}));
  EXPECT_EQ(grid_indices(s.axes, 2), (std::vector<Index>{0, 2}));
  EXPECT_EQ(grid_indices(s.axes, 3), (std::vector<Index>{1, 0}));
  EXPECT_EQ(grid_size({}), 1);
  EXPECT_TRUE(grid_indices({}, 0).empty());
}

TEST(ZippedAxes, WalkTogetherWhereTheFirstWasWritten) {
  const Swept s = swept(
      "particles = [16, 64]\nkernel = [\"em\", \"exact\"]\nsteps = [10, 10]\n"
      "zip = [[\"particles\", \"steps\"]]\n");

  ASSERT_EQ(s.axes.size(), 2u);
  ASSERT_EQ(s.axes[0].keys.size(), 2u);
  EXPECT_EQ(grid_size(s.axes), 4);
  const Table last = at_point(s.table, s.axes, grid_indices(s.axes, 3));
  EXPECT_EQ(to_text(*last.find("particles")), "64");
  EXPECT_EQ(to_text(*last.find("steps")), "10");
  const AxisInfo info = describe_axis(s.axes[0]);
  EXPECT_EQ(info.name, "particles");
  ASSERT_EQ(info.zipped.size(), 1u);
  EXPECT_EQ(info.zipped[0].name, "steps");
}

TEST(ZippedAxes, SayWhatIsWrong) {
  const std::string two = "particles = [16, 64]\nsteps = [1, 2, 3]\neta = 1.0\n";

  EXPECT_NE(
      complaint(two + "zip = [[\"particles\", \"steps\"]]").find("as many values as particles (2)"),
      std::string::npos);
  EXPECT_NE(
      complaint(two + "zip = [[\"particles\", \"eta\"]]").find("swept here: particles, steps"),
      std::string::npos);
  EXPECT_NE(complaint(two + "zip = [[\"particles\"]]").find("at least two"), std::string::npos);
  EXPECT_NE(complaint(two + "zip = [\"particles\"]").find("zip = \"particles\": must be a list"),
            std::string::npos);
  EXPECT_NE(complaint(two + "zip = 1").find("must be a list of lists of text"), std::string::npos);
}

TEST(Axes, RefuseNoValuesAndRepeatedOnes) {
  EXPECT_EQ(complaint("steps = []"), "a.toml:1:9: steps = []: an axis needs at least one value");
  EXPECT_EQ(complaint("steps = { range = [3, 3] }"),
            "a.toml:1:9: steps = []: an axis needs at least one value");
  EXPECT_EQ(complaint("steps = [1, 2, 1]"), "a.toml:1:16: steps = 1: a value is listed once");
  EXPECT_EQ(complaint("eta = [1, 1.0]"), "a.toml:1:11: eta = 1.0: a value is listed once");
}

TEST(AxisValues, AreStoredByType) {
  const auto stored = [](const std::string& text) {
    return describe_axis(swept(text).axes.at(0)).values;
  };

  EXPECT_EQ(std::get<std::vector<std::int64_t>>(stored("steps = [1, 2]")),
            (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(std::get<std::vector<double>>(stored("eta = [0, 0.5]")), (std::vector<double>{0, 0.5}));
  EXPECT_EQ(std::get<std::vector<std::int8_t>>(stored("pooled = [true, false]")),
            (std::vector<std::int8_t>{1, 0}));
  EXPECT_EQ(std::get<std::vector<std::string>>(stored("kernel = [\"em\", \"exact\"]")),
            (std::vector<std::string>{"em", "exact"}));
  EXPECT_EQ(std::get<std::vector<std::string>>(stored("observed = [[0], [0, 1]]")),
            (std::vector<std::string>{"[0]", "[0, 1]"}));
  EXPECT_EQ(std::get<std::vector<std::string>>(stored("y = [\"draw\", [1.5]]")),
            (std::vector<std::string>{"\"draw\"", "[1.5]"}));
}

}  // namespace
}  // namespace plumbline::axes_test
