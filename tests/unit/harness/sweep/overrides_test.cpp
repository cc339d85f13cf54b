// KEY=VALUE and [quick]: what they mean and where they lead.
#include "harness/sweep/overrides.hpp"

#include <gtest/gtest.h>

#include "harness/sweep/toml.hpp"

namespace plumbline::overrides_test {
namespace {

const char* const sweep = R"(
replicates = 32
[problem]
prior = { kind = "grid", dim = 2 }
[[sampler]]
kind = "smc"
label = "a.b"
steps = 1
[[sampler]]
kind = "smc"
label = "other"
[[sampler]]
kind = "replacement"
[metrics]
use = ["m"]
)";

Value parsed(const std::string& text) {
  return parse_override("key=" + text).value;
}

std::string changed(const std::string& text) {
  Table root = parse_toml(sweep, "a.toml");
  apply(parse_override(text), root);
  return to_text({root});
}

std::string complaint(const std::string& text) {
  try {
    changed(text);
  } catch (const SpecError& error) {
    return error.what();
  }
  return "";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(OverrideValue, IsTomlElseText) {
  EXPECT_EQ(to_text(parsed("16")), "16");
  EXPECT_EQ(to_text(parsed("1e-3")), "0.001");
  EXPECT_EQ(to_text(parsed("true")), "true");
  EXPECT_EQ(to_text(parsed("forward")), "\"forward\"");
  EXPECT_EQ(to_text(parsed("\"a,b\"")), "\"a,b\"");
  EXPECT_EQ(to_text(parsed("[1.5, 2]")), "[1.5, 2]");
  EXPECT_EQ(to_text(parsed("{ kind = \"grid\", dim = 2 }")), "{ kind = \"grid\", dim = 2 }");
  EXPECT_EQ(to_text(parsed("a=b")), "\"a=b\"");
}

TEST(OverrideValue, IsANumberHoweverItIsSpelled) {
  EXPECT_EQ(to_text(parsed(".5")), "0.5");
  EXPECT_EQ(to_text(parsed("1.")), "1.0");
  EXPECT_EQ(to_text(parsed("+1")), "1");
  EXPECT_EQ(to_text(parsed("-.5e1")), "-5.0");
  EXPECT_EQ(to_text(parsed("2.e-1,.1")), "[0.2, 0.1]");
  EXPECT_EQ(to_text(parsed("[.5, [1., 2]]")), "[0.5, [1.0, 2]]");
  EXPECT_EQ(to_text(parsed("geom(.5,8.,5)")), "{ geom = [0.5, 8.0, 5] }");
  EXPECT_EQ(to_text(parsed("{ kind = \"ou\", horizon = .5 }")), "{ kind = \"ou\", horizon = 0.5 }");
  EXPECT_EQ(to_text(parsed("\".5\"")), "\".5\"");
  EXPECT_EQ(to_text(parsed("'a .5 b'")), "\"a .5 b\"");
  EXPECT_EQ(to_text(parsed("..5")), "\"..5\"");
  EXPECT_EQ(to_text(parsed("./5.h5")), "\"./5.h5\"");
  EXPECT_EQ(to_text(parsed("1.e")), "\"1.e\"");
}

TEST(OverrideValue, IsAListAtCommasOutsideBrackets) {
  EXPECT_EQ(to_text(parsed("16, 64")), "[16, 64]");
  EXPECT_EQ(to_text(parsed("em,exact")), "[\"em\", \"exact\"]");
  EXPECT_EQ(to_text(parsed("[0],[0,1]")), "[[0], [0, 1]]");
  EXPECT_EQ(to_text(parsed("geom(10, 1000, 5)")), "{ geom = [10, 1000, 5] }");
  EXPECT_EQ(to_text(parsed("range(1,4),lin(0,1,3),7")),
            "[{ range = [1, 4] }, { lin = [0, 1, 3] }, 7]");
  EXPECT_EQ(parsed("16,64").get_if<Array>()->front().at.file, "command line");
}

TEST(OverrideText, MustBeKeyEqualsValue) {
  EXPECT_TRUE(has(complaint("replicates"), "command line: replicates: must be KEY=VALUE"));
  EXPECT_TRUE(has(complaint("=3"), "must be KEY=VALUE"));
  EXPECT_TRUE(has(complaint("replicates="), "replicates: needs a value"));
  EXPECT_TRUE(has(complaint("sampler.other.steps=1,,2"), "has an empty entry"));
}

TEST(OverridePath, ReplacesAndAdds) {
  EXPECT_TRUE(has(changed("replicates=4"), "replicates = 4"));
  EXPECT_TRUE(has(changed("seed=7"), "seed = 7"));
  EXPECT_TRUE(has(changed("problem.prior.dim=2,8"), "dim = [2, 8]"));
  EXPECT_TRUE(has(changed("metrics.use=x,y"), "use = [\"x\", \"y\"]"));
  EXPECT_TRUE(has(changed("metrics.m.projections=7"), "m = { projections = 7 }"));
}

TEST(OverridePath, FindsSamplersByLabelFirstThenEveryOneOfAKind) {
  EXPECT_TRUE(has(changed("sampler.a.b.steps=5"), "label = \"a.b\", steps = 5"));
  EXPECT_FALSE(has(changed("sampler.a.b.steps=5"), "label = \"other\", steps"));
  EXPECT_TRUE(has(changed("sampler.smc.steps=5"), "label = \"a.b\", steps = 5"));
  EXPECT_TRUE(has(changed("sampler.smc.steps=5"), "label = \"other\", steps = 5"));
  EXPECT_TRUE(has(changed("sampler.replacement.context=fixed"),
                  "kind = \"replacement\", context = \"fixed\""));
}

TEST(OverridePath, SaysWhereItLeadsNowhere) {
  EXPECT_TRUE(
      has(complaint("sampler.replacment.steps=1"),
          "command line: sampler.replacment.steps = 1: no such sampler: 'replacment' is not"));
  EXPECT_TRUE(has(complaint("sampler.replacment.steps=1"), "did you mean 'replacement'?"));
  EXPECT_TRUE(has(complaint("sampler.other=1"), "name the setting too: sampler.other.SETTING"));
  EXPECT_TRUE(has(complaint("problem.priro.dim=1"), "did you mean 'prior'?"));
  EXPECT_TRUE(has(complaint("replicates.x=1"), "is a whole number, not a table"));
}

TEST(OverridePath, LeavesTheTableWholeWhenItFails) {
  Table root = parse_toml(sweep, "a.toml");
  const std::string before = to_text({root});

  EXPECT_THROW(apply(parse_override("problem.priro.dim=1"), root), SpecError);
  EXPECT_EQ(to_text({root}), before);
}

TEST(QuickTable, ReadsQuotedPathsAndNestedTablesAlike) {
  const Table quick = parse_toml(
      "replicates = 4\n\"sampler.smc.steps\" = [1, 2]\nsampler.smc.particles = { geom = [1, 4, 3] "
      "}\n",
      "a.toml");

  const auto changes = quick_overrides(quick);

  ASSERT_EQ(changes.size(), 3u);
  EXPECT_EQ(changes[1].path, "sampler.smc.steps");
  EXPECT_EQ(changes[2].path, "sampler.smc.particles");
  EXPECT_EQ(to_text(changes[2].value), "{ geom = [1, 4, 3] }");
}

}  // namespace
}  // namespace plumbline::overrides_test
