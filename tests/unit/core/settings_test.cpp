// One field list reads, refuses, documents and writes back.
#include "core/settings.hpp"

#include <gtest/gtest.h>

namespace plumbline::settings_test {
namespace {

enum class Shape { round, square };
constexpr auto names(Shape) {
  return std::array{"round", "square"};
}

struct Knobs {
  int steps = 100;
  Index draws = 1;
  Real eta = 0.5;
  bool pooled = false;
  std::string path = "a b";
  Shape shape = Shape::square;
  std::vector<int> observed = {0};
  std::vector<std::vector<Real>> a;
  std::optional<Real> time;
  std::optional<std::vector<Shape>> shapes;

  void visit(auto&& field) {
    field("steps", steps, "time steps", at_least(1));
    field("draws", draws, "draws", at_least(1));
    field("eta", eta, "noise", between(0, 1));
    field("pooled", pooled, "all of one run");
    field("path", path, "a file");
    field("shape", shape, "a choice");
    field("observed", observed, "coordinates", at_least(0));
    field("a", a, "rows", in_words("rows of two numbers"));
    field("time", time, "from process when absent", above(0));
    field("shapes", shapes, "choices");
  }
  void validate() const {
    if (pooled && steps == 1) throw SpecError("steps", "1", "must be at least 2 when pooled");
    if (observed.size() > 2) throw SpecError("observed[2]", "", "at most two");
  }
};

Value whole(std::int64_t v) {
  return {v, {"a.toml", 4, 9}};
}
Value text(const char* v) {
  return {std::string(v), {"a.toml", 4, 9}};
}

Table one(const char* key, Value value) {
  Table table;
  table.set(key, std::move(value));
  return table;
}

Knobs read(const Table& table) {
  Knobs knobs;
  read_settings(knobs, table, {"kind"});
  return knobs;
}

std::string complaint(const Table& table) {
  try {
    read(table);
  } catch (const SpecError& error) {
    return error.what();
  }
  return "";
}

TEST(Settings, KeepDefaultsAndTakeWhatIsWritten) {
  Table table = one("steps", whole(7));
  table.set("kind", text("knobs"));
  table.set("draws", whole(std::int64_t{1} << 40));
  table.set("eta", whole(1));
  table.set("shape", text("round"));
  table.set("a", {Array{{Array{{1.0}, whole(2)}}, {Array{}}}});
  table.set("time", {0.25});
  table.set("shapes", {Array{text("round"), text("square")}});

  const Knobs knobs = read(table);

  EXPECT_EQ(knobs.steps, 7);
  EXPECT_EQ(knobs.draws, Index{1} << 40);
  EXPECT_EQ(knobs.eta, 1.0);
  EXPECT_FALSE(knobs.pooled);
  EXPECT_EQ(knobs.shape, Shape::round);
  EXPECT_EQ(knobs.a, (std::vector<std::vector<Real>>{{1, 2}, {}}));
  EXPECT_EQ(knobs.time, 0.25);
  EXPECT_EQ(knobs.shapes, (std::vector{Shape::round, Shape::square}));
  EXPECT_EQ(knobs.observed, std::vector<int>{0});
}

TEST(Settings, SayWhatIsAllowedForEveryWrongValue) {
  const Array mixed = {whole(1), text("x")};
  const struct {
    Table table;
    std::string message;
  } cases[] = {
      {one("steps", whole(0)), "a.toml:4:9: steps = 0: must be a whole number ≥ 1"},
      {one("steps", {100.0}), "steps = 100.0: must be a whole number ≥ 1, not a number"},
      {one("steps", whole(std::int64_t{1} << 40)), "must be a whole number ≤ 2147483647"},
      {one("steps", {true}), "steps = true: must be a whole number ≥ 1, not true or false"},
      {one("eta", {1.5}), "eta = 1.5: must be a finite number in [0, 1]"},
      {one("eta", {std::nan("")}), "eta = nan: must be a finite number in [0, 1]"},
      {one("eta", text("x")), "eta = \"x\": must be a finite number in [0, 1], not text"},
      {one("time", whole(0)), "time = 0: must be a finite number > 0"},
      {one("pooled", whole(1)), "pooled = 1: must be true or false, not a whole number"},
      {one("path", {true}), "path = true: must be text, not true or false"},
      {one("shape", text("rond")), "'rond' is not one of round, square; did you mean 'round'?"},
      {one("shape", whole(1)), "must be one of round, square, not a whole number"},
      {one("observed", whole(1)), "must be a list of whole numbers, not a whole number"},
      {one("observed", {Array{whole(0), whole(-1)}}),
       "observed[1] = -1: must be a whole number ≥ 0"},
      {one("a", {Array{whole(0)}}), "a[0] = 0: must be a list of numbers, not a whole number"},
      {one("shapes", whole(0)), "must be a list of names (one of round, square), not"},
      {one("a", {Array{{mixed}}}), "a[0][1] = \"x\": must be a finite number, not text"},
      {one("step", whole(1)), "a.toml:4:9: step = 1: unknown key: 'step' is not one of steps,"},
      {one("step", whole(1)), "did you mean 'steps'?"},
  };
  for (const auto& c : cases)
    EXPECT_NE(complaint(c.table).find(c.message), std::string::npos)
        << "got:  " << complaint(c.table) << "\nwant: " << c.message;
}

TEST(Settings, LocateWhatValidationOfSeveralFieldsFinds) {
  Table table = one("steps", whole(1));
  table.set("pooled", {true});

  EXPECT_EQ(complaint(table), "a.toml:4:9: steps = 1: must be at least 2 when pooled");
  // at the entry, and at the list where the entry has no place of its own
  EXPECT_EQ(complaint(one("observed", {Array{whole(0), whole(1), whole(2)}, {"b.toml", 2, 3}})),
            "a.toml:4:9: observed[2]: at most two");
  EXPECT_EQ(
      complaint(one("observed", {Array{{std::int64_t{0}}, {std::int64_t{1}}, {std::int64_t{2}}},
                                 {"b.toml", 2, 3}})),
      "b.toml:2:3: observed[2]: at most two");
}

/// Keys are what somebody typed: brackets in them are not always indices.
TEST(Settings, LocateKeysOfEveryShape) {
  const Array row = {{1.0, {"a.toml", 4, 20}}};
  Table table = one("a", {Array{{row, {"a.toml", 4, 12}}}, {"a.toml", 4, 9}});
  table.set("a[x]", {1.0, {"a.toml", 5, 1}});
  const auto column = [&](const char* key) {
    return settings::located(SpecError(key, "", "wrong"), table).where().column;
  };

  EXPECT_EQ(column("a[0][0]"), 20);
  EXPECT_EQ(column("a[0][1]"), 12);
  EXPECT_EQ(column("a[1]"), 9);
  EXPECT_EQ(column("a[x]"), 1);
  for (const char* key : {"a[", "a[]", "a[y]", "a[-1]", "a[99999999999999999999]", "a[0", "a.b[0]"})
    EXPECT_GE(column(key), 9) << key;
  EXPECT_EQ(column("b[0]"), 0);
}

TEST(Settings, AreDocumentedFromTheSameList) {
  const auto docs = describe_settings<Knobs>();

  ASSERT_EQ(docs.size(), 10u);
  EXPECT_EQ(docs[0].type, "whole number");
  EXPECT_EQ(docs[0].default_value, "100");
  EXPECT_EQ(docs[0].allowed, "≥ 1");
  EXPECT_EQ(docs[2].allowed, "in [0, 1]");
  EXPECT_EQ(docs[3].type, "true or false");
  EXPECT_EQ(docs[5].type, "one of round, square");
  EXPECT_EQ(docs[5].default_value, "\"square\"");
  EXPECT_EQ(docs[6].type, "list of whole numbers");
  EXPECT_EQ(docs[7].type, "list of lists of numbers");
  EXPECT_EQ(docs[7].allowed, "rows of two numbers");
  EXPECT_EQ(docs[8].type, "number");
  EXPECT_EQ(docs[8].default_value, "");
  EXPECT_EQ(docs[9].type, "list of names (one of round, square)");
}

/// What is filled in where nothing is set.
struct Filled {
  std::optional<int> first, second;
  std::optional<Real> third;

