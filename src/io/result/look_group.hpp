// The group /look: what the first look at a file froze and measured. results/README.md.
#pragma once

#include <optional>

#include "io/hdf5/hdf5.hpp"
#include "record/look.hpp"

namespace plumbline {

void write_look(const hdf5::Handle& file, const LookRecord& look);
/// Nothing where nobody has looked yet.   errors  IoError
std::optional<LookRecord> read_look(const hdf5::Handle& file);

}  // namespace plumbline
