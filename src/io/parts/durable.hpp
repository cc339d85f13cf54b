// Files that are there entirely or not at all, also after kill -9, a full disk or a power cut.
// io/README §2. Knows bytes, not formats.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

namespace plumbline {

using Bytes = std::span<const std::byte>;

/// The folder that a path names a file in: "." for a bare name.
std::filesystem::path folder_of(const std::filesystem::path& path);

/// The file that a write to `path` makes or replaces: symbolic links followed, also to what is not
/// there yet. IoError for a loop of them.
std::filesystem::path write_target(const std::filesystem::path& path);

/// The folder and those above it. IoError.
void make_folder(const std::filesystem::path& folder);

/// Refuse, before the work is done rather than after, a `path` that write_durably would refuse: a
/// file is made beside it and removed. IoError.
void require_writable(const std::filesystem::path& path);

/// Write the pieces, one after the other, as the file `path`: temporary neighbour → fsync → rename
/// → fsync of the folder. On failure IoError, `path` is what it was and nothing else stays behind.
/// A link stays, and what it points to is written. The folder must exist; a `path` that exists and
/// is no regular file (/dev/null) is refused.
///   cost  two fsyncs, 8–12 ms on a disk
void write_durably(const std::filesystem::path& path, std::initializer_list<Bytes> pieces);

/// What tells a file from another that took its name: files are replaced, never changed.
struct FileStamp {
  std::uintmax_t size = 0, inode = 0;
  std::int64_t seconds = 0, nanoseconds = 0;
  bool operator==(const FileStamp&) const = default;
};
/// Nothing where there is no file.
std::optional<FileStamp> stamp_of(const std::filesystem::path& path);

/// All bytes of a regular file. IoError.
std::vector<std::byte> read_bytes(const std::filesystem::path& path);

/// True for the temporary neighbours that a killed writer leaves behind.
bool is_temporary(const std::filesystem::path& path);

}  // namespace plumbline
