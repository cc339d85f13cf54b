// The groups of a result file, in memory.
#pragma once

#include "io/hdf5/hdf5.hpp"
#include "record/results.hpp"

namespace plumbline {

/// Everything but the seal. SpecError from SweepLayout::check; IoError.
void build_results(hdf5::MemoryFile& memory, const Results& results);

}  // namespace plumbline
