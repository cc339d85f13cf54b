// The only file that includes toml++: its nodes become Values, its errors SpecErrors.
#include "harness/sweep/toml.hpp"

#include <toml++/toml.h>

#include <algorithm>

namespace plumbline {
namespace {

Location place(const toml::source_region& source, const std::string& file) {
  return {file, static_cast<int>(source.begin.line), static_cast<int>(source.begin.column)};
}

Value convert(const toml::node& node, const std::string& file, const Location& fallback);

/// toml++ keeps keys sorted by name; their places give back the order written.
Table convert_table(const toml::table& table, const std::string& file) {
  std::vector<std::pair<const toml::key*, const toml::node*>> written;
  for (const auto& [key, node] : table) written.emplace_back(&key, &node);
  std::stable_sort(written.begin(), written.end(), [](const auto& a, const auto& b) {
    return a.first->source().begin < b.first->source().begin;
  });
  Table out;
  for (const auto& [key, node] : written)
    out.members.push_back(
        {std::string(key->str()), convert(*node, file, place(key->source(), file))});
  return out;
}

/// `fallback`: where the key was written, for tables that a dotted key makes implicitly.
Value convert(const toml::node& node, const std::string& file, const Location& fallback) {
  const Location at = node.source().begin ? place(node.source(), file) : fallback;
  if (const auto* v = node.as_boolean()) return {v->get(), at};
  if (const auto* v = node.as_integer()) return {std::int64_t{v->get()}, at};
  if (const auto* v = node.as_floating_point()) return {v->get(), at};
  if (const auto* v = node.as_string()) return {v->get(), at};
  if (const auto* v = node.as_table()) return {convert_table(*v, file), at};
  if (const auto* v = node.as_array()) {
    Array out;
    for (const toml::node& entry : *v) out.push_back(convert(entry, file, at));
    return {std::move(out), at};
  }
  throw SpecError("", "", "dates and times are not settings: write a number or quoted text", at);
}

/// Every value inside `value` at the same place.
void place_all(Value& value, const Location& where) {
  value.at = where;
  if (auto* array = std::get_if<Array>(&value.data))
    for (Value& entry : *array) place_all(entry, where);
  if (auto* table = std::get_if<Table>(&value.data))
    for (Member& member : table->members) place_all(member.value, where);
}

/// Behind the string, or the comment, that begins at `i`; text.size() when it does not end.
std::size_t behind(const std::string& text, std::size_t i) {
  if (text[i] == '#') return std::min(text.find('\n', i), text.size());
  const std::string quote(text.compare(i, 3, std::string(3, text[i])) == 0 ? 3 : 1, text[i]);
  for (i += quote.size(); i < text.size(); ++i) {
    if (text.compare(i, quote.size(), quote) == 0) return i + quote.size();
    if (quote.size() == 1 && text[i] == '\n') return i;
    if (text[i] == '\\' && quote[0] == '"') ++i;
  }
  return text.size();
}

std::size_t behind_blanks(const std::string& text, std::size_t i) {
  return std::min(text.find_first_not_of(" \t", i), text.size());
}

/// Where the name in the table header that begins at `i` is.
std::size_t name_of_table(const std::string& text, std::size_t i) {
  const bool list = text.compare(i, 2, "[[") == 0;
  return behind_blanks(text, i + (list ? 2 : 1));
}

/// A name or a quote; other brackets toml++ looks at itself.
bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-\"'[]").find(c) != std::string_view::npos;
}

struct Mistake {
  std::size_t at;
  const char* what;
};

/// What toml++ 3.3 must not see, because it is undefined behaviour there: letters beyond ASCII
/// outside strings and comments, of which it calls some unreachable, and a table header without a
/// name, which it takes for impossible.
std::optional<Mistake> mistake(const std::string& text) {
  int depth = 0;  // of brackets in a value
  bool line_begins = true;
  for (std::size_t i = text.starts_with("\xEF\xBB\xBF") ? 3 : 0; i < text.size();) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x80)
      return Mistake{i, "letters beyond ASCII stand in quotes"};
    if (c == '[' && line_begins && depth == 0) {
      i = name_of_table(text, i);
      if (i < text.size() && !begins_name(text[i]))
        return Mistake{i, "a table header needs a name behind its bracket"};
      line_begins = false;
      continue;
    }
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') depth = std::max(0, depth - 1);
    line_begins = c == '\n' || (line_begins && (c == ' ' || c == '\t' || c == '\r'));
    i = c == '#' || c == '"' || c == '\'' ? behind(text, i) : i + 1;
  }
  return std::nullopt;
}

/// Line and column, from 1, in letters.
Location place_of(const std::string& text, std::size_t at, const std::string& file) {
  const std::size_t line = text.rfind('\n', at) == std::string::npos ? 0 : text.rfind('\n', at) + 1;
  const auto lines = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  const auto letters = std::count_if(text.begin() + static_cast<std::ptrdiff_t>(line),
                                     text.begin() + static_cast<std::ptrdiff_t>(at), [](char c) {
                                       return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
                                     });
  return {file, static_cast<int>(lines) + 1, static_cast<int>(letters) + 1};
}

}  // namespace

Table parse_toml(const std::string& text, const std::string& file) {
  if (const auto found = mistake(text))
    throw SpecError("", "", std::string("not valid TOML: ") + found->what,
                    place_of(text, found->at, file));
  try {
    return convert_table(toml::parse(text, file), file);
  } catch (const toml::parse_error& error) {
    throw SpecError("", "", "not valid TOML: " + std::string(error.description()),
                    place(error.source(), file));
  }
}

std::optional<Value> parse_toml_value(const std::string& text, const Location& where) {
  if (text.find('\n') != std::string::npos || mistake(text)) return std::nullopt;
  try {
    Table table = convert_table(toml::parse("value = " + text), where.file);
    if (table.members.size() != 1) return std::nullopt;
    place_all(table.members[0].value, where);
    return std::move(table.members[0].value);
  } catch (const toml::parse_error&) {
    return std::nullopt;
  } catch (const SpecError& error) {  // placed inside the made-up line above
    throw SpecError("", text, error.allowed(), where);
  }
}

std::string toml_library_version() {
  return fmt::format("{}.{}.{}", TOML_LIB_MAJOR, TOML_LIB_MINOR, TOML_LIB_PATCH);
}

}  // namespace plumbline
