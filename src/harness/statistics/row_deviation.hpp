// How far rows deviate in one metric, standardised so that metrics can be compared. For family.cpp
// alone.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/statistics/family.hpp"

namespace plumbline {

/// [row] distance of each row, runs first, from the median of all in median absolute deviations,
/// towards worse; −∞ where there is no number, and everywhere for a constant.
std::vector<Real> robust_deviations(const MetricColumn& metric);

/// Scores of rows whose sum over the dealt ones is standardised: centred ranks, or signed ranks.
struct Scores {
  std::vector<double> of_row;  ///< centred mid-rank, or the rank of |difference|; NaN: no number
  Real variance = 0;           ///< of one row's score
  Index count = 0;             ///< rows with a number
  Tail tail = Tail::both;
};
Scores rank_scores(const MetricColumn& metric);
Scores sign_scores(const MetricColumn& metric);  ///< of pairs: run r and set r

/// Sum over the first `runs` of `rows`, standardised for as many rows with a number; −∞ without
/// any.
Real rank_deviation(const Scores& scores, const std::vector<std::uint32_t>& rows, std::size_t runs);
/// Sum over all pairs, those with flipped[r] ≠ 0 with the other sign, standardised.
Real sign_deviation(const Scores& scores, const std::vector<std::uint32_t>& flipped);

}  // namespace plumbline
