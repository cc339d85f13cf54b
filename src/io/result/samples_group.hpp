// The draws of one sampler under /samples. results/README.md.
#pragma once

#include "io/result/sampler_group.hpp"

namespace plumbline {

/// The first replicate's draws, padded with NaN to the largest number and dimension; does nothing
/// when no record has any.
void write_samples(const hdf5::Handle& samples, const SweepLayout& layout,
                   const SamplerLayout& sampler, const CellMap& records);
/// Put the stored draws into the records of their cells.
void read_samples(const hdf5::Handle& file, const std::string& label,
                  std::vector<CellRecord>& cells);

}  // namespace plumbline
