// Standard output carries data, standard error messages. Every write is checked.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "core/value.hpp"
#include "harness/statistics/statistics.hpp"

namespace plumbline::cli {

/// Whoever read standard output has gone (| head): end quietly.
class ReaderGone : public std::runtime_error {
 public:
  ReaderGone() : std::runtime_error("standard output was closed") {}
};

/// Data. IoError when it cannot be written, ReaderGone when nobody reads.
void print(const std::string& text);
/// A value as JSON, two spaces of indentation, and a newline.
void print_json(const Value& value);
/// A line for people, on standard error.
void message(const std::string& line);

/// Lines of at most `width` characters, broken at spaces, each behind `indent` spaces.
std::string wrapped(const std::string& text, std::size_t width, int indent);
/// The first `most` characters, … in place of what is left out.
std::string shortened(const std::string& text, std::size_t most);

/// "0.5 ± 0.1" with as many digits of the mean, without an error where there is none, "–" of
/// nothing.
std::string mean_text(const MeanAndError& mean, int digits);

/// Rows as columns two spaces apart; the last column is not padded. Widths count characters.
std::string columns(const std::vector<std::vector<std::string>>& rows, int indent = 0);

}  // namespace plumbline::cli
