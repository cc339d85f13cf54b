// What every metric owes, whatever it is: found in the catalogue at run time.
#include "contract/metric_cases.hpp"

namespace plumbline::test::metrics_test {
namespace {

bool same_bits(const Estimate& a, const Estimate& b) {
  return math::bits_of(a.value) == math::bits_of(b.value) &&
         math::bits_of(a.standard_error) == math::bits_of(b.standard_error);
}

TEST(MetricContract, EveryEntryDescribesItself) {
  for (const MetricEntry& entry : metric_catalogue()) {
    for (const std::string& text :
         {entry.name, entry.long_name, entry.units, entry.summary, entry.reference, entry.cost})
      EXPECT_FALSE(text.empty()) << entry.name;
    EXPECT_EQ(&find_metric(entry.name), &entry);
    for (const FieldDoc& field : entry.fields) EXPECT_FALSE(field.doc.empty()) << field.name;
    std::size_t with_default = 0;
    for (const FieldDoc& field : entry.fields) with_default += !field.default_value.empty();
    EXPECT_EQ(entry.resolved({}).members.size(), with_default) << entry.name;
  }
}

TEST(MetricContract, ExactDrawsGiveAFiniteNumberAndASensibleError) {
  for (const MetricEntry& entry : metric_catalogue())
    for (const MetricCase& c : metric_cases()) {
      const Estimate e = measure(entry, c.problem, c.draws);

      EXPECT_EQ(std::isfinite(e.value), defined(entry, c)) << entry.name << " on " << c.name;
      EXPECT_FALSE(e.standard_error < 0) << entry.name << " on " << c.name;
    }
}

TEST(MetricContract, TheSameInputGivesTheSameBits) {
  for (const MetricEntry& entry : metric_catalogue())
    for (const MetricCase& c : metric_cases())
      EXPECT_TRUE(same_bits(measure(entry, c.problem, c.draws), measure(entry, c.problem, c.draws)))
          << entry.name << " on " << c.name;
}

TEST(MetricContract, WhatNeedsTheTruthRefusesAGivenYAndRanksAlwaysDo) {
  const Problem given = metric_cases().front().problem, drawn = drawn_target();
  for (const MetricEntry& entry : metric_catalogue()) {
    const auto metric = entry.make({});
    EXPECT_NO_THROW(metric->check(drawn)) << entry.name;
    EXPECT_TRUE(entry.needs_truth || entry.law != Law::uniform) << entry.name;
    if (entry.needs_truth) {
      EXPECT_THROW(metric->check(given), SpecError) << entry.name;
    } else {
      EXPECT_NO_THROW(metric->check(given)) << entry.name;
    }
  }
}

TEST(MetricContract, DrawsThatAreNotFiniteAreNaNAndNoCrash) {
  const Problem problem = drawn_target();
  const int d = problem.dimension();
  for (const MetricEntry& entry : metric_catalogue()) {
    if (!entry.has_floor) continue;
    for (const Real bad : {nan, infinity, -infinity}) {
      reference::Points x = normal_points(20, d);
      x[7][d - 1] = bad;
      EXPECT_TRUE(std::isnan(measure(entry, problem, ensemble(x)).value)) << entry.name;
    }
    EXPECT_TRUE(
        std::isnan(measure(entry, problem, {make_matrix("x", 0, d), make_vector("w", 0)}).value))
        << entry.name << " of no draws";
    EXPECT_TRUE(
        std::isnan(measure(entry, problem, ensemble(normal_points(3, d), {nan, 0.5, 0.5})).value))
        << entry.name << " with a weight that is no number";
    EXPECT_TRUE(
        std::isnan(measure(entry, problem, ensemble(normal_points(2, d), {0.0, 0.0})).value))
        << entry.name << " with weights that all vanished";
  }
}

TEST(MetricContract, ADrawOfWeightZeroDoesNotCount) {
  const Problem problem = drawn_target();
  const int d = problem.dimension();
  reference::Points x = normal_points(20, d);
  std::vector<Real> w = uneven_weights(20);
  const Ensemble without = ensemble(x, w);
  x.push_back(std::vector<Real>(d, 100));
  w.push_back(0);
  const Ensemble with = ensemble(x, w);
  for (const MetricEntry& entry : metric_catalogue()) {
    // Metrics of two samples take as many reference draws as there are draws, unless told.
    Table settings;
    for (const FieldDoc& field : entry.fields)
      if (field.name == "reference") settings = setting("reference", 50);
    if (!entry.has_floor) continue;
    EXPECT_NEAR(measure(entry, problem, with, settings).value,
                measure(entry, problem, without, settings).value, 1e-10)
        << entry.name;
  }
}

TEST(MetricContract, FarDrawsScoreWorseThanExactOnes) {
  for (const MetricEntry& entry : metric_catalogue())
    for (const MetricCase& c : metric_cases()) {
      if (!entry.has_floor || c.draws.draws() < 50) continue;
      const Ensemble far = ensemble(normal_points(c.draws.draws(), c.problem.dimension(), 30, 3));
      if (!defined(entry, c)) continue;
      const Real worse = measure(entry, c.problem, far).value;
      const Real better = measure(entry, c.problem, c.draws).value;
      // the mass of one component is right, but for rounding, whatever is drawn
      const bool one_component = c.problem.target_components().components() == 1;
      if (one_component && worse == better) continue;
      if (entry.better == Better::zero) {
        EXPECT_GT(std::abs(worse), std::abs(better)) << entry.name << " on " << c.name;
      } else {
        EXPECT_GT(worse, better) << entry.name << " on " << c.name;
      }
    }
}

}  // namespace
}  // namespace plumbline::test::metrics_test
