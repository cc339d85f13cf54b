// Part of the target that is looked at by itself: all modes, each from its own middle, or one mode.
#pragma once

#include "harness/disagreement/rows.hpp"

namespace plumbline {

/// Rows of a place are their distances e from the middle of their mode, e · whitening has
/// covariance 1 under the target.
struct Place {
  int mode = -1;          ///< −1: all
  HostMatrix middles;     ///< [modes, q]: of exact draws
  HostMatrix covariance;  ///< [q, q] of e
  HostMatrix whitening;   ///< [q, r], widest axis first; without directions of no spread
  HostMatrix axes;        ///< [q, r]: unit principal axes, in the same order

  Index directions() const { return whitening.cols(); }
  WeightedRows of(const WeightedRows& rows) const;
  /// Of all modes together, the given rows are weighted so that each mode has its right share: the
  /// modes' masses are another matter.
  BothRows of(const BothRows& rows) const;
};

/// From exact rows; `middles` of all modes.
Place place_of(const WeightedRows& exact, int mode, const HostMatrix& middles);
/// Means of the modes [modes, q]; of a mode without rows, of all rows.
HostMatrix middles_of(const WeightedRows& exact, int modes);

HostVector mean_row(const WeightedRows& rows);
/// About their own mean.
HostMatrix covariance_of(const WeightedRows& rows);

}  // namespace plumbline
