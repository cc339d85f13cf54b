// Edits, and the checksums that HDF5 asks for after them.
#include "fuzz/edited_file.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <string_view>
#include <utility>

#include "fuzz/hdf5_edits.hpp"
#include "io/hdf5/quarantine.hpp"

namespace plumbline::fuzz {
namespace {

constexpr std::size_t longest_summed = 2048;
constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";

/// HDF5's checksum of metadata: lookup3 of Bob Jenkins, hashlittle with start value 0.
std::uint32_t lookup3(const std::uint8_t* k, std::size_t length) {
  std::uint32_t a = 0xdeadbeef + static_cast<std::uint32_t>(length), b = a, c = a;
  const auto whole_word = [&](std::size_t at) {
    std::uint32_t out;
    std::memcpy(&out, k + at, sizeof out);
    return out;
  };
  const auto word = [&](std::size_t at) {
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < 4 && at + i < length; ++i)
      out |= std::uint32_t{k[at + i]} << (8 * i);
    return out;
  };
  for (; length > 12; length -= 12, k += 12) {
    a += whole_word(0), b += whole_word(4), c += whole_word(8);
    a -= c, a ^= std::rotl(c, 4), c += b;
    b -= a, b ^= std::rotl(a, 6), a += c;
    c -= b, c ^= std::rotl(b, 8), b += a;
    a -= c, a ^= std::rotl(c, 16), c += b;
    b -= a, b ^= std::rotl(a, 19), a += c;
    c -= b, c ^= std::rotl(b, 4), b += a;
  }
  if (length == 0) return c;
  a += word(0), b += word(4), c += word(8);
  c ^= b, c -= std::rotl(b, 14);
  a ^= c, a -= std::rotl(c, 11);
  b ^= a, b -= std::rotl(a, 25);
  c ^= b, c -= std::rotl(b, 16);
  a ^= c, a -= std::rotl(c, 4);
  b ^= a, b -= std::rotl(a, 14);
  c ^= b, c -= std::rotl(b, 24);
  return c;
}

std::uint64_t little_endian(const std::uint8_t* bytes, std::size_t size) {
  std::uint64_t out = 0;
  for (std::size_t i = size; i-- > 0;) out = out << 8 | bytes[i];
  return out;
}

/// What the checksum of an object header, or of the superblock, covers; 0: to be found out. The
/// HDF5 file format, sections II.A and IV.A.
std::size_t summed_size(const FileBytes& bytes, std::size_t at, std::string_view mark) {
  if (mark == signature) return 44;
  if (mark != "OHDR" || at + 26 > bytes.size()) return 0;
  const std::uint8_t flags = bytes[at + 5];
  const std::size_t width = std::size_t{1} << (flags & 3),
                    start = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  return start + width + little_endian(&bytes[at + start], width);
}

void store(FileBytes& bytes, std::size_t at, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size && at + i < bytes.size(); ++i)
    bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

}  // namespace

FileBytes bytes_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Base::Base(FileBytes bytes) : bytes_(std::move(bytes)) {
  constexpr std::array<std::string_view, 9> marks = {"OHDR", "OCHK", "FRHP", "FHDB",   "FHIB",
                                                     "BTHD", "BTLF", "BTIN", signature};
  const std::string_view text(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
  for (const std::string_view mark : marks)
    for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + 1))
      find_sum(at, summed_size(bytes_, at, mark));
}

void Base::find_sum(std::size_t at, std::size_t known) {
  const std::size_t first = known ? known : 8, last = known ? known : longest_summed;
  for (std::size_t size = first; size <= last && size + 4 <= bytes_.size() - at; ++size)
    if (little_endian(&bytes_[at + size], 4) == lookup3(&bytes_[at], size)) {
      summed_.push_back({at, size});
      metadata_ += size;
      return;
    }
}

std::size_t Base::position(std::size_t wanted, bool in_metadata) const {
  if (!in_metadata || metadata_ == 0) return wanted % bytes_.size();
  wanted %= metadata_;
  for (const Summed& span : summed_) {
    if (wanted < span.size) return span.begin + wanted;
    wanted -= span.size;
  }
  return 0;
}

void Base::repair(FileBytes& bytes) const {
  for (const auto& [begin, size] : summed_)
    if (begin + size + 4 <= bytes.size())
      store(bytes, begin + size, lookup3(&bytes[begin], size), 4);
}

FileBytes Base::edited(Input edits) const {
  constexpr std::array<std::uint64_t, 12> telling = {0,
                                                     1,
                                                     2,
                                                     8,
                                                     0x7f,
                                                     0xff,
                                                     0xffff,
                                                     0x7fffffff,
                                                     0xffffffff,
                                                     std::uint64_t{1} << 40,
                                                     std::numeric_limits<std::int64_t>::max(),
                                                     std::numeric_limits<std::uint64_t>::max()};
  FileBytes out = bytes_;
  std::size_t end = out.size();
  for (; edits.size() >= edit_size; edits = edits.subspan(edit_size)) {
    const std::uint8_t operation = edits[3];
    if (operation >= by_hdf5) continue;
    const Input payload = edits.subspan(4, 8);
    const bool in_metadata = operation & 1;
    const std::size_t at = position(little_endian(edits.data(), 3), in_metadata);
    switch ((operation >> 1) % 6) {
      case 0:
        out[at] = payload[0];
        break;
      case 1:
        out[at] ^= payload[0];
        break;
      case 2:
        store(out, at, little_endian(payload.data(), 8), 8);
        break;
      case 3:
        store(out, at, telling[payload[0] % telling.size()], std::size_t{1} << payload[1] % 4);
        break;
      case 4: {
        const std::size_t from = position(little_endian(payload.data(), 3), in_metadata);
        for (std::size_t i = 0; i < payload[3] % 64u && std::max(at, from) + i < out.size(); ++i)
          out[at + i] = bytes_[from + i];
        break;
      }
      default:
        if (payload[0] > 240) end = at;  // seldom: little is left to read
    }
  }
  repair(out);
  out.resize(std::min(end, out.size()));
  return out;
}

void closed_superblock(FileBytes& bytes) {
  constexpr std::size_t flags = 11, sum = 44;
  if (bytes.size() < sum + 4) return;
  bytes[flags] = 0;
  store(bytes, sum, lookup3(bytes.data(), sum), 4);
}

FileBytes edited_file(const std::vector<Base>& bases, Input input) {
  if (input.size() >= signature.size() &&
      std::memcmp(input.data(), signature.data(), signature.size()) == 0)
    return {input.begin(), input.end()};
  if (input.empty()) return bases.front().edited({});
  const Base& base = bases[input[0] % bases.size()];
  const Input edits = input.subspan(1);
  std::size_t of_bytes = 0, whole = 0;
  for (std::size_t at = 0; at + edit_size <= edits.size(); at += edit_size)
    ++(edits[at + 3] < by_hdf5 ? of_bytes : whole);
  if (whole == 0) return base.edited(edits);
  // HDF5 may come to harm by an edit, too: H5Ocopy of attributes that hold variable-length text.
  const Parcel made = hdf5::read_in_child("edits", [&](Packing& packing) {
    const FileBytes bytes = changed_by_hdf5(base.edited({}), edits);
    packing.text({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  });
  FileBytes changed(made.text.begin(), made.text.end());
  return of_bytes == 0 ? changed : Base(std::move(changed)).edited(edits);
}

}  // namespace plumbline::fuzz
