// Means of independent units whose expectation is known to be 0: a unit is a chain, a batch of one,
// or a whole run, and what depends on what inside it does not matter.
// harness/statistics/README §14.
#pragma once

#include <vector>

#include "core/types.hpp"

namespace plumbline {

/// Student's test of "the units have mean 0". Asymptotic: a unit's value must be near normal, as
/// the mean of many draws is.
struct UnitMean {
  Real mean = nan;     ///< over the units
  Real error = nan;    ///< standard error, that of the expectation included; NaN for one unit
  Real dof = 0;        ///< units − 1
  Real p_value = nan;  ///< two-sided; NaN for one unit
  Index units = 0;

  /// Half the width of the interval of confidence 1 − level; ∞ for one unit.
  Real reach(Real level) const;
};

/// What is known of the error beforehand.
struct KnownErrors {
  Real expectation = 0;  ///< standard error of the expectation that was subtracted
  /// The error is no less than this: that of as many effective draws of the known law. Units that
  /// happen not to differ, because a rare event has not happened in any, would have none.
  Real least = 0;
};

/// Values that are not finite are left out. Without `least`, units that do not differ but for
/// rounding have p = 0 unless they are 0.
UnitMean unit_mean(const std::vector<double>& units, KnownErrors known = {});

/// Into how many batches each of `chains` chains is cut (harness/statistics/README §14): 1 from
/// `enough_chains` on, whose means are the units; else so many that there are 20 units at least.
Index batches_per_chain(Index chains);
inline constexpr Index enough_chains = 8;
inline constexpr Index fewest_batches = 20;

}  // namespace plumbline
