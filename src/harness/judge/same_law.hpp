// Two sets of independent draws: one law? No problem and no sweep is needed.
// harness/verdict/README §9.
#pragma once

#include <string>
#include <vector>

#include "core/linalg.hpp"
#include "io/user/draws_file.hpp"

namespace plumbline {

/// One real function of a draw, in which both sets are compared.
struct LineComparison {
  std::string name;      ///< "x[0]", "direction 3", "radius"
  Real distance = 0;     ///< Kolmogorov–Smirnov, sup |F_A − F_B|
  Real shift = 0;        ///< (mean B − mean A) in pooled standard deviations
  Real shift_error = 0;  ///< its standard error
};

struct LawComparison {
  Index a = 0, b = 0;  ///< draws of either, weights taken into account
  Index d = 0;
  Real energy = 0;         ///< energy distance, in pooled standard deviations of a coordinate
  Real p_energy = 1;       ///< by permutation
  Index energy_draws = 0;  ///< of either, that it was measured on
  Real p_lines = 1;        ///< largest of all KS distances, by permutation of whole draws
  Real p_bound = 1;        ///< the same by a bound that has no smallest value
  LineComparison widest;   ///< the line with the largest KS distance
  Real p_value = 1;        ///< of "one law": three tests, Bonferroni
  Real distance_bound =
      1;  ///< KS distances above it are excluded on every line (confidence 1 − level)
  Real shift_bound = infinity;  ///< shifts of a coordinate's mean above it, in pooled sd, likewise
  std::vector<std::string> notes;
};

/// Draws are put in units of the pooled standard deviation of every coordinate.
///
///   energy   2 E|X − Y| − E|X − X'| − E|Y − Y'| (Székely & Rizzo 2013) against 999 dealings of the
///            draws to the two sets; of more than 2000 draws a random 2000 (fixed seed)
///   lines    KS distances of every coordinate (64 at most), 16 random directions and the distance
///            from the pooled mean, the largest against the same dealings; and by a bound of one
///            distance's law, times their number: e exp(−x² n) for equal sizes (Wei & Dudley 2012),
///            4 exp(−2 x² ab/(√a + √b)²) else: it reaches p-values that no number of dealings does
///   weights  a weighted set is resampled to as many draws as its effective sample size,
///   systematic:
///            an approximation, said in `notes`
///   chains   thinned until their draws are nearly independent (thinning.hpp), likewise
///   pre      equal dimensions; at least 8 draws (or effective draws) in either; of chains
///            SpecError("chain") where fewer are left
LawComparison compare_laws(const GivenDraws& a, const GivenDraws& b, Real level);
inline constexpr Index fewest_to_compare = 8;

}  // namespace plumbline