  void visit(auto&& field) {
    field("first", first, "1, or 2 with second");
    field("second", second, "none");
    field("third", third, "twice the first");
  }
  void validate() {
    first = first.value_or(second ? 2 : 1);
    third = third.value_or(2 * *first);
  }
};

TEST(Settings, DocumentTheDefaultsThatValidationFillsInWhereNothingIsSet) {
  const auto docs = describe_settings<Filled>();

  EXPECT_EQ(docs[0].default_value, "1");
  EXPECT_EQ(docs[1].default_value, "");
  EXPECT_EQ(docs[2].default_value, "2.0");
}

TEST(Settings, WrittenAndReadAgainAreTheSame) {
  Table table = one("steps", whole(7));
  table.set("a", {Array{{Array{{1.0}, {2.5}}}}});

  const Table written = write_settings(read(table));

  EXPECT_TRUE(same({written}, {write_settings(read(written))}));
  EXPECT_EQ(to_text(*written.find("a")), "[[1.0, 2.5]]");
  EXPECT_EQ(written.find("time"), nullptr);
  EXPECT_EQ(written.members.size(), 8u);
}

TEST(SettingRange, TellsOpenFromClosedEnds) {
  EXPECT_EQ(between(0, 1).text(), "in [0, 1]");
  EXPECT_EQ((Range{.low = 0, .high = 1, .open_low = true}.text()), "in (0, 1]");
  EXPECT_EQ((Range{.high = 1, .open_high = true}.text()), "< 1");
  EXPECT_EQ(above(0.5).text(), "> 0.5");
  EXPECT_EQ(Range{}.text(), "");
  EXPECT_FALSE(above(0).holds(0));
  EXPECT_TRUE(at_least(0).holds(0));
  EXPECT_FALSE(Range{}.holds(std::nan("")));
}

}  // namespace
}  // namespace plumbline::settings_test
