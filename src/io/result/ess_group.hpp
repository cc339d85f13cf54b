// /ess/<label>: how the weights of a particle method spread over its steps.
#pragma once

#include "io/result/sampler_group.hpp"

namespace plumbline {

/// `ess` [axes…, step], padded with NaN to the longest path; does nothing when no record has one.
void write_ess(const hdf5::Handle& file, const SweepLayout& layout,
               const std::map<std::string, CellMap>& records);
/// Put the stored paths into the records of their cells.
void read_ess(const hdf5::Handle& file, const std::string& label, std::vector<CellRecord>& cells);

}  // namespace plumbline
