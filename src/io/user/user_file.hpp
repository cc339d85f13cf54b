// Bytes of files that users bring, and pieces of them fit for a message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

/// How the arrays of a file are to be read, by its ending: .h5 .hdf5 .nc .npz; .npy; .csv .tsv .txt
/// .dat. SpecError for any other.
enum class FileKind { arrays, npy, text };
FileKind kind_of_file(const std::filesystem::path& path);

/// All bytes of a regular file of at most `most` bytes. SpecError, naming the file, when it is
/// absent, a folder, a pipe, larger, or unreadable.
std::vector<std::byte> read_user_file(const std::filesystem::path& path, std::uintmax_t most);

/// The beginning of foreign text, in quotes, without what a terminal would obey.
std::string printable(std::string_view text);

}  // namespace plumbline
