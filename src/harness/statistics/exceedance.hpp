// How often a run is worse than an exact set would be: the effect that consistency bounds.
// harness/statistics/README §7.
#pragma once

#include <vector>

#include "core/types.hpp"
#include "harness/statistics/statistics.hpp"

namespace plumbline {

/// θ = P(V > U) + ½ P(V = U) for a run's value V and that of an exact set, U: ½ when the laws are
/// equal, 0.76 when normal values lie one standard deviation higher, 1 when every run is worse.
/// Bounded whatever the values are, so that one catastrophe among many runs cannot hide in a mean.
struct Exceedance {
  Real estimate = nan;  ///< of θ, towards worse (Tail::lower: P(V < U)); NaN without values
  Real error = nan;     ///< standard error, never below that of equal laws
  Real dof = 1;         ///< of the error (Satterthwaite)
  Index runs = 0, sets = 0;

  /// One-sided confidence bounds 1 − level, within [0, 1]; 1 and 0 where nothing is known.
  Real upper(Real level) const;
  Real lower(Real level) const;
};

/// From R values and R₀ of exact sets (NaN left out, ±∞ ranked). Placements of either sample in the
/// other have means θ and 1 − θ and are independent within a sample: Var θ̂ ≈ S²_V/R + S²_U/R₀
/// (DeLong et al. 1988), here never less than (1/R + 1/R₀)/12, that of equal continuous laws: where
/// the samples separate, placements say that nothing varies.   `tail`: upper or lower
///   tested  unit/harness/statistics/exceedance_test.cpp: coverage for shifts, other spreads, rare
///           catastrophes, R 8 … 64
Exceedance exceedance(const std::vector<double>& values, const std::vector<double>& null,
                      Tail tail);
/// The same of pairs (run r and set r share their y), θ = P(V_r > U_r) + ½ P(V_r = U_r).
Exceedance paired_exceedance(const std::vector<double>& values, const std::vector<double>& null,
                             Tail tail);

/// θ at which a normal value lies `shift` standard deviations of an exact set towards worse:
/// Φ(shift/√2), 0.7602 at 1. A margin in standard deviations → one in θ.
Real exceedance_of_shift(Real shift);
/// Its inverse, √2 Φ⁻¹(θ): a θ as the normal shift that causes it; ±∞ at 0 and 1.
Real shift_of_exceedance(Real theta);

/// Upper confidence bound 1 − level of a probability from `bad` events in `runs` (Clopper & Pearson
/// 1934): none in 32 leaves 13.4 % at 0.01.
Real share_upper(Index bad, Index runs, Real level);

}  // namespace plumbline
