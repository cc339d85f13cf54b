// The group /problem of a result file: resolved problems, one subgroup each when the problem has
// axes. results/README.md.
#pragma once

#include <vector>

#include "io/hdf5/hdf5.hpp"
#include "record/layout.hpp"
#include "record/problem.hpp"

namespace plumbline {

void write_problems(const hdf5::Handle& file, const SweepLayout& layout,
                    const std::vector<ProblemRecord>& problems);
std::vector<ProblemRecord> read_problems(const hdf5::Handle& file);

}  // namespace plumbline
