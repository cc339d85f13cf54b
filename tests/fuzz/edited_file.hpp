// HDF5 files near a well-formed one. An input is a list of edits, 12 bytes each, of a file that the
// writers of this build make. Some HDF5 makes itself (hdf5_edits.hpp), the others change bytes of
// what it then leaves; checksums of its metadata are made right again afterwards, so that nearly
// every edit gets past them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "fuzz/targets.hpp"

namespace plumbline::fuzz {

using FileBytes = std::vector<std::uint8_t>;
FileBytes bytes_of(const std::filesystem::path& path);

/// [position u24, operation u8, payload 8 bytes]; operations from by_hdf5 on are HDF5's to make.
inline constexpr std::size_t edit_size = 12;
inline constexpr std::uint8_t by_hdf5 = 0x80;

/// A well-formed file, and where its metadata lies.
class Base {
 public:
  explicit Base(FileBytes bytes);

  /// The base with its bytes edited; edits that are not of bytes, and a remainder, are ignored.
  FileBytes edited(Input edits) const;

 private:
  /// Bytes from `begin`, followed by their checksum.
  struct Summed {
    std::size_t begin, size;
  };
  /// Remembers the bytes from `at` when their checksum is behind them: `known` of them, or any
  /// number.
  void find_sum(std::size_t at, std::size_t known);
  std::size_t position(std::size_t wanted, bool in_metadata) const;
  void repair(FileBytes& bytes) const;

  FileBytes bytes_;
  std::vector<Summed> summed_;
  std::size_t metadata_ = 0;  // total size of summed_
};

/// What HDF5 leaves in the image of an open file, made that of a closed one: its superblock says
/// that nobody writes, and has the right checksum.
void closed_superblock(FileBytes& bytes);

/// The first byte chooses the base, the rest are its edits; an input that is an HDF5 file is taken
/// as it is. SpecError where HDF5 does not come through making it.
FileBytes edited_file(const std::vector<Base>& bases, Input input);

}  // namespace plumbline::fuzz
