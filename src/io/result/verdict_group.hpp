// The group /verdict: what `verify` said. results/README.md.
#pragma once

#include "io/hdf5/hdf5.hpp"
#include "record/verdict.hpp"

namespace plumbline {

void write_verdict(const hdf5::Handle& file, const VerdictRecord& verdict);

}  // namespace plumbline
