// Values of datasets and attributes of HDF5 files, made others (hdf5_edits.hpp).
#pragma once

#include "fuzz/hdf5_shapes.hpp"

namespace plumbline::fuzz {

/// Contents of texts, and names: what the readers look for, and what they may not expect.
const char* text_number(std::uint8_t i);

/// To be written: the file would be slow to make, not to read.
bool too_large(hid_t type, hid_t space);

/// Whatever reads and writes values: a dataset or an attribute.
struct Values {
  Id self, type, space;
  bool attribute;

  bool read(hid_t memory, void* out) const {
    return (attribute ? H5Aread(self, memory, out)
                      : H5Dread(self, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, out)) >= 0;
  }
  void write(hid_t memory, const void* from) const {
    attribute ? H5Awrite(self, memory, from)
              : H5Dwrite(self, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, from);
  }
};

/// One value, or all, are now a telling one; the type stays.
void overwrite(const Values& values, Input payload);
/// Fills numbers and texts; other types keep what HDF5 puts there.
void fill(const Values& values, std::uint8_t which);

}  // namespace plumbline::fuzz
