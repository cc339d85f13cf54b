// HDF5 files near a well-formed one. An input is a list of edits, 12 bytes each, of a file that the
// writers of this build make; checksums of HDF5's metadata that the base had are made right again
// afterwards, so that nearly every edit gets past them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "fuzz/targets.hpp"

namespace plumbline::fuzz {

using FileBytes = std::vector<std::uint8_t>;

/// A well-formed file, and where its metadata lies.
class Base {
 public:
  explicit Base(FileBytes bytes);

  /// The base with the edits [position u24, operation u8, payload 8 bytes]…; a remainder is
  /// ignored.
  FileBytes edited(Input edits) const;

 private:
  /// Bytes from `begin`, followed by their checksum.
  struct Summed {
    std::size_t begin, size;
  };
  std::size_t position(std::size_t wanted, bool in_metadata) const;
  void repair(FileBytes& bytes) const;

  FileBytes bytes_;
  std::vector<Summed> summed_;
  std::size_t metadata_ = 0;  // total size of summed_
};

/// The first byte chooses the base, the rest are its edits; an input that is an HDF5 file is taken
/// as it is.
FileBytes edited_file(const std::vector<Base>& bases, Input input);

}  // namespace plumbline::fuzz
