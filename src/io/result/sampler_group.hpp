// The group of one sampler. results/README.md.
#pragma once

#include <map>
#include <vector>

#include "io/hdf5/hdf5.hpp"
#include "record/cell.hpp"
#include "record/layout.hpp"

namespace plumbline {

/// The records of one sampler by flat cell index.
using CellMap = std::map<std::int64_t, const CellRecord*>;

void write_sampler(const hdf5::Handle& file, const SweepLayout& layout,
                   const SamplerLayout& sampler, const CellMap& records);

/// Kind, claim, …, and the axes: the problem's go to `problem_axes`.
SamplerLayout read_sampler_layout(const hdf5::Handle& file, const std::string& label,
                                  std::vector<AxisInfo>& problem_axes);
std::vector<CellRecord> read_cells(const hdf5::Handle& file, const SweepLayout& layout,
                                   const SamplerLayout& sampler);
std::vector<std::string> read_cell_hashes(const hdf5::Handle& file, const std::string& label);

}  // namespace plumbline
