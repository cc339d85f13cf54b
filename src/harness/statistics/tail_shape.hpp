// Can a mean be judged from so many values? The shape of their upper tail says.
// harness/statistics/README §9.
#pragma once

#include <vector>

#include "core/types.hpp"

namespace plumbline {

/// Shape k̂ of the generalised Pareto law fitted to the largest min(n/5, 3√n) values of `values` ≥ 0
/// (Zhang & Stephens 2009, with the prior of Vehtari et al. 2024, ten values of shape ½): moments
/// below 1/k exist. Above 1 there is no mean, above ½ no variance. NaN for fewer than 5 such values
/// or a tail that does not vary.   tested  against ArviZ's psislw
Real tail_shape(std::vector<double> values);

/// Below which k̂ a mean of n values is near its expectation: min(1 − 1/log₁₀ n, 0.7) (Vehtari et
/// al. 2024); 0 for fewer than `fewest_for_tail_shape`, where none is a certificate.
Real largest_tail_shape(Index n);
inline constexpr Index fewest_for_tail_shape = 100;

/// Values with which a mean of such a tail can be judged, 10^(1/(1 − max(0, k))); ∞ from k = 1 on.
Real values_for_tail_shape(Real k);

}  // namespace plumbline
