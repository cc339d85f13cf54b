// compare FILE.h5 --paired A,B: two samplers of one file by common random numbers.
#pragma once

#include <string>

#include "core/kokkos.hpp"

namespace plumbline::cli {

enum class Output { text, json };

/// Prints the comparisons; exit code 0, or UsageError when nothing is compared. `pair` is "A,B".
int print_paired(const std::string& path, const std::string& pair, Real level, Output output);

}  // namespace plumbline::cli
