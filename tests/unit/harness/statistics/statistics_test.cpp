// Distributions and tests against SciPy 1.10 (mannwhitneyu, wilcoxon, ksone, kstwo, t, f, binom)
// and against enumeration.
#include "harness/statistics/statistics.hpp"
#include "harness/statistics/distributions.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/rng.hpp"

namespace plumbline::statistics_test {
namespace {

std::vector<double> numbers(int count, double (*f)(double)) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(f(i));
  return values;
}

const std::vector<double> v = {1.2, 3.4, 2.2, 5.1, 0.3, 4.4};
const std::vector<double> u = {0.1, 1.1, 2.0, 0.7, 3.0, 1.9, 0.5};

TEST(RankSum, IsTheExactMannWhitneyTest) {
  EXPECT_NEAR(rank_sum_p_value(v, u, Tail::upper), 0.06876456876456877, 1e-14);
  EXPECT_NEAR(rank_sum_p_value(v, u, Tail::lower), 0.9493006993006994, 1e-14);
  EXPECT_NEAR(rank_sum_p_value(v, u, Tail::both), 0.13752913752913754, 1e-14);
  const auto a = numbers(20, [](double i) { return 0.5 * i + 0.3; });
  const auto b = numbers(30, [](double i) { return 0.37 * i * i / 10 - 1; });
  EXPECT_NEAR(rank_sum_p_value(a, b, Tail::upper), 0.809188944230009, 1e-12);
}

TEST(RankSum, CountsTiesByEnumeration) {
  // Of the C(9, 4) = 126 ways to choose the mid-ranks, 38 sum to as much.
  EXPECT_NEAR(rank_sum_p_value({1, 2, 2, 5}, {0, 1, 2, 3, 2}, Tail::upper), 38 / 126.0, 1e-14);
  EXPECT_EQ(rank_sum_p_value({7, 7, 7}, {7, 7, 7, 7}, Tail::upper), 1);
}

TEST(RankSum, MirrorsItselfWhenTheSidesAreSwapped) {
  EXPECT_NEAR(rank_sum_p_value(v, u, Tail::upper), rank_sum_p_value(u, v, Tail::lower), 1e-14);
  EXPECT_NEAR(rank_sum_p_value(v, u, Tail::lower), rank_sum_p_value(u, v, Tail::upper), 1e-14);
}

TEST(RankSum, TakesTheNormalLawForLargeSamplesAndStaysAboveTheExactTail) {
  const auto a = numbers(60, [](double i) { return std::sin(1.7 * i) + 0.4; });
  const auto b = numbers(90, [](double i) { return std::cos(2.3 * i); });
  const Real p = rank_sum_p_value(a, b, Tail::upper);
  EXPECT_NEAR(p, 0.00043147678361914405, 1e-9);
  EXPECT_GT(p, 0.00038736614673300323);  // mannwhitneyu(method = "exact")
  EXPECT_NEAR(rank_sum_p_value(a, b, Tail::both), 0.0008629535672382881, 1e-9);
}

TEST(RankSum, ReachesItsSmallestValueAtCompleteSeparation) {
  EXPECT_NEAR(rank_sum_p_value({4, 5, 6}, {1, 2, 3}, Tail::upper),
              smallest_rank_sum_p_value(3, 3, Tail::upper), 1e-14);
  EXPECT_NEAR(smallest_rank_sum_p_value(3, 3, Tail::upper), 1 / 20.0, 1e-14);
  EXPECT_NEAR(smallest_rank_sum_p_value(2, 32, Tail::both), 2 / 561.0, 1e-14);
}

TEST(RankSum, RanksInfinityLastAndLeavesNanOut) {
  EXPECT_NEAR(rank_sum_p_value({infinity, 1, nan}, {0, 2, 3}, Tail::upper),
              rank_sum_p_value({9, 1}, {0, 2, 3}, Tail::upper), 1e-14);
  EXPECT_TRUE(std::isnan(rank_sum_p_value({nan}, {1, 2}, Tail::upper)));
}

TEST(RankSum, IsUniformWhenTheLawsAreEqual) {
  // P(p ≤ α) ≤ α for every attainable α. 4000 pairs of 8 against 12: 1 − 1e-4 binomial bounds.
  const Rng rng = Rng::from_seed(1);
  constexpr Index pairs = 4000;
  Index below_05 = 0, below_005 = 0;
  for (std::uint64_t i = 0; i < pairs; ++i) {
    std::vector<double> a(8), b(12);
    for (std::uint32_t j = 0; j < 8; ++j) a[j] = rng.normal(i, 0, j);
    for (std::uint32_t j = 0; j < 12; ++j) b[j] = rng.normal(i, 1, j);
    const Real p = rank_sum_p_value(a, b, Tail::upper);
    below_05 += p <= 0.05;
    below_005 += p <= 0.005;
  }
  EXPECT_LE(below_05, binomial_upper(pairs, 0.05, 1e-4));
  EXPECT_LE(below_005, binomial_upper(pairs, 0.005, 1e-4));
  EXPECT_GE(below_05, pairs / 40);  // and not by never rejecting: 0.047 is attainable
}

TEST(SignedRank, IsTheExactWilcoxonTest) {
  const std::vector<double> d = {1.5, -0.3, 2.2, 0.7, -1.1, 3.0, 0.4};
  EXPECT_NEAR(signed_rank_p_value(d, Tail::upper), 0.078125, 1e-14);
  EXPECT_NEAR(signed_rank_p_value(d, Tail::lower), 0.9453125, 1e-14);
  EXPECT_NEAR(signed_rank_p_value(d, Tail::both), 0.15625, 1e-14);
  EXPECT_EQ(signed_rank_p_value({0, 0}, Tail::both), 1);
}

TEST(SignFlips, CountEveryChoiceOfSigns) {
  EXPECT_EQ(sign_flip_p_value({0.9, -0.2, 1.4, 0.3, 0.8}), 4 / 32.0);
  EXPECT_EQ(sign_flip_p_value({1, 1, 1, 1, 1, 1}), 2 / 64.0);
  // 20 differences of one sign: random signs never reach it.
  EXPECT_EQ(sign_flip_p_value(std::vector<double>(20, 0.5)), 1 / 10000.0);
}

TEST(Quantiles, InvertTheirDistributions) {
  EXPECT_NEAR(student_quantile(0.975, 3), 3.182446305284263, 1e-12);
  EXPECT_NEAR(student_quantile(0.99, 31), 2.45282419340263, 1e-12);
  EXPECT_NEAR(student_quantile(0.01, 2.5), -5.353111173030872, 1e-12);
  EXPECT_NEAR(normal_quantile(0.99), 2.3263478740408408, 1e-13);
  EXPECT_NEAR(normal_quantile(1e-6), -4.753424308822899, 1e-12);
  EXPECT_NEAR(f_upper(3.2, 2, 7), 0.10303300010931185, 1e-13);
  EXPECT_NEAR(student_two_sided(-3.182446305284263, 3), 0.04999999999997876, 1e-15);
}

TEST(Distributions, EndWhereTheyEnd) {
  EXPECT_EQ(student_two_sided(-infinity, 4), 0);
  EXPECT_EQ(f_upper(infinity, 2, 7), 0);
  EXPECT_EQ(f_upper(0, 2, 7), 1);
  EXPECT_EQ(chi_squared_upper(infinity, 3), 0);
  EXPECT_TRUE(std::isnan(student_two_sided(nan, 4)));
}

TEST(Uniformity, IsTheKolmogorovSmirnovTest) {
  const std::vector<double> x = {0.2, 0.05, 0.42, 0.02, 0.23, 0.35, 0.31, 0.11};
  EXPECT_NEAR(uniform_distance(x), 0.58, 1e-14);
  EXPECT_NEAR(uniform_p_value(x), 0.0044024453612442425, 1e-14);
  EXPECT_NEAR(uniform_distance_p_value(0.2, 100), 0.0005551927327988775, 1e-7);
  EXPECT_EQ(uniform_distance_p_value(0.05, 10), 1);
  EXPECT_TRUE(std::isnan(uniform_p_value({})));
}

TEST(Holm, AdjustsStepByStepAndKeepsTheOrder) {
  const std::vector<Real> adjusted = holm({0.01, 0.04, 0.03, nan, 0.5});

  EXPECT_NEAR(adjusted[0], 0.04, 1e-15);
  EXPECT_NEAR(adjusted[1], 0.09, 1e-15);  // 2 · 0.04 is raised to the 3 · 0.03 before it
  EXPECT_NEAR(adjusted[2], 0.09, 1e-15);
  EXPECT_TRUE(std::isnan(adjusted[3]));
  EXPECT_NEAR(adjusted[4], 0.5, 1e-15);
}

TEST(Binomial, ProbabilitiesAreThoseOfCounts) {
  EXPECT_NEAR(binomial_probability(10, 0.3, 4), 210 * std::pow(0.3, 4) * std::pow(0.7, 6), 1e-15);
  // log of C(1000, 400) 0.5^1000 by exact integers
  EXPECT_NEAR(std::log(binomial_probability(1000, 0.5, 400)), -23.795035434399892, 1e-12);
  EXPECT_EQ(binomial_probability(3, 0.5, -1), 0);
  EXPECT_EQ(binomial_probability(3, 0.5, 4), 0);
}

TEST(Binomial, UpperBoundIsTheQuantile) {
  EXPECT_EQ(binomial_upper(400, 0.01, 1e-3), 11);  // binom.ppf(1 − 1e-3, 400, 0.01)
  EXPECT_EQ(binomial_upper(10, 0.5, 1e-9), 10);
}

}  // namespace
}  // namespace plumbline::statistics_test
