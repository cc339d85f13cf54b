// Draws from a file in the coordinates of a problem.
#pragma once

#include "core/ensemble.hpp"
#include "core/errors.hpp"
#include "io/user/draws_file.hpp"
#include "problem/problem.hpp"

namespace plumbline {

/// The set in the d coordinates of a draw, on the device. Observed coordinates may be there as well
/// (all D, in order) when they equal y to float32 rounding. SpecError, placed at `where`; also for
/// weights that are worth less than 2 draws.
Ensemble place_draws(const Exec& exec, const Problem& problem, const GivenDraws& given,
                     const Location& where);

/// What weights that differ leave of the draws, rounded down; n when they are equal.
Index effective_draws(const Exec& exec, const Ensemble& set);

}  // namespace plumbline
