// Observations from tables: what is read, what is drawn, and that every mistake names its key.
#include <gtest/gtest.h>

#include <cmath>

#include "problem/observations/entry.hpp"
#include "problem/problem.hpp"
#include "unit/diffusion/support.hpp"
#include "unit/mixture/support.hpp"

namespace plumbline::observation_test {
namespace {

using testing_mixture::random_mixture;

Value list(std::vector<Real> numbers) {
  Array out;
  for (const Real v : numbers) out.push_back(Value{v});
  return Value{std::move(out)};
}
Value whole(std::vector<std::int64_t> numbers) {
  Array out;
  for (const auto v : numbers) out.push_back(Value{v});
  return Value{std::move(out)};
}
Value rows(std::vector<Value> values) {
  return Value{Array(values.begin(), values.end())};
}
Value word(const char* v) {
  return Value{std::string(v)};
}
Table table(const char* kind, std::vector<Member> members) {
  Table out;
  out.set("kind", word(kind));
  for (auto& member : members) out.members.push_back(member);
  return out;
}

GaussianMixture prior() {
  return random_mixture({CovarianceKind::full, 3, 3}, 1);
}

ObservationPtr make(const Table& t, std::uint64_t seed = 0) {
  return make_observation(t, prior(), Rng::from_seed(seed)).observation;
}
LinearForm linear_form(const Table& t, std::uint64_t seed = 0) {
  return make(t, seed)->linear_form(3).value();
}
std::vector<double> array(const Observation& observation, const std::string& name) {
  for (const NamedArray& array : observation.arrays(prior()))
    if (array.name == name) return std::get<std::vector<double>>(array.values);
  return {};
}

/// The key that the error about this table names.
std::string culprit(const Table& t) {
  try {
    make(t);
  } catch (const SpecError& error) {
    EXPECT_FALSE(error.allowed().empty());
    return error.key();
  }
  return "none";
}

const Value y1 = list({0.5});

TEST(Observation, ReadsEveryKind) {
  const ObservationPtr inpainting =
      make(table("inpainting", {{"observed", whole({2, 0})}, {"y", list({1, -1})}}));
  const Problem seen(Exec(), prior(), testing_diffusion::make_process("ou"), inpainting);
  EXPECT_EQ(seen.observed(), (std::vector<int>{2, 0}));
  EXPECT_EQ(seen.observed_values()[1], -1);

  const LinearForm linear =
      linear_form(table("linear", {{"A", rows({list({1, 0, 2}), list({0, 1, 0})})},
                                   {"noise", Value{0.5}},
                                   {"y", list({3, 4})}}));
  EXPECT_EQ(linear.a(0, 2), 2);
  EXPECT_EQ(linear.noise(1, 1), 0.25);
  EXPECT_EQ(linear.noise(0, 1), 0);

  const ObservationPtr label =
      make(table("class", {{"label", Value{std::int64_t{1}}},
                           {"classes", rows({whole({0, 2}), whole({1})})}}));
  EXPECT_EQ(label->numbers()[0], 1);
  EXPECT_EQ(label->tempering()->power, 1);
  EXPECT_EQ(label->tempering()->members, std::vector<int>{1});

  const ObservationPtr event = make(table(
      "event",
      {{"coordinate", Value{std::int64_t{2}}}, {"threshold", Value{7.0}}, {"width", Value{0.1}}}));
  EXPECT_EQ(array(*event, "direction"), (std::vector<double>{0, 0, 1}));
  EXPECT_EQ(array(*event, "threshold"), std::vector<double>{7});
  EXPECT_EQ(array(*event, "width"), std::vector<double>{0.1});

  EXPECT_EQ(make(table("none", {}))->numbers().size(), 0);
}

TEST(Observation, NamesTheKeyOfEveryMistake) {
  const auto inpainting = [](Value observed, Value y) {
    return culprit(table("inpainting", {{"observed", observed}, {"y", y}}));
  };
  EXPECT_EQ(culprit(Table{}), "kind");
  EXPECT_EQ(culprit(table("blur", {})), "kind");
  EXPECT_EQ(culprit(table("inpainting", {{"y", y1}})), "observed");
  EXPECT_EQ(culprit(table("inpainting", {{"observed", whole({1})}})), "y");
  EXPECT_EQ(culprit(table("inpainting", {{"observd", whole({1})}, {"y", y1}})), "observd");
  EXPECT_EQ(inpainting(whole({}), list({})), "observed");
  EXPECT_EQ(inpainting(whole({3}), y1), "observed[0]");
  EXPECT_EQ(inpainting(whole({1, -1}), list({0, 0})), "observed[1]");
  EXPECT_EQ(inpainting(whole({1, 1}), list({0, 0})), "observed[1]");
  EXPECT_EQ(inpainting(whole({0, 1, 2}), list({0, 0, 0})), "observed");
  EXPECT_EQ(inpainting(whole({1}), list({0, 0})), "y");
  EXPECT_EQ(inpainting(whole({1}), word("random")), "y");
  EXPECT_EQ(inpainting(whole({1}), list({std::nan("")})), "y[0]");

  const auto linear = [](Value a, Member noise, Value y) {
    return culprit(table("linear", {{"A", a}, noise, {"y", y}}));
  };
  const Value row = rows({list({1, 0, 0})});
  EXPECT_EQ(linear(rows({}), {"noise", Value{1.0}}, list({})), "A");
  EXPECT_EQ(linear(rows({list({1, 0})}), {"noise", Value{1.0}}, y1), "A");
  EXPECT_EQ(linear(rows({list({1, 0, 0}), list({1})}), {"noise", Value{1.0}}, y1), "A[1]");
  EXPECT_EQ(linear(row, {"noise", Value{-1.0}}, y1), "noise");
  EXPECT_EQ(linear(row, {"noise_covariance", rows({list({1, 0})})}, y1), "noise_covariance");
  EXPECT_EQ(linear(row, {"noise_covariance", rows({list({-1})})}, y1), "noise_covariance");
  EXPECT_EQ(linear(row, {"noise", Value{1.0}}, list({1, 2})), "y");
  EXPECT_EQ(culprit(table("linear", {{"A", row}, {"y", y1}})), "noise");
  EXPECT_EQ(
      culprit(table(
          "linear",
          {{"A", row}, {"noise", Value{1.0}}, {"noise_covariance", rows({list({1})})}, {"y", y1}})),
      "noise_covariance");

  const auto label = [](std::int64_t c, Value classes, Real gamma) {
    return culprit(
        table("class", {{"label", Value{c}}, {"classes", classes}, {"gamma", Value{gamma}}}));
  };
  EXPECT_EQ(label(2, rows({whole({0, 1}), whole({2})}), 1), "label");
  EXPECT_EQ(label(0, rows({whole({0, 1}), whole({3})}), 1), "classes[1][0]");
  EXPECT_EQ(label(0, rows({whole({0, 1}), whole({1, 2})}), 1), "classes[1][0]");
  EXPECT_EQ(label(0, rows({whole({0}), whole({2})}), 1), "classes");
  EXPECT_EQ(label(0, rows({whole({0, 1, 2}), whole({})}), 1), "classes[1]");
  EXPECT_EQ(label(0, rows({whole({0}), whole({1, 2})}), -1), "gamma");

  const auto event = [](Member where, Real threshold, Real width) {
    return culprit(
        table("event", {where, {"threshold", Value{threshold}}, {"width", Value{width}}}));
  };
  const Member first = {"coordinate", Value{std::int64_t{0}}};
  EXPECT_EQ(culprit(table("event", {first})), "threshold");
  EXPECT_EQ(event({"coordinate", Value{std::int64_t{3}}}, 1, 0), "coordinate");
  EXPECT_EQ(event({"coordinate", Value{std::int64_t{-1}}}, 1, 0), "coordinate");
  EXPECT_EQ(event({"direction", list({1, 0})}, 1, 0), "direction");
  EXPECT_EQ(event({"direction", list({0, 0, 0})}, 1, 0), "direction");
  EXPECT_EQ(event({"y", list({1, 0, 0})}, 1, 0), "y");
  EXPECT_EQ(event(first, std::nan(""), 0), "threshold");
  EXPECT_EQ(event(first, 1, -0.1), "width");
  EXPECT_EQ(
      culprit(table("event", {first, {"direction", list({1, 0, 0})}, {"threshold", Value{1.0}}})),
      "direction");
}

/// What the error about this table says is allowed.
std::string allowed(const Table& t) {
  try {
    make(t);
  } catch (const SpecError& error) {
    return error.allowed();
  }
  return "anything";
}

TEST(Observation, RefusesMatricesWithoutNumbersAndWithRaggedRows) {
  const Value row = rows({list({1, 0, 0})}), two = rows({list({1, 0, 0}), list({0, 1, 0})}),
              none = rows({}), hollow = rows({list({})});
  const auto linear = [](Value a, Member noise) {
    return culprit(table("linear", {{"A", a}, noise, {"y", word("draw")}}));
  };
  for (const Value& nothing : {none, hollow}) {
    EXPECT_EQ(linear(nothing, {"noise", Value{1.0}}), "A");
    EXPECT_EQ(linear(nothing, {"noise_covariance", nothing}), "A");
    EXPECT_EQ(linear(row, {"noise_covariance", nothing}), "noise_covariance");
  }
  EXPECT_EQ(culprit(table("class", {{"label", word("draw")}, {"classes", none}})), "classes");
  EXPECT_EQ(culprit(table("class", {{"label", word("draw")}, {"classes", hollow}})), "classes[0]");
  EXPECT_EQ(linear(rows({list({1, 0, 0}), list({1, 0})}), {"noise", Value{1.0}}), "A[1]");
  EXPECT_EQ(linear(rows({list({}), list({1, 0, 0})}), {"noise", Value{1.0}}), "A");
  EXPECT_EQ(linear(two, {"noise_covariance", rows({list({1, 0}), list({1})})}),
            "noise_covariance[1]");
  EXPECT_EQ(linear(two, {"noise_covariance", rows({list({1, 0})})}), "noise_covariance");
  EXPECT_EQ(culprit(table("event", {{"direction", list({})}, {"threshold", Value{1.0}}})),
            "direction");
}

TEST(Observation, TakesANoiseCovarianceThatIsZeroOrPositiveDefiniteAndNoOther) {
  const Value two = rows({list({1, 0, 0}), list({0, 1, 0})});
  const auto refused = [&](Value noise) {
    return culprit(table("linear", {{"A", two}, {"noise_covariance", noise}, {"y", list({0, 0})}}));
  };
  EXPECT_EQ(refused(rows({list({0, 0}), list({0, 0})})), "none");
  EXPECT_EQ(refused(rows({list({1, 0}), list({0, 1e-8})})), "none");
  EXPECT_EQ(refused(rows({list({1, 0}), list({0, 0})})), "noise_covariance");
  EXPECT_EQ(refused(rows({list({1, 1}), list({1, 1})})), "noise_covariance");
  EXPECT_EQ(refused(rows({list({1, 2}), list({2, 1})})), "noise_covariance");
  EXPECT_EQ(refused(rows({list({1, 0.5}), list({0.4, 1})})), "noise_covariance[1][0]");

  // whichever of the two was written is named
  EXPECT_EQ(culprit(table("linear", {{"A", two}, {"noise", Value{1e200}}, {"y", list({0, 0})}})),
            "noise[0][0]");
}

TEST(Observation, SaysThatAWordWasAllowedToo) {
  const Value row = rows({list({1, 0, 0})}), classes = rows({whole({0, 1, 2})});
  const auto linear = [&](Value y) {
    return allowed(table("linear", {{"A", row}, {"noise", Value{1.0}}, {"y", y}}));
  };
  EXPECT_EQ(linear(Value{1.5}), "must be a list of numbers, or \"draw\", not a number");
  EXPECT_EQ(linear(word("drawn")), "must be a list of numbers, or \"draw\", not text");
  EXPECT_EQ(linear(rows({word("x")})), "must be a finite number, not text");
  EXPECT_EQ(allowed(table("class", {{"label", Value{0.5}}, {"classes", classes}})),
            "must be a whole number, or \"draw\", not a number");
  EXPECT_EQ(
      allowed(table("random-linear", {{"rows", Value{std::int64_t{1}}}, {"noise", Value{-1.0}}})),
      "must be a finite number ≥ 0, or \"random\"");
}

TEST(Observation, SurvivesKeysThatLookLikeEntries) {
  for (const char* key : {"A[x]", "A[99999999999999999999]", "A[", "y[0]"}) {
    EXPECT_EQ(culprit(table("linear", {{"A", rows({list({1, 0, 0})})}, {key, y1}})), key);
  }
}

TEST(Observation, PointsAtTheEntryOfAMistake) {
  Array observed = {Value{std::int64_t{1}, {"s.toml", 4, 10}},
                    Value{std::int64_t{9}, {"s.toml", 4, 13}}};
  try {
    make(table("inpainting",
               {{"observed", Value{observed, {"s.toml", 4, 1}}}, {"y", list({0, 0})}}));
    FAIL() << "accepted";
  } catch (const SpecError& error) {
    EXPECT_EQ(error.where().column, 13);
  }
}

TEST(Observation, DrawsYFromItsPriorPredictiveReproducibly) {
  // 4000 seeds: y = A z* + noise has mean A E z and variance A Cov Aᵀ + τ²; |z| < 5 each.
  const Table drawn = table(
      "linear", {{"A", rows({list({1, -1, 0.5})})}, {"noise", Value{0.7}}, {"y", word("draw")}});
  EXPECT_TRUE(draws_observation(drawn));
  const int n = 4000;
  HostVector y(n);
  for (int seed = 0; seed < n; ++seed) y[seed] = linear_form(drawn, seed).y[0];
  HostVector a(3);
  a << 1, -1, 0.5;
  const Real mean = a.dot(prior().mean());
  const Real variance = a.dot(prior().total_covariance() * a) + 0.49;
  const HostVector squares = (y.array() - mean).square();
  const Real spread = std::sqrt((squares.array() - squares.mean()).square().mean() / n);

  EXPECT_LT(std::abs(y.mean() - mean) / std::sqrt(variance / n), 5);
  EXPECT_LT(std::abs(squares.mean() - variance) / spread, 5);
  EXPECT_EQ(linear_form(drawn, 3).y[0], y[3]);
}

TEST(Observation, DrawsALabelWithTheWeightOfItsClass) {
  const Table drawn =
      table("class", {{"label", word("draw")}, {"classes", rows({whole({0, 2}), whole({1})})}});
  const int n = 4000;
  int ones = 0;
  for (int seed = 0; seed < n; ++seed) ones += static_cast<int>(make(drawn, seed)->numbers()[0]);
  const Real p = prior().weights()[1];

  EXPECT_TRUE(draws_observation(drawn));
  EXPECT_LT(std::abs(Real(ones) / n - p) / std::sqrt(p * (1 - p) / n), 5);
}

TEST(Observation, EchoesItsDefaults) {
  const Table given =
      table("class", {{"label", Value{std::int64_t{0}}}, {"classes", rows({whole({0, 1, 2})})}});
  ASSERT_NE(resolved_observation(given).find("gamma"), nullptr);
  EXPECT_EQ(*resolved_observation(given).find("gamma")->get_if<double>(), 1);
  EXPECT_FALSE(draws_observation(given));

  const Table event = resolved_observation(table("event", {{"threshold", Value{1.0}}}));
  ASSERT_NE(event.find("coordinate"), nullptr);
  for (const ObservationEntry& entry : observation_catalogue()) {
    if (entry.name != "event") continue;
    EXPECT_EQ(entry.fields.at(0).name, "coordinate");
    EXPECT_EQ(entry.fields.at(0).default_value, "0");
  }
  ASSERT_NE(event.find("width"), nullptr);
}

}  // namespace
}  // namespace plumbline::observation_test
