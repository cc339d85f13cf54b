// Weighted rows of numbers, means of them, and how sure those are.
#pragma once

#include <utility>
#include <vector>

#include "core/linalg.hpp"
#include "core/rng.hpp"

namespace plumbline {

/// Rows of all sets in one heap.
struct WeightedRows {
  HostMatrix x;           ///< [n, q]
  HostVector w;           ///< [n], sums to 1
  std::vector<int> mode;  ///< [n]: which mode of the target a row belongs to
  std::vector<int> set;   ///< [n]: which set it came from
  int sets = 1;
  /// Rows of one set may depend on each other: errors are taken between sets.
  bool by_sets = false;

  Index size() const { return x.rows(); }
  Real squares() const { return w.squaredNorm(); }  ///< 1/n for equal weights
  /// Those rows, weights summing to 1 again.
  WeightedRows kept(const std::vector<Index>& rows) const;
  Real share(int of_mode) const;  ///< of the weight
};

/// A share of the rows to choose what is looked at, the others to measure it: dealt at random, the
/// same in every program run.
struct DealtRows {
  WeightedRows choose, measure;
};
DealtRows deal_rows(const WeightedRows& all, Real choosing, Rng rng);

/// Draws that are judged beside exact ones.
struct BothRows {
  WeightedRows given, exact;
};

/// Of an estimate that changes by Σ w_n h_n with the rows, h centred: its variance √(Σ w² h²/(1 − Σ
/// w²)), squared; between sets where rows depend (metrics/README §1).
Real variance_of(const HostVector& influence, const WeightedRows& rows);

/// How far the draws' estimate stands from the exact one, in standard errors: the smaller of those
/// under the draws' own law and under the exact law, so that neither few nor wild draws look sure.
struct Standing {
  Real z = 0;
  Real error = 0;  ///< standard error of the difference, from the draws' own spread
};
/// `influence` of the two estimates, [n] each, centred.
Standing standing_of(Real difference, const HostVector& given, const HostVector& exact,
                     const BothRows& rows);
/// Of the share of rows that are in something, `in` [n] of 0 and 1. Counts are skew: z is the
/// smaller of this and of the square-root scale, where they are not (Anscombe 1948).
Standing standing_of_share(const HostVector& given_in, const HostVector& exact_in,
                           const BothRows& rows);
/// That z of independent rows, from the shares alone; 0 where no exact row is in it.
Real share_z(Real given, Real exact, const BothRows& rows);

}  // namespace plumbline
