// Digest and seal.
#include "io/parts/seal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include "core/errors.hpp"

namespace plumbline {
namespace {

constexpr std::string_view mark = "\nplumbline digest ";
constexpr std::size_t seal_size = mark.size() + 16 + 1;

std::string seal_line(std::uint64_t digest) {
  return fmt::format("{}{:016x}\n", mark, digest);
}

}  // namespace

std::uint64_t digest(Bytes bytes, std::uint64_t so_far) {
  for (const std::byte byte : bytes)
    so_far = (so_far ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3;
  return so_far;
}

std::string seal(Bytes bytes) {
  return seal_line(digest(bytes));
}

void require_intact(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  const auto size = static_cast<std::int64_t>(in.tellg());
  if (!in || size < static_cast<std::int64_t>(seal_size)) return;  // the opener says what it is
  std::string found(seal_size, '\0');
  in.seekg(size - static_cast<std::int64_t>(seal_size));
  if (!in.read(found.data(), static_cast<std::streamsize>(seal_size)) || !found.starts_with(mark))
    return;

  std::uint64_t have = digest({});
  std::vector<char> buffer(std::size_t{1} << 20);
  in.seekg(0);
  for (auto left = static_cast<std::size_t>(size) - seal_size; left > 0;) {
    const std::size_t piece = std::min(left, buffer.size());
    if (!in.read(buffer.data(), static_cast<std::streamsize>(piece)))
      throw IoError(fmt::format("cannot read {}: it ends early", path.string()));
    have = digest(std::as_bytes(std::span(buffer.data(), piece)), have);
    left -= piece;
  }
  if (found != seal_line(have))
    throw IoError(fmt::format(
        "cannot read {}: it is damaged, its bytes are not those that were written", path.string()));
}

}  // namespace plumbline
