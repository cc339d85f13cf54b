// Files from elsewhere, byte by byte.
#include "io/user/user_file.hpp"

#include <algorithm>
#include <cctype>

#include "core/errors.hpp"
#include "io/parts/durable.hpp"

namespace plumbline {

FileKind kind_of_file(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (ending == ".npy") return FileKind::npy;
  for (const char* arrays : {".h5", ".hdf5", ".nc", ".npz"})
    if (ending == arrays) return FileKind::arrays;
  for (const char* text : {".csv", ".tsv", ".txt", ".dat"})
    if (ending == text) return FileKind::text;
  throw SpecError("file", path.string(),
                  "must end in .h5, .hdf5, .nc, .npz, .npy, .csv, .tsv, .txt or .dat");
}

std::vector<std::byte> read_user_file(const std::filesystem::path& path, std::uintmax_t most) try {
  std::error_code none;
  const std::uintmax_t size = std::filesystem::file_size(path, none);
  if (!none && size > most)
    throw SpecError("file", fmt::format("{} bytes", size), fmt::format("must be at most {}", most),
                    Location{path.string()});
  return read_bytes(path);
} catch (const IoError& error) {
  throw SpecError("file", path.string(), fmt::format("must be a readable file: {}", error.what()));
}

std::string printable(std::string_view text) {
  constexpr std::size_t most = 60;
  std::string out = "'";
  for (const char c : text.substr(0, most)) out += c >= ' ' && c <= '~' ? c : '?';
  return out + (text.size() > most ? "…'" : "'");
}

}  // namespace plumbline
