// plumbline compare --draws A B: one law?
#pragma once

#include <string>

#include "cli/compare_paired.hpp"

namespace plumbline::cli {

/// Prints whether two files of draws follow one law. Exit code 0: not told apart, 1: different.
int print_draws_comparison(const std::string& a, const std::string& b, Real level, Output output);

}  // namespace plumbline::cli
