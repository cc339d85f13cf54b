// Reading of single settings: type and range, with one message per kind of mistake.
#include "core/settings.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace plumbline {
namespace {

/// "must be a whole number ≥ 1".
std::string expected(const std::string& what, const Range& range) {
  const std::string text = range.text();
  return "must be " + what + (text.empty() ? "" : " " + text);
}

[[noreturn]] void wrong_type(const std::string& key, const Value& v, const std::string& wanted) {
  throw SpecError(key, to_text(v, 60), wanted + ", not " + type_name(v), v.at);
}
[[noreturn]] void wrong_value(const std::string& key, const Value& v, const std::string& wanted) {
  throw SpecError(key, to_text(v, 60), wanted, v.at);
}

template <class Whole>
void read_whole(const std::string& key, const Value& v, Whole& out, const Range& range) {
  const std::string wanted = expected("a whole number", range);
  const auto* number = v.get_if<std::int64_t>();
  if (!number) wrong_type(key, v, wanted);
  if (!range.holds(static_cast<Real>(*number))) wrong_value(key, v, wanted);
  if (!std::in_range<Whole>(*number))
    wrong_value(key, v,
                fmt::format("must be a whole number ≤ {}", std::numeric_limits<Whole>::max()));
  out = static_cast<Whole>(*number);
}

}  // namespace

std::string Range::text() const {
  const bool bounded_low = std::isfinite(low), bounded_high = std::isfinite(high);
  if (bounded_low && bounded_high)
    return fmt::format("in {}{}, {}{}", open_low ? "(" : "[", low, high, open_high ? ")" : "]");
  if (bounded_low) return (open_low ? "> " : "≥ ") + fmt::format("{}", low);
  if (bounded_high) return (open_high ? "< " : "≤ ") + fmt::format("{}", high);
  return "";
}

namespace settings {

void read(const std::string& key, const Value& v, bool& out, const Range&) {
  const bool* value = v.get_if<bool>();
  if (!value) wrong_type(key, v, "must be true or false");
  out = *value;
}

void read(const std::string& key, const Value& v, int& out, const Range& range) {
  read_whole(key, v, out, range);
}
void read(const std::string& key, const Value& v, Index& out, const Range& range) {
  read_whole(key, v, out, range);
}

void read(const std::string& key, const Value& v, Real& out, const Range& range) {
  const std::string wanted = expected("a finite number", range);
  Real number = 0;
  if (const auto* real = v.get_if<double>())
    number = *real;
  else if (const auto* whole = v.get_if<std::int64_t>())
    number = static_cast<Real>(*whole);
  else
    wrong_type(key, v, wanted);
  if (!std::isfinite(number) || !range.holds(number)) wrong_value(key, v, wanted);
  out = number;
}

void read(const std::string& key, const Value& v, std::string& out, const Range&) {
  const auto* text = v.get_if<std::string>();
  if (!text) wrong_type(key, v, "must be text");
  out = *text;
}

std::string one_of(const std::vector<std::string>& names) {
  return fmt::format("one of {}", fmt::join(names, ", "));
}

std::string plural(std::string_view type) {
  if (type.starts_with("list of ")) return fmt::format("lists of {}", type.substr(8));
  if (type.ends_with("number")) return fmt::format("{}s", type);
  if (type.starts_with("one of ")) return fmt::format("names ({})", type);
  return std::string(type);
}

std::size_t read_choice(const std::string& key, const Value& v,
                        const std::vector<std::string>& names) {
  const auto* text = v.get_if<std::string>();
  if (!text) wrong_type(key, v, "must be " + one_of(names));
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == *text) return i;
  wrong_value(key, v, not_one_of(*text, names));
}

const Array& read_array(const std::string& key, const Value& v, std::string_view of) {
  const auto* array = v.get_if<Array>();
  if (!array) wrong_type(key, v, of.empty() ? "must be a list" : "must be a list of " + plural(of));
  return *array;
}

void refuse_unknown(const Table& table, const std::vector<std::string>& known,
                    const std::vector<std::string>& skip) {
  const auto listed = [](const std::vector<std::string>& names, const std::string& key) {
    return std::find(names.begin(), names.end(), key) != names.end();
  };
  for (const auto& [key, value] : table.members)
    if (!listed(known, key) && !listed(skip, key))
      wrong_value(key, value, "unknown key: " + not_one_of(key, known));
}

SpecError located(const SpecError& error, const Table& table) {
  const std::string& key = error.key();
  if (const Value* whole = table.find(key)) return error.at(whole->at);  // a key may hold a '['
  const Value* written = table.find(key.substr(0, key.find_first_of(".[")));
  if (!written) return error;
  Location where = written->at;
  for (std::size_t open = key.find('['); open != key.npos; open = key.find('[', open + 1)) {
    const auto* list = written->get_if<Array>();
    std::size_t index = 0;
    const auto read = std::from_chars(key.data() + open + 1, key.data() + key.size(), index);
    if (!list || read.ec != std::errc{} || index >= list->size()) break;
    written = &(*list)[index];
    if (written->at.known()) where = written->at;
  }
  return error.at(where);
}

void add(Fields& fields, const Field& field) {
  fields.push_back(field);
}

void read(const Fields& fields, const Table& table, const std::vector<std::string>& skip) {
  std::vector<std::string> known;
  for (const Field& field : fields) {
    known.push_back(field.name);
    if (const Value* v = table.find(field.name))
      field.type->read(field.name, *v, field.at, field.range);
  }
  refuse_unknown(table, known, skip);
}

std::vector<FieldDoc> describe(const Fields& fields) {
  std::vector<FieldDoc> docs;
  for (const Field& field : fields) {
    const FieldType& type = *field.type;
    docs.push_back(
        {field.name, type.text(), type.is_set(field.at) ? to_text(type.write(field.at)) : "",
         *field.range.words ? field.range.words : field.range.text(), field.doc, field.budget});
  }
  return docs;
}

Table write(const Fields& fields) {
  Table table;
  for (const Field& field : fields)
    if (field.type->is_set(field.at)) table.set(field.name, field.type->write(field.at));
  return table;
}

}  // namespace settings
}  // namespace plumbline
