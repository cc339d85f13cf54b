// Local headers, contents, directory, end. APPNOTE.TXT of PKWARE, section 4.3.
#include "fuzz/zip_pack.hpp"

#include <zlib.h>

#include <string_view>

namespace plumbline::fuzz {
namespace {

constexpr std::string_view local = "PK\3\4", entry = "PK\1\2", end = "PK\5\6";
constexpr std::size_t local_length = 30, largest = std::size_t{1} << 16;

std::uint32_t number(const std::string& text, std::size_t at, std::size_t bytes) {
  std::uint32_t out = 0;
  for (std::size_t i = bytes; i-- > 0;) out = out << 8 | static_cast<unsigned char>(text[at + i]);
  return out;
}

std::string bytes_of(std::size_t number, std::size_t bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(number >> (8 * i));
  return out;
}

/// A stream with `in` before it and `out` behind it.
z_stream between(const std::string& in, std::string& out) {
  z_stream stream = {};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  return stream;
}

std::string inflated(const std::string& packed) {
  std::string out(largest, '\0');
  z_stream stream = between(packed, out);
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return {};
  inflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

std::string deflated(const std::string& content) {
  std::string out(content.size() + content.size() / 8 + 64, '\0');
  z_stream stream = between(content, out);
  if (deflateInit2(&stream, 1, Z_DEFLATED, -MAX_WBITS, 1, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// From version to the length of the name, which a member's header and its entry share.
std::string shared_fields(const ZipMember& member, const std::string& body) {
  const auto sum =
      crc32_z(0, reinterpret_cast<const Bytef*>(member.content.data()), member.content.size());
  return bytes_of(20, 2) + bytes_of(0, 2) + bytes_of(member.deflated ? 8 : 0, 2) + bytes_of(0, 4) +
         bytes_of(sum, 4) + bytes_of(body.size(), 4) + bytes_of(member.content.size(), 4) +
         bytes_of(member.name.size(), 2);
}

}  // namespace

std::vector<ZipMember> unpack_zip(const std::string& archive) {
  std::vector<ZipMember> members;
  for (std::size_t at = archive.find(local); at != archive.npos; at = archive.find(local, at + 1)) {
    if (at + local_length > archive.size()) break;
    const bool packed = number(archive, at + 8, 2) == 8;
    const std::size_t size = number(archive, at + 18, 4), name = number(archive, at + 26, 2),
                      start = at + local_length + name + number(archive, at + 28, 2);
    if (start > archive.size() || size > archive.size() - start) continue;
    const std::string body = archive.substr(start, size);
    members.push_back(
        {archive.substr(at + local_length, name), packed ? inflated(body) : body, packed});
  }
  return members;
}

std::string pack_zip(const std::vector<ZipMember>& members) {
  std::string out, directory;
  for (const ZipMember& member : members) {
    const std::string body = member.deflated ? deflated(member.content) : member.content;
    const std::string fields = shared_fields(member, body);
    directory += std::string(entry) + bytes_of(20, 2) + fields + bytes_of(0, 2) + bytes_of(0, 2) +
                 bytes_of(0, 2) + bytes_of(0, 2) + bytes_of(0, 4) + bytes_of(out.size(), 4) +
                 member.name;
    out += std::string(local) + fields + bytes_of(0, 2) + member.name + body;
  }
  const std::size_t start = out.size();
  return out + directory + std::string(end) + bytes_of(0, 2) + bytes_of(0, 2) +
         bytes_of(members.size(), 2) + bytes_of(members.size(), 2) + bytes_of(directory.size(), 4) +
         bytes_of(start, 4) + bytes_of(0, 2);
}

}  // namespace plumbline::fuzz
