// /functionals/<label>: signed errors of averages whose expectation is known.
#pragma once

#include "io/result/sampler_group.hpp"

namespace plumbline {

/// A variable [axes…, replicate] of each that some cell has; does nothing when none has any.
void write_functionals(const hdf5::Handle& file, const SweepLayout& layout,
                       const std::map<std::string, CellMap>& records);
/// Put the stored ones among the extras of their cells.
void read_functionals(const hdf5::Handle& file, const SweepLayout& layout,
                      const SamplerLayout& sampler, std::vector<CellRecord>& cells);

}  // namespace plumbline
