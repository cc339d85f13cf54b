#include "io/user/csv_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/errors.hpp"
#include "core/text/numbers.hpp"
#include "io/user/user_file.hpp"

namespace plumbline::csv {
namespace {

constexpr std::string_view blanks = " \t";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool begins_like_a_number(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  if (text.starts_with('.')) text.remove_prefix(1);
  return !text.empty() && is_digit(text[0]);
}

/// What programs write where there is no number.
bool is_missing(std::string_view text) {
  constexpr std::array<std::string_view, 8> words = {"NA",   "N/A",  "#N/A", "null",
                                                     "NULL", "None", "<NA>", "NaT"};
  return std::find(words.begin(), words.end(), text) != words.end();
}

/// The quoted text at the beginning of `line`, which is moved past it.
Field take_quoted(std::string_view& line, std::size_t number) {
  std::size_t end = 1;
  while (end < line.size() && (line[end] != '"' || line.substr(end + 1).starts_with('"')))
    end += line[end] == '"' ? 2 : 1;
  if (end >= line.size())
    throw SpecError(fmt::format("field {}", number), printable(line),
                    "a quote that is closed in its line");
  const Field field = {line.substr(1, end - 1), true};
  line.remove_prefix(end + 1);
  return field;
}

std::size_t length_of(std::string_view line, char separator) {
  const std::size_t end = separator == ' ' ? line.find_first_of(blanks) : line.find(separator);
  return std::min(end, line.size());
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == text.npos) return text.substr(text.size());  // where it would be
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

char separator_of(std::string_view line) {
  for (const char c : {';', '\t', ','})
    if (line.find(c) != line.npos) return c;
  return ' ';
}

std::vector<Field> fields_of(std::string_view line, char separator) {
  std::vector<Field> fields;
  if (separator == ' ') line = trimmed(line);
  for (;;) {
    while (line.starts_with(' ') || (separator != '\t' && line.starts_with('\t')))
      line.remove_prefix(1);
    if (line.starts_with('"')) {
      fields.push_back(take_quoted(line, fields.size() + 1));
      const std::size_t rest = length_of(line, separator);
      if (!trimmed(line.substr(0, rest)).empty())
        throw SpecError(fmt::format("field {}", fields.size()),
                        printable(trimmed(line.substr(0, rest))), "nothing behind a closed quote");
      line.remove_prefix(rest);
    } else {
      const std::size_t length = length_of(line, separator);
      fields.push_back({trimmed(line.substr(0, length))});
      line.remove_prefix(length);
    }
    if (line.empty()) return fields;
    line.remove_prefix(1);
  }
}

bool is_counter(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_name(std::string_view text) {
  return !text.empty() && !parse_number(text) && !begins_like_a_number(text) && !is_missing(text);
}

std::string wanted_number(std::string_view text, bool last) {
  if (text.empty())
    return last ? "a number; nothing is here: a separator too many at the end?"
                : "a number; nothing is here, and missing values are not read";
  if (is_missing(text)) return "a number: missing values are not read";
  if (text.find(',') != text.npos) return "a number with a decimal point, and no other comma";
  return "a number";
}

}  // namespace plumbline::csv
