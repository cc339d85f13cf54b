// The only file that includes toml++: its nodes become Values, its errors SpecErrors.
#include "harness/sweep/toml.hpp"

// Some files make false what toml++ asserts, or lets the optimiser assume: "[= a]", "a = [}". Where
// it does neither, it says what is wrong with them.
#if __has_include(<toml++/impl/preprocessor.hpp>)
#include <toml++/impl/preprocessor.hpp>  // since 3.4
#elif __has_include(<toml++/impl/preprocessor.h>)
#include <toml++/impl/preprocessor.h>
#endif
#ifdef TOML_ASSERT_ASSUME
#undef TOML_ASSERT
#undef TOML_ASSERT_ASSUME
#define TOML_ASSERT(expr) static_assert(true)
#define TOML_ASSERT_ASSUME(expr) static_assert(true)
#endif
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

/// The first byte beyond ASCII outside strings and comments, where TOML has none. toml++ 3.3 must
/// not see it: whether some letters may be in a name is undefined behaviour there.
std::optional<std::size_t> bare_letter(const std::string& text) {
  const std::size_t begin = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;  // a byte order mark
  for (std::size_t i = begin; i < text.size();) {
    if (static_cast<unsigned char>(text[i]) >= 0x80) return i;
    i = text[i] == '#' || text[i] == '"' || text[i] == '\'' ? behind(text, i) : i + 1;
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
  if (const auto at = bare_letter(text))
    throw SpecError("", "", "not valid TOML: letters beyond ASCII stand in quotes",
                    place_of(text, *at, file));
  try {
    return convert_table(toml::parse(text, file), file);
  } catch (const toml::parse_error& error) {
    throw SpecError("", "", "not valid TOML: " + std::string(error.description()),
                    place(error.source(), file));
  }
}

std::optional<Value> parse_toml_value(const std::string& text, const Location& where) {
  if (text.find('\n') != std::string::npos || bare_letter(text)) return std::nullopt;
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
