// What every cell of a sampler claims, of its draws and of its evidence. results/README.md.
#pragma once

#include <vector>

#include "io/hdf5/quantity.hpp"
#include "io/result/sampler_group.hpp"

namespace plumbline {

/// `claim` and `evidence_claim` over the cells, each where some record says it.
void write_claims(LabelledGroup& group, const QuantityGrid& grid, const CellMap& records);

/// Into the records of a group of `cells` cells; files that do not say leave them empty.
///   errors  IoError for another number of texts
void read_claims(const hdf5::Handle& group, std::int64_t cells, std::vector<CellRecord>& records);

}  // namespace plumbline
