// Tests of uniformity against SciPy, sums by hand, and their own level.
#include "harness/statistics/uniformity.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.hpp"
#include "harness/statistics/statistics.hpp"

namespace plumbline::uniformity_test {
namespace {

TEST(ChiSquared, IsPearsonsTest) {
  // counts 3, 1, 0 of 4: χ² = 3.5 at 2 degrees of freedom, p = e^{−1.75}
  EXPECT_NEAR(chi_squared_p_value({0.1, 0.2, 0.3, 0.5}, 3), std::exp(-1.75), 1e-14);
  // counts 6, 1, 1, 1, 1: χ² = 10 at 4 degrees, p = e^{−5} (1 + 5) = chi2.sf(10, 4)
  EXPECT_NEAR(chi_squared_p_value({0, .1, .1, .1, .1, .1, .3, .5, .7, 1}, 5), 0.04042768199451279,
              1e-14);
  EXPECT_TRUE(std::isnan(chi_squared_p_value({}, 3)));
}

TEST(EcdfBand, ProbabilityIsThatOfMultinomialCounts) {
  EXPECT_NEAR(ecdf_inside_probability(2, {0.5}, {1}, {1}), 0.5, 1e-14);
  // two values: one below 1/4, one above 3/4
  EXPECT_NEAR(ecdf_inside_probability(2, {0.25, 0.75}, {1, 1}, {1, 1}), 2. / 16, 1e-14);
  EXPECT_NEAR(ecdf_inside_probability(30, {0.1, 0.5, 0.7}, {0, 0, 0}, {30, 30, 30}), 1, 1e-12);
  EXPECT_EQ(ecdf_inside_probability(3, {0.5}, {2}, {1}), 0);
}

TEST(EcdfBand, OfOneLevelIsTheBinomialTest) {
  // one of eight below ½: binomtest(1, 8).pvalue = 2 · 9/256
  EXPECT_NEAR(ecdf_p_value({.1, .6, .7, .8, .9, .91, .92, .93}, 1), 18. / 256, 1e-13);
}

// 1000 sets of 80: rejections at 0.05 exceed 81 with probability 1e-5 (binomial). The statistic is
// discrete, so there may be fewer. Squared uniforms are seen in nearly every set.
TEST(EcdfBand, RejectsUniformValuesAsOftenAsItSaysAndOthersMore) {
  int alarms = 0, seen = 0;
  for (std::uint64_t set = 0; set < 1000; ++set) {
    std::vector<double> u, squared;
    for (std::uint32_t i = 0; i < 80; ++i) {
      u.push_back(Rng::from_seed(4).uniform(set, 0, i));
      squared.push_back(u.back() * u.back());
    }
    alarms += ecdf_p_value(u, 9) < 0.05;
    seen += ecdf_p_value(squared, 9) < 0.05;
  }
  EXPECT_LE(alarms, 81);
  EXPECT_GE(alarms, 20);
  EXPECT_GE(seen, 900);
}

// 500 sets of 300: alarms at 0.05 exceed 46 with probability 1e-5 (binomial). Rippled sets, 60 % of
// every odd eleventh moved to the even one before it, stay within 0.06 of the uniform distribution
// function: the bins see them, a distance often does not.
TEST(RankTest, HasEyesForRipplesAndKeepsItsLevel) {
  int alarms = 0, seen = 0, by_distance = 0;
  for (std::uint64_t set = 0; set < 500; ++set) {
    std::vector<double> u, rippled;
    for (std::uint32_t i = 0; i < 300; ++i) {
      const Real v = Rng::from_seed(9).uniform(set, 0, i);
      u.push_back(v);
      const Real within = 11 * v - std::floor(11 * v);  // odd bins empty into even ones
      const bool odd = static_cast<int>(11 * v) % 2 == 1;
      rippled.push_back(odd && within < 0.6 ? v - 1. / 11 : v);
    }
    alarms += rank_p_value(u) < 0.05;
    seen += rank_p_value(rippled) < 0.05;
    by_distance += uniform_p_value(rippled) < 0.05;
  }
  EXPECT_LE(alarms, 46);
  EXPECT_GE(seen, 490);
  EXPECT_LE(by_distance, 400);
  EXPECT_TRUE(std::isnan(rank_p_value({})));
}

}  // namespace
}  // namespace plumbline::uniformity_test
