// What rounding can do to a metric: differences below it are ties, never evidence.
// metrics/README §1.
#pragma once

#include "core/linalg.hpp"

namespace plumbline {

/// From what a metric's value is computed, and so how large its rounding errors may be.
enum class Rounding {
  relative,    ///< numbers of size 1: probabilities, ratios, nats
  deviations,  ///< differences of positions in standard deviations: lost when the mean is far off 0
  data,        ///< sums of positions, in data units
  root,        ///< a root of differences of squares, in data units: half of the digits
};

/// A bound on rounding errors of values at a target with this mean [d] and covariance [d, d], in
/// the metric's own units: above ε times what it is computed from, below the noise of draws.
Real resolution(Rounding rounding, const HostVector& mean, const HostMatrix& covariance);

}  // namespace plumbline
