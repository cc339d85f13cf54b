// ZIP archives, as NumPy writes .npz, written elsewhere and so suspect: every offset and size is
// checked against the file, and what a member promises against what its bytes can hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace plumbline {

/// An archive in memory. SpecErrors have keys but no place.
class ZipArchive {
 public:
  /// SpecError unless the directory of members can be read: up to 4 GiB and 65534 members.
  explicit ZipArchive(std::vector<std::byte> bytes);

  std::vector<std::string> names() const;  ///< in the order of the directory, each once

  /// The bytes of a member, which must exist. SpecError when they are encrypted, compressed
  /// otherwise than by deflation, more than `most`, or not those of the checksum.
  std::vector<std::byte> read(const std::string& name, std::size_t most) const;

 private:
  struct Member {
    std::string name;
    std::uint32_t flags, method, checksum;
    std::size_t packed, size, offset;
  };
  void read_directory();
  const Member& member(const std::string& name) const;
  std::size_t data_offset(const Member& member) const;
  std::uint32_t number(std::size_t at, std::size_t bytes) const;  // little-endian, checked
  std::string text(std::size_t at, std::size_t length) const;     // checked

  std::vector<std::byte> bytes_;
  std::vector<Member> members_;
};

}  // namespace plumbline
