// Before anything runs: what can verdicts on a plan reach? harness/verdict/README §14.
#pragma once

#include <string>
#include <vector>

#include "harness/sweep/plan.hpp"
#include "harness/verdict/verdict.hpp"

namespace plumbline {

/// The tests of a plan that are corrected together: those of claims, or those of `nothing`.
struct FamilyReach {
  bool claims = true;
  Index cells = 0;      ///< tests of the family
  Index metrics = 0;    ///< that can be judged
  Real smallest_p = 1;  ///< that so many replicates and null sets can give, adjusted
  /// Chance that a cell of exact draws is bounded within the margin by every metric: where metrics
  /// say different things, and where they say the same.
  Real settles_low = 0, settles_high = 0;
};

/// How many replicates and null sets a plan would need for an exact cell to settle in 90 %.
struct Wanted {
  Index replicates = 0, null_replicates = 0;  ///< 0: no number looked at would do
  Real settles = 0;                           ///< `settles_low` then
};

struct Reach {
  std::vector<FamilyReach> families;  ///< those with a cell
  Wanted wanted;                      ///< where a family is below
};

/// Of a family it says what its cell with the fewest replicates can reach.
/// Arithmetic, and ranks of random numbers (fixed seed): no cell is run and no draw is made.
///   cost  a tenth of a second
///   errors  IoError as of claim_scopes
Reach reach_of(const Plan& plan, const JudgeOptions& options);

/// What `plan` says of it, warnings included; "" when nothing can be judged.
std::string reach_text(const Reach& reach, const JudgeOptions& options);

}  // namespace plumbline
