// Files that are there entirely or not at all, also after kill -9, a full disk or a power cut.
// io/README §2. Knows bytes, not formats.
#pragma once

#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <span>
#include <vector>

namespace plumbline {

using Bytes = std::span<const std::byte>;

/// Write the pieces, one after the other, as the file `path`: temporary neighbour → fsync → rename
/// → fsync of the folder. On failure IoError, `path` is what it was and nothing else stays behind.
/// The folder must exist; a `path` that exists and is no regular file (/dev/null) is refused.
///   cost  two fsyncs, 8–12 ms on a disk
void write_durably(const std::filesystem::path& path, std::initializer_list<Bytes> pieces);

/// All bytes of a regular file. IoError.
std::vector<std::byte> read_bytes(const std::filesystem::path& path);

/// True for the temporary neighbours that a killed writer leaves behind.
bool is_temporary(const std::filesystem::path& path);

}  // namespace plumbline
