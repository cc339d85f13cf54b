// Judging that may be looked at after every replicate: what a fixed-sample verdict says of one
// number of replicates, said of all of them at once. harness/verdict/README §17.
#pragma once

#include "harness/verdict/calibration.hpp"

namespace plumbline {

/// The tie-breaking uniforms of a metric's replicates, [count]: a fixed stream of (seed, sampler,
/// cell, metric), so that a file is judged alike wherever and however often.
std::vector<double> tie_uniforms(std::uint64_t seed, const std::string& label, std::int64_t cell,
                                 const std::string& metric, std::size_t count);

/// What is known of one metric after each of its replicates.
///
/// Evidence. A metric with a floor: every value's rank among the null sets, a pool fixed
/// beforehand, and the values before it, at random among equals, is uniform and independent of the
/// ranks before when runs and sets are exchangeable; `UniformBet` on both tails. Pairs (y drawn
/// anew): 2, 1 or 0 for a value above, equal to or below its own set has mean 1; `MeanAboveOne`,
/// half the stake on each side. A uniform law: `UniformBet` on u and on |2u − 1|, half the stake
/// each. The wealth ever reaches 1/α with probability at most α (Ville 1939).
///
/// Effect. Run r beside s null sets of its own: the share of them that it is worse than lies in [0,
/// 1], has mean θ, and shares nothing with that of another run, so `bounded_mean` needs no word on
/// the pool. Few runs want many sets each, many runs are more than there are sets for: s = 1, 2, 4,
/// each at a third of the level. Pairs: s = 1, the whole level. A uniform law: the distance of
/// Massart's bound (1990) at the 1st, 2nd, 3rd, 4th, 6th, 8th, 12th … replicate, the j-th of them
/// at level/(j (j + 1)).
///
/// Each side of θ has confidence 1 − level, at all counts together: beyond the margin an error is
/// on one side (Berger 1982).
///   pre   sample.ties has a uniform per value, where the metric has a floor
///   cost  3000 · replicates per metric
AnyTime at_any_time(const MetricSample& sample, Real level);

/// The sample as it is judged at any time: pairs that both sides have.
MetricSample paired_off(MetricSample sample);

/// About the fewest null sets with which anything can be found consistent, were half of them
/// exceeded: their number times KL(½ ‖ θ of the margin) pays for the level and for the mixture of
/// stakes.
Index fewest_sets(Real level, Real margin);

/// Calibrates and replaces what one look may say by what holds at all: p-value and bounds. What is
/// known of an evidence holds so already (evidence.hpp); of averages over dependent draws it is a
/// single look's, so each gets its part of the level (`level_of_look`).
Calibrated calibrate_any_time(const MetricSample& sample, Real level, Index look);

/// The level of the k-th look at something that is judged anew each time, k from 1: Σ_k = level.
Real level_of_look(Real level, Index look);

}  // namespace plumbline
