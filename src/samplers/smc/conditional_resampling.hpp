// Resampling given that one particle survives: what a conditional filter does to its reference
// (Andrieu, Doucet & Holenstein 2010; Chopin & Singh 2015).
#pragma once

#include "samplers/smc/resampling.hpp"

namespace plumbline {

/// Changes ancestors a(1…N), drawn by `Resampler`, into a draw given that particle j = kept(r) has
/// an offspring, and kept(r) into that offspring's row k:
///
///     ρ(k, a | j) = r(a | W) 1{a(k) = j} / (N W_j).
///
/// r is the scheme's own law. E #{k : a(k) = j} = N W_j makes ρ a probability, and it is all that a
/// conditional filter needs: multiplied along a trajectory the N W_j turn the weights of its
/// ancestors into 1/N per resampling and Π G over the rest, so that the filter with one particle
/// chosen by weight, seen from that particle, is the trajectory's target times the ρ's times the
/// moves of the others. That holds for every scheme, with k drawn and not fixed, from a row 1…N
/// that is uniform at the start; steps that do not resample have a = identity and k = j. A draw:
///
///   multinomial  k uniform, a(k) = j, the others as they are
///   stratified   the point v = k + u that hits j is uniform on j's share of [0, N): k = ⌊v⌋,
///                a(k) = j, the others as they are
///   systematic   the same, and u belongs to all slots
///   residual     k one of j's ⌊N W_j⌋ certain copies, or (with the probability that N W_j leaves
///                over) a free slot, any of them, that takes j
///
///   shapes    weights [R N] as given to Resampler::choose, wanted, kept [R], ancestors [R N]
///   cost      two passes over N per run
///   tested    unit/samplers/smc/conditional_resampling_test.cpp: with j drawn by W, a has the law
///   r
void keep_alive(const Exec& exec, Resampling scheme, Index particles, const Vector& weights,
                const IndexVector& wanted, Rng rng, std::uint32_t step, std::uint64_t first,
                const IndexVector& kept, const IndexVector& ancestors);

}  // namespace plumbline
