// Exact draws that are published, and what was checked of them, as posteriordb does with its
// reference draws (Magnusson et al. 2024).
#pragma once

#include "harness/judge/self_test.hpp"
#include "io/user/array_file.hpp"

namespace plumbline {

/// Checks of these very draws x [n, d]:
///
///   law          along 8 random directions (self_test.hpp), where the target is a mixture with a
///                density
///   moments      the mean of every coordinate within normal bounds of the target's, 1e-5 in all
///   list         no row repeats, where the target has no points; no order, by permutation at 1e-3
///
/// A right list fails one of them with chance 1.1e-3 at most: the seed is fixed, so a published one
/// that fails was made wrong, or unlucky: another --seed, and both are said.
std::vector<SelfCheck> check_reference(const Problem& problem, const HostMatrix& x, Rng rng);

/// Groups draws and checks, and the attribute `checks`: a line each. False when one failed.
bool add_reference(ArrayFile& file, const Exec& exec, const Problem& problem, Index n,
                   std::uint64_t seed, Rng rng);

}  // namespace plumbline
