// How a cell is wrong: known expectations that its replicates miss. harness/verdict/README §16.
#pragma once

#include <string>
#include <vector>

#include "core/types.hpp"
#include "record/cell.hpp"

namespace plumbline {

/// A signed functional whose mean over the replicates is not 0.
struct Miss {
  std::string name;    ///< "spread_1", as record/functionals.hpp has it
  Real mean = 0;       ///< over the replicates that ended well, in the functional's units
  Real error = 0;      ///< its standard error
  Real p_value = nan;  ///< two-sided Student, times the number of functionals
};

inline constexpr std::size_t most_misses = 3;

/// Those below `level`, the furthest in standard errors first, at most `most_misses`. Of a right
/// sampler there is one with chance `level` at most, up to the normal approximation. Empty where
/// the cell has no functionals: independent draws of a y per replicate, or a sampler that gave
/// none.
std::vector<Miss> misses_of(const CellRecord& cell, Real level);

/// "4.9 % ± 0.6 too little mass in component 3; mean off by 0.21 ± 0.02 posterior deviations along
/// principal axis 1". "" without any.
std::string misses_text(const std::vector<Miss>& misses);

}  // namespace plumbline
