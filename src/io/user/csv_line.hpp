// One line of a text file as fields, and what a field is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plumbline::csv {

struct Field {
  std::string_view text;  ///< without blanks and quotes around it
  bool quoted = false;
};

/// Nothing but blanks.
std::string_view trimmed(std::string_view text);

/// ';', '\t' or ',', whichever the line has first in this order; ' ' (any run of blanks) else.
char separator_of(std::string_view line);

/// SpecError("field i") without a place for a quote that is not closed, or not at the field's end.
std::vector<Field> fields_of(std::string_view line, char separator);

/// Digits alone.
bool is_counter(std::string_view text);
/// What a header can call a column: text that neither is nor begins like a number, and that does
/// not say that a number is missing.
bool is_name(std::string_view text);

/// What should have been in place of a field that is no number: "a number", and why this is none.
std::string wanted_number(std::string_view text, bool last);

}  // namespace plumbline::csv
