// NumPy's .npy files (format versions 1 to 3), written elsewhere and so suspect: nothing in the
// header is believed before the file is seen to hold it. Pickled objects are never read.
#pragma once

#include <filesystem>

#include "record/numbers.hpp"

namespace plumbline {

/// The numbers of a .npy file, row-major whatever order it keeps: float32, float64 and integers of
/// 1 to 8 bytes in either byte order. NaN and infinities pass. SpecError, naming the file, for
/// everything else: other types, a header that does not parse, a shape that the file does not hold
/// to the byte.
NumberArray read_npy(const std::filesystem::path& path);

}  // namespace plumbline
