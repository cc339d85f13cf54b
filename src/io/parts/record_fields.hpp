// The field lists of records, for both walks (io/hdf5/parcel.hpp): what parts hold, 64 cells in
// three datasets instead of two thousand, and the sets beside a result file.
#pragma once

#include "io/hdf5/parcel.hpp"
#include "record/cell.hpp"
#include "record/look.hpp"

namespace plumbline {

void pack(const CellRecord& record, Packing& packing);
void pack(const NullRecord& record, Packing& packing);
void pack(const LookRecord& record, Packing& packing);

/// Requires the record that was packed next. IoError where it is none.
void unpack(Unpacking& unpacking, CellRecord& record);
void unpack(Unpacking& unpacking, NullRecord& record);
void unpack(Unpacking& unpacking, LookRecord& record);

}  // namespace plumbline
