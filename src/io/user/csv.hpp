// Numbers in text files: one point per line. Written elsewhere and so suspect.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "record/numbers.hpp"

namespace plumbline {

/// A column that is no coordinate, where a header names it.
struct CsvColumn {
  enum class Kind {
    number,
    log_weight,  ///< a number, or −inf
    whole,       ///< a whole number ≥ 0
    label        ///< any text
  };
  std::string name;
  Kind kind = Kind::number;
};

/// Rows of numbers, and the columns apart from them that the header names.
struct CsvNumbers {
  NumberArray x;                                          ///< [n, d]
  std::map<std::string, std::vector<double>> numbers;     ///< by name, [n]
  std::map<std::string, std::vector<std::string>> texts;  ///< labels by name, [n]
};

/// Reads a file of at most 1 GiB of UTF-8. Fields are separated by semicolons, tabs, commas or
/// blanks, the first of these that the first line has; they may be in quotes. Lines that are empty
/// or begin with # are skipped.
///
/// The first line is a header when it has names, or 0, 1, … in order above rows that are not all
/// whole numbers; a # line before the first row is one when it names a column apart. A first column
/// without a name (or "Unnamed: 0", "index") that counts the rows is left out.
///
/// SpecError, with line and column, for a field that is no finite number, for a line of another
/// length, and for a header name that looks like a misspelled column apart.
CsvNumbers read_csv(const std::filesystem::path& path, const std::vector<CsvColumn>& apart);

}  // namespace plumbline
