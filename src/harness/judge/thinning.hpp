// Chains thinned until their draws are nearly independent. harness/verdict/README §9.
#pragma once

#include <string>
#include <vector>

#include "io/user/draws_file.hpp"

namespace plumbline {

/// Every m-th draw of every chain, from its last backwards, m = ⌈2τ⌉ and τ the largest integrated
/// autocorrelation time (Geyer 1992) over coordinates (64 at most) and the distance from the mean:
/// what is left of a correlation ρ^k is at most about e⁻⁴. As it was given where draws are
/// independent. What was taken, and chains too short to know τ, are said in `notes`, of set `name`.
///   errors  SpecError("chain") when too few are left to be compared
GivenDraws thinned(const GivenDraws& set, const std::string& name, std::vector<std::string>& notes);

}  // namespace plumbline
