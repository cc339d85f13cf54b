// Projected draws in ascending order, with the weight up to each.
#pragma once

#include "metrics/transport/projection.hpp"

namespace plumbline {

/// Sorts every row of draws.x and says the levels; weights travel along where they differ. Stable,
/// so that equal numbers keep the order of the draws.
///   cost  a sort of n numbers per direction: one index of a host core, one team of a GPU
void sort_draws(const Exec& exec, const LineRoom& room, const ProjectedDraws& draws);

}  // namespace plumbline
