// Signed functionals along a refinement → is the claim right in the limit, or is something left?
// harness/verdict/README §15.
#pragma once

#include <string>
#include <vector>

#include "harness/refinement/refinement.hpp"
#include "harness/refinement/signed_limit.hpp"
#include "harness/sweep/tolerances.hpp"

namespace plumbline {

struct FunctionalLimit {
  std::string name, units;
  Real tolerance = 0;  ///< on either side: the smaller of `tolerated`
  SignedLimit limit;
};

/// A mean or second moment: shares and masses are steps as narrow as the target's finest scale, and
/// flat until the budget resolves it.
bool is_smooth(const FunctionalLimit& f);

/// Of every functional in closed form that the finest cell has.
std::vector<FunctionalLimit> functional_limits(const Refinement& refinement,
                                               const Tolerances& tolerances);
/// How many there are.
Index functionals_in_limit(const CellRecord& cell);

/// True when every functional is right in the limit (without an order also at the finest budget),
/// none failed or diverged in the four finest cells, and there are some. Each at confidence 1 −
/// level: to be wrong it must be wrong about the one that is off (Berger 1982).
bool right_in_limit(const Refinement& refinement, const std::vector<FunctionalLimit>& limits,
                    Real level);

/// False while some functional still moves by more than its tolerance over the last factor of 4:
/// the budgets have not reached what they refine, and an error that stays meanwhile may be waiting.
bool all_have_stopped(const std::vector<FunctionalLimit>& limits, Real level);
/// The one that is surely left in the limit, by most tolerances, when all have stopped and there
/// is an order; nullptr when none is. `level` for each. Of smooth ones alone.
const FunctionalLimit* surely_left(const Refinement& refinement,
                                   const std::vector<FunctionalLimit>& limits, Real level);

/// "18 known expectations right in the limit: location_2 within 0.04 of the truth (tolerance 0.25
/// posterior standard deviations), its finest value predicted within 0.01": the one whose bound is
/// the largest share of its tolerance. Without an order "… right at the finest budget".
std::string right_text(const Refinement& refinement, const std::vector<FunctionalLimit>& limits,
                       Real level);
/// "0.31 ± 0.02 of location_1 (tolerance 0.25 posterior standard deviations) is left in the limit".
std::string left_text(const FunctionalLimit& left, Real level);

}  // namespace plumbline
