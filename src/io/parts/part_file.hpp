// Finished cells as small durable files: what a killed sweep keeps. io/README §3.
//
// A part is 512 bytes of text (kind, digest, size) followed by an HDF5 file, which h5dump and h5py
// read as it is (the text is what HDF5 calls a user block). The digest is checked before HDF5 sees
// a byte, so a torn, truncated or altered part is an absent part.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "record/cell.hpp"

namespace plumbline {

/// What one commit makes durable: one slow cell, or a batch of fast ones (a commit costs 8–12 ms).
struct Part {
  std::vector<CellRecord> cells;
  std::vector<NullRecord> nulls;
  std::string command = {};  ///< that made them
};

/// Replaces `path` as a whole or not at all. IoError.
void write_part(const std::filesystem::path& path, const Part& part);

/// The part, or nothing when there is none, it is not intact, or its arrays do not fit together.
/// SpecError where HDF5 comes to harm on it (io/hdf5/quarantine.hpp); IoError where it is there and
/// cannot be read: it may hold what is finished.
std::optional<Part> read_part(const std::filesystem::path& path);
/// The same of many; one child reads all where nothing is amiss.
std::vector<std::optional<Part>> read_parts(const std::vector<std::filesystem::path>& files);

/// Its digest holds: this program wrote it, and nobody may throw it away unread. IoError as above.
bool is_intact_part(const std::filesystem::path& path);

struct PartFolder {
  std::vector<std::filesystem::path> parts;      ///< *.part in the order of their names
  std::vector<std::filesystem::path> begun;      ///< *.begun: parts of a record per replicate
  std::vector<std::filesystem::path> temporary;  ///< of writers, also killed ones
};

/// What a folder of parts holds, by name; an absent folder is empty. IoError when it cannot be
/// read.
PartFolder list_parts(const std::filesystem::path& folder);

inline constexpr const char* part_extension = ".part";
inline constexpr const char* begun_extension = ".begun";

}  // namespace plumbline
