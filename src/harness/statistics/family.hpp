// Several metrics of the same runs as one test: Westfall & Young's permutation of whole rows.
// harness/statistics/README §6.
#pragma once

#include <vector>

#include "core/types.hpp"
#include "harness/statistics/statistics.hpp"

namespace plumbline {

/// One metric: its values on R runs and on R₀ sets of exact draws. Row r of every metric is the
/// same run, row s the same set.
struct MetricColumn {
  std::vector<double> values;  ///< [R]; NaN: the metric gave no number, ±∞ are ranked
  std::vector<double> null;    ///< [R₀]
  Tail tail = Tail::both;      ///< which side of the null speaks against the runs
};

struct FamilyTest {
  Real p_value = nan;  ///< of "runs and exact sets are exchangeable"; NaN when no metric varies
  std::vector<Real> adjusted;  ///< [metric] its share of that p-value; NaN where constant or empty
  Real smallest = 1;           ///< the smallest p-value that this test could have given

  /// Index of the metric with the smallest adjusted p-value (of equal ones the most deviating);
  /// `adjusted.size()` when there is none.
  std::size_t deciding = 0;
};

/// The largest standardised deviation over metrics, judged by its own law: rows are dealt anew to
/// "run" and "exact set", all metrics of a row together, so that whatever metrics have in common
/// costs nothing (Westfall & Young 1993, single step). Exact at any R and R₀.
///
///   one run         the value itself, from the median of all R₀ + 1 in units of their median
///                   absolute deviation (both symmetric in the rows), re-ranked among all R₀ + 1:
///                   p ≥ 1/(R₀ + 1) whatever the number of metrics
///   several         the rank sum, standardised; `permutations` random dealings (fixed seed) beside
///                   the one seen, p = (1 + #{as far off})/(1 + permutations); dealing ends early
///                   with the 50th as far off, p = 50/dealings (Besag & Clifford 1991)
///   paired          run r and set r share their y: the signs of differences are dealt, jointly;
///                   signed rank sums
///   pre             every column has the same R and the same R₀; paired: R = R₀
///   cost            metrics · (R + R₀) · permutations additions
FamilyTest westfall_young(const std::vector<MetricColumn>& metrics, bool paired,
                          Index permutations);

/// The largest standardised deviation over metrics of the runs from the null, by which
/// `westfall_young` compares dealings (not paired), and the metric that has it; NaN when none
/// varies.
struct Deviation {
  Real value = nan;
  std::size_t metric = 0;
};
Deviation largest_deviation(const std::vector<MetricColumn>& metrics);

/// Dealings with which `claims` tests under Holm can reach `level` twenty times over, at most
/// `most_dealings`: whether they suffice, `dealings_reach` says.
Index permutations_for(Index claims, Real level);
bool dealings_reach(Index claims, Real level);
inline constexpr Index most_dealings = 400'000;

}  // namespace plumbline
