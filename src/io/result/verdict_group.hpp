// The group /verdict: what `verify` said. results/README.md.
#pragma once

#include "io/hdf5/hdf5.hpp"
#include "record/verdict.hpp"

namespace plumbline {

void write_verdict(const hdf5::Handle& file, const VerdictRecord& verdict);

/// Attributes of /verdict, and of the root where a run went on behind a verdict; none without
/// looks.
void write_looks(const hdf5::Handle& at, const Looks& looks);
Looks read_looks(const hdf5::Handle& at);

}  // namespace plumbline
