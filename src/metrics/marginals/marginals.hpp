// Coordinate by coordinate: the sorted draws, and the exact distribution function of the target at
// every one of them.
#pragma once

#include <functional>

#include "metrics/metric.hpp"
#include "metrics/transport/projection.hpp"

namespace plumbline {

/// Coordinates first … first + rows − 1. F at each draw from the left and from the right: they
/// differ where the target has an atom (a data set, a draw of reference draws), taken as anything
/// within 1e-7 of the spread.
/// Device arrays only, so that kernels may capture it whole.
///   shapes  left, right [rows, n]; the visitor may overwrite them
struct Marginals {
  Index first;
  Vector centre;         ///< what draws.x is relative to [d]
  ProjectedDraws draws;  ///< level: F_P just right of each draw
  Matrix left, right;    ///< F_Q(x−), F_Q(x)

  Index coordinates() const { return draws.directions(); }
};

/// Calls visit over all coordinates, so many at a time that a batch holds about 2^21 numbers. F_Q
/// is the closed form of a mixture; for a tilted class that of as many exact draws as there are
/// draws.
///   requires  measurable draws
///   cost      d (n (log n + K) + K d), full covariances d K d²
void over_marginals(const Exec& exec, const MetricInput& input,
                    const std::function<void(const Marginals&)>& visit);
/// What that holds for n draws.
Needs marginal_needs(const Problem& problem, Index n);

}  // namespace plumbline
