// The central directory at the end of the file, members by their entries there. APPNOTE.TXT of
// PKWARE, sections 4.3 and 4.4; inflation by zlib.
#include "io/user/zip.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "core/errors.hpp"
#include "io/user/user_file.hpp"

namespace plumbline {
namespace {

constexpr std::uint32_t end_signature = 0x06054b50, entry_signature = 0x02014b50,
                        local_signature = 0x04034b50;
constexpr std::size_t end_length = 22, entry_length = 46, local_length = 30;
constexpr std::size_t longest_comment = 65535;

/// Deflation makes at most this of a byte.
constexpr std::size_t most_inflation = 1032;

enum Method : std::uint32_t { stored = 0, deflated = 8 };

SpecError damaged(const std::string& what) {
  return {"archive", what, "a whole .npz file, as numpy.savez writes it"};
}

std::vector<std::byte> inflated(const std::byte* packed, std::size_t length, std::size_t size) {
  std::vector<std::byte> out(size);
  std::byte none{};  // zlib wants somewhere to write nothing to
  z_stream stream = {};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed));
  stream.avail_in = static_cast<uInt>(length);
  stream.next_out = reinterpret_cast<Bytef*>(size > 0 ? out.data() : &none);
  stream.avail_out = static_cast<uInt>(std::max<std::size_t>(size, 1));
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw damaged("zlib does not start");
  const int ended = inflate(&stream, Z_FINISH);
  const std::size_t made = stream.total_out;
  inflateEnd(&stream);
  if (ended != Z_STREAM_END || made != size) throw damaged("a member that does not inflate");
  return out;
}

std::uint32_t checksum_of(const std::vector<std::byte>& bytes) {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

ZipArchive::ZipArchive(std::vector<std::byte> bytes) : bytes_(std::move(bytes)) {
  read_directory();
}

std::uint32_t ZipArchive::number(std::size_t at, std::size_t bytes) const {
  if (at > bytes_.size() || bytes > bytes_.size() - at) throw damaged("cut off");
  std::uint32_t value = 0;
  for (std::size_t i = bytes; i-- > 0;)
    value = value << 8 | std::to_integer<std::uint32_t>(bytes_[at + i]);
  return value;
}

std::string ZipArchive::text(std::size_t at, std::size_t length) const {
  if (at > bytes_.size() || length > bytes_.size() - at) throw damaged("cut off");
  return {reinterpret_cast<const char*>(bytes_.data()) + at, length};
}

void ZipArchive::read_directory() {
  if (bytes_.size() < end_length) throw damaged(fmt::format("{} bytes", bytes_.size()));
  if (bytes_.size() > std::numeric_limits<std::uint32_t>::max()) throw damaged("more than 4 GiB");
  // The last record that says itself where the file ends.
  std::size_t end = bytes_.size() - end_length;
  const std::size_t first = end > longest_comment ? end - longest_comment : 0;
  while (number(end, 4) != end_signature || end + end_length + number(end + 20, 2) != bytes_.size())
    if (end-- == first) throw damaged("no directory of members");

  const std::uint32_t count = number(end + 10, 2);
  std::size_t at = number(end + 16, 4);
  if (count == 65535) throw damaged("65535 members or more");
  for (std::uint32_t i = 0; i < count; ++i) {
    if (number(at, 4) != entry_signature) throw damaged("a directory of members with a hole");
    const std::size_t name_length = number(at + 28, 2);
    members_.push_back({text(at + entry_length, name_length), number(at + 8, 2), number(at + 10, 2),
                        number(at + 16, 4), number(at + 20, 4), number(at + 24, 4),
                        number(at + 42, 4)});
    at += entry_length + name_length + number(at + 30, 2) + number(at + 32, 2);
  }
  std::vector<std::string> sorted = names();
  std::sort(sorted.begin(), sorted.end());
  if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
    throw damaged(fmt::format("two members {}", printable(*twice)));
}

std::vector<std::string> ZipArchive::names() const {
  std::vector<std::string> names;
  for (const Member& member : members_) names.push_back(member.name);
  return names;
}

const ZipArchive::Member& ZipArchive::member(const std::string& name) const {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const Member& member) { return member.name == name; });
  PLUMBLINE_REQUIRE(found != members_.end(), "no member {}", name);
  return *found;
}

/// Behind the member's own header, whose name and extra field may differ from the directory's.
std::size_t ZipArchive::data_offset(const Member& member) const {
  if (number(member.offset, 4) != local_signature) throw damaged("a member that is not there");
  const std::size_t at =
      member.offset + local_length + number(member.offset + 26, 2) + number(member.offset + 28, 2);
  if (at > bytes_.size() || member.packed > bytes_.size() - at) throw damaged("cut off");
  return at;
}

std::vector<std::byte> ZipArchive::read(const std::string& name, std::size_t most) const {
  const Member& member = this->member(name);
  if (member.flags & 1) throw SpecError("member", "encrypted", "a member that anybody can read");
  if (member.method != stored && member.method != deflated)
    throw SpecError("member", fmt::format("compression method {}", member.method),
                    "stored or deflated: numpy.savez or numpy.savez_compressed");
  if (member.size > most)
    throw SpecError("member", fmt::format("{} bytes", member.size),
                    fmt::format("at most {}", most));
  const std::size_t at = data_offset(member);
  const std::size_t can_hold =
      member.method == stored ? member.packed : member.packed * most_inflation;
  if (member.size > can_hold || (member.method == stored && member.size != member.packed))
    throw SpecError("member", fmt::format("{} bytes", member.size),
                    fmt::format("what {} bytes of the file can hold", member.packed));
  std::vector<std::byte> out =
      member.method == stored
          ? std::vector<std::byte>(bytes_.begin() + static_cast<std::ptrdiff_t>(at),
                                   bytes_.begin() + static_cast<std::ptrdiff_t>(at + member.size))
          : inflated(bytes_.data() + at, member.packed, member.size);
  if (checksum_of(out) != member.checksum)
    throw SpecError("member", "other bytes than those of its checksum", "an undamaged member");
  return out;
}

}  // namespace plumbline
