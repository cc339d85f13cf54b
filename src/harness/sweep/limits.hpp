// What a command may use at most: memory and the number of cells.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>

#include "core/types.hpp"

namespace plumbline {

/// Bytes that this process may still take: what the machine has available, less where a control
/// group or a resource limit allows less. ∞ where nothing says. `root` is where /proc and /sys are.
Real available_memory(const std::filesystem::path& root = "/");

/// Bytes that are free where kernels have their arrays, when that is not the host's memory; ∞ where
/// it is, and where nobody says.
Real device_memory();
/// "Host", "Cuda": the memory that kernels have their arrays in.
std::string memory_name();

struct Limits {
  Real memory = std::min(available_memory(), device_memory());  ///< bytes
  Index max_cells = 100'000;
};

/// "8G", "500M", "1.5T", "200000": powers of 1024. SpecError("--memory").
Real parse_bytes(const std::string& text);
/// "7.5 GB": 3 digits, powers of 1024.
std::string bytes_text(Real bytes);

}  // namespace plumbline
