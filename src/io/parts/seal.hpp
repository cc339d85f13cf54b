// A digest that notices damage before HDF5 parses the bytes: its parser may crash on what a bad
// disk or a broken copy changed. It is no protection against intent.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "io/parts/durable.hpp"

namespace plumbline {

/// FNV-1a, 64 bits: every step is a bijection, so any single altered byte changes the digest.
/// `so_far` continues a digest over further bytes.
std::uint64_t digest(Bytes bytes, std::uint64_t so_far = 0xcbf29ce484222325);

/// The line that follows the bytes of a sealed file. HDF5 ignores what lies behind its end of file,
/// and drops it when somebody changes the file with another program.
std::string seal(Bytes bytes);

/// IoError when the file ends with a seal that its bytes do not have. A file without a seal passes.
///   cost  one pass over the file, about 1 GB/s
void require_intact(const std::filesystem::path& path);

}  // namespace plumbline
