// NumPy's .npy files (format versions 1 to 3), written elsewhere and so suspect: nothing in the
// header is believed before the file is seen to hold it. Pickled objects are never read.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "io/user/points.hpp"

namespace plumbline {

/// The numbers of a .npy file, row-major whatever order it keeps: float32, float64 and integers of
/// 1 to 8 bytes in either byte order. NaN and infinities pass. SpecError, naming the file, for
/// everything else: other types, a header that does not parse, a shape that the file does not hold
/// to the byte.
StoredArray read_npy(const std::filesystem::path& path);

/// Largest .npy file whose numbers are read.
inline constexpr std::size_t longest_npy_header = 1 << 16;
inline constexpr std::size_t largest_npy = max_input_values * 8 + longest_npy_header + 12;

/// The same of bytes in memory; the SpecErrors have no place.
StoredArray parse_npy(std::span<const std::byte> bytes);
/// The one text (str or bytes) of an array without dimensions or of one entry, up to its first
/// zero.
std::string parse_npy_text(std::span<const std::byte> bytes);

}  // namespace plumbline
