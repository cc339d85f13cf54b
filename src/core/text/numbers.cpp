#include "core/text/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace plumbline {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes digits off the front; how many.
std::size_t take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto count = static_cast<std::size_t>(end - text.begin());
  text.remove_prefix(count);
  return count;
}

/// [0-9]+ [. [0-9]*] or . [0-9]+, then [(e|E) [+-] [0-9]+].
bool is_decimal(std::string_view text) {
  std::size_t digits = take_digits(text);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += take_digits(text);
  }
  if (digits == 0) return false;
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text.remove_prefix(1);
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  return take_digits(text) > 0 && text.empty();
}

bool is_word(std::string_view text) {
  std::string lower(text.substr(0, 9));
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return lower == "nan" || lower == "inf" || lower == "infinity";
}

}  // namespace

std::optional<Real> parse_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (!is_decimal(text) && !is_word(text)) return std::nullopt;
  Real value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // from_chars does not say on which side of the doubles a number is; strtod does.
  if (error == std::errc::result_out_of_range)
    value = std::strtod(std::string(text).c_str(), nullptr);
  else if (error != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return negative ? -value : value;
}

std::string fixed_text(Real value, int decimals) {
  if (!std::isfinite(value)) return fmt::format("{}", value);
  const Real size = std::abs(value);
  const int before = size > 0 ? static_cast<int>(std::floor(std::log10(size))) + 1 : 1;
  if (before + decimals > 6) return fmt::format("{:.6g}", value);
  return fmt::format("{:.{}f}", value, decimals);
}

std::string counted(Index n, std::string_view noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

}  // namespace plumbline
