// The field lists of what parts hold, for both walks (io/hdf5/parcel.hpp). A part of 64 cells is
// three datasets instead of two thousand.
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
