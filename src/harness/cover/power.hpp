// Before anything runs: which errors will a plan's verdicts catch, and will exact draws settle?
// harness/verdict/README §14.
#pragma once

#include "harness/cover/perturbed_sets.hpp"
#include "harness/sweep/plan.hpp"
#include "harness/verdict/verdict.hpp"

namespace plumbline {

/// Of one aspect at one problem point.
struct Caught {
  ErrorSizes sizes;
  Real size = infinity;  ///< the smallest of `sizes` caught with `wanted_power`; ∞: none is
};

struct PointPower {
  Index point = 0;
  std::vector<Caught> caught;
  Real settles = 0;  ///< chance that a cell of exact draws is found consistent
};

inline constexpr Real wanted_power = 0.9;

/// By simulation with the plan's own metrics, n, R and R₀: exact sets and sets that are wrong by
/// known amounts are measured once, then cells of R runs and R₀ null sets are dealt from them.
/// Caught is what departs further than exact cells do at the level shared by `tests` cells.
///   look   holds measured sets and gets more
///   price  `power_sets` sets of n draws, measured; power is known to ±0.05
PointPower power_of(const Exec& exec, const Plan& plan, Index point, Index tests,
                    const JudgeOptions& options, LookRecord& look);

/// Sets that `power_of` measures for a point at most.
Index power_sets(const Plan& plan, const Problem& problem, bool drawn);

/// "0: catches with 90 % a shift by more than 0.1 …; …; exact draws settle with chance 0.93".
std::string power_text(const PointPower& power);

}  // namespace plumbline
