// Integrated autocorrelation time of Markov chains: the factor by which their draws fall short of
// independent ones.
#pragma once

#include <span>

#include "metrics/metric.hpp"

namespace plumbline {

/// τ = 1 + 2 Σ_{k≥1} ρ_k of `chains` series of `length` values each, one after the other, whose
/// common mean is known. Γ_m = ρ_{2m} + ρ_{2m+1} of a reversible chain is positive and falls: the
/// sum ends before the first that is not positive, each cut to its predecessor (Geyer 1992, initial
/// monotone sequence). No less than 1/log10(n), which a few antithetic draws would
/// undercut, and 0 with it (Vehtari et al. 2021). NaN when the values do not vary or length < 2.
/// Summing ends where τ exceeds `enough`.   cost  O(n τ), of a chain that does not mix O(n enough)
Real integrated_time(std::span<const double> values, Index length, Real mean,
                     Real enough = infinity);

/// The largest over the coordinates of the draws, about the target's mean, and the log density of a
/// target that has one, about the draws' mean.
///   requires  rows in chains of input.chain_length ≥ 2; a chain cut short at the end is left out
Real largest_integrated_time(const Exec& exec, const MetricInput& input);

}  // namespace plumbline
