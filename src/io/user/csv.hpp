// Numbers in text files: one draw per line. Written elsewhere and so suspect.
#pragma once

#include <filesystem>
#include <vector>

#include "record/numbers.hpp"

namespace plumbline {

/// Rows of numbers, and the log weights when there is a column of them.
struct CsvNumbers {
  NumberArray x;              ///< [n, d]
  std::vector<double> log_w;  ///< [n], or empty
};

/// Reads a file of at most 1 GiB. Fields are separated by semicolons, else by commas, else by
/// blanks or tabs, as the first line shows. Lines that are empty or begin with # are skipped. A
/// first line without any number is a header; only there (or in a # line) can the last column be
/// named `log_w`. SpecError, with line and column, for a field that is no finite number (a log
/// weight may be −inf) and for a line of another length.
CsvNumbers read_csv(const std::filesystem::path& path);

}  // namespace plumbline
