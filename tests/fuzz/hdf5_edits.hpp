// Changes of HDF5 files made by HDF5 itself: the file stays one that HDF5 can read, but says other
// things than its writer did. What edits of bytes seldom reach: other types, shapes, layouts and
// filters, links, attributes that are missing or of another type.
#pragma once

#include "fuzz/edited_file.hpp"

namespace plumbline::fuzz {

/// `file` after those of the edits that are HDF5's to make (edited_file.hpp); the others are
/// ignored, and so is what HDF5 refuses to do.
FileBytes changed_by_hdf5(const FileBytes& file, Input edits);

/// What `changed_by_hdf5` can do: operations by_hdf5 … by_hdf5 + this − 1.
std::uint8_t hdf5_operations();

}  // namespace plumbline::fuzz
