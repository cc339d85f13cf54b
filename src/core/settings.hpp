// One field list per algorithm drives everything a user sees of its knobs: sweep-file keys,
// unknown-key errors, `describe`, the echo into the result file. A Settings aggregate has
//
//     void visit(auto&& field) {
//       field("steps", steps, "time steps", at_least(1), Budget::grows);
//       field("grid", grid, "how the times are spaced");
//     }
//
// and the functions below read it from a Table, list it and write it back.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/budget.hpp"
#include "core/errors.hpp"
#include "core/named_enum.hpp"
#include "core/range.hpp"
#include "core/types.hpp"
#include "core/value.hpp"

namespace plumbline {

/// One knob, as `describe` prints it.
struct FieldDoc {
  std::string name;
  std::string type;  ///< "whole number", "number", "true or false", "one of a, b, c", "list of …"
  std::string default_value;  ///< TOML text, when nothing is set; "" where it stays unset then
  std::string allowed;        ///< the range's words, or its bounds
  std::string doc;
  Budget budget = Budget::none;  ///< whether refining the algorithm raises it, or lowers it
};

/// Reading of one field type; each throws SpecError{key, value, allowed} at the value's location.
/// A whole number is not read from 100.0 or 1e3, a number is read from 100.
namespace settings {
void read(const std::string& key, const Value& v, bool& out, const Range&);
void read(const std::string& key, const Value& v, int& out, const Range& range);
void read(const std::string& key, const Value& v, Index& out, const Range& range);
void read(const std::string& key, const Value& v, Real& out, const Range& range);  // finite
void read(const std::string& key, const Value& v, std::string& out, const Range&);
std::size_t read_choice(const std::string& key, const Value& v,
                        const std::vector<std::string>& names);
/// `of` is what the entries are, for the message.
const Array& read_array(const std::string& key, const Value& v, std::string_view of);

template <NamedEnum E>
void read(const std::string& key, const Value& v, E& out, const Range& range);
template <class T>
void read(const std::string& key, const Value& v, std::optional<T>& out, const Range& range);
template <class T>
void read(const std::string& key, const Value& v, std::vector<T>& out, const Range& range);

std::string one_of(const std::vector<std::string>& names);  ///< "one of a, b"
/// "whole number" → "whole numbers", "list of numbers" → "lists of numbers".
std::string plural(std::string_view type);

/// "whole number", "one of a, b", "list of numbers": the type as `describe` and messages say it.
template <class T>
std::string type_text() {
  if constexpr (requires { T::type_text(); })  // a gallery's own field types
    return T::type_text();
  else if constexpr (std::is_same_v<T, bool>)
    return "true or false";
  else if constexpr (std::is_integral_v<T>)
    return "whole number";
  else if constexpr (std::is_floating_point_v<T>)
    return "number";
  else if constexpr (std::is_same_v<T, std::string>)
    return "text";
  else if constexpr (NamedEnum<T>)
    return one_of(all_names<T>());
  else
    return "list of " + plural(type_text<typename T::value_type>());
}

template <NamedEnum E>
void read(const std::string& key, const Value& v, E& out, const Range&) {
  out = static_cast<E>(read_choice(key, v, all_names<E>()));
}
template <class T>
void read(const std::string& key, const Value& v, std::optional<T>& out, const Range& range) {
  T value{};
  read(key, v, value, range);
  out = std::move(value);
}
template <class T>
void read(const std::string& key, const Value& v, std::vector<T>& out, const Range& range) {
  out.clear();
  for (const Value& entry : read_array(key, v, type_text<T>())) {
    T value{};
    read(fmt::format("{}[{}]", key, out.size()), entry, value, range);
    out.push_back(std::move(value));
  }
}

inline Value write(bool v) {
  return {v};
}
inline Value write(int v) {
  return {std::int64_t{v}};
}
inline Value write(Index v) {
  return {std::int64_t{v}};
}
inline Value write(Real v) {
  return {v};
}
inline Value write(const std::string& v) {
  return {v};
}
template <NamedEnum E>
Value write(E v) {
  return {name_of(v)};
}
template <class T>
Value write(const std::vector<T>& v) {
  Array out;
  for (const T& entry : v) out.push_back(write(entry));
  return {std::move(out)};
}

/// SpecError for the first member of `table` that is neither a known setting nor skipped.
void refuse_unknown(const Table& table, const std::vector<std::string>& known,
                    const std::vector<std::string>& skip);
/// The error where the table wrote its key: at the entry itself for one of a list, `key[3][0]`.
SpecError located(const SpecError& error, const Table& table);

/// What can be done with a field of one type, whoever owns it.
struct FieldType {
  std::string (*text)();
  void (*read)(const std::string& key, const Value& v, void* field, const Range& range);
  bool (*is_set)(const void* field);
  Value (*write)(const void* field);
};

template <class T>
concept MayBeUnset = requires(T field) {
  field.has_value();
};

template <class T>
std::string field_text() {
  if constexpr (MayBeUnset<T>)
    return type_text<typename T::value_type>();
  else
    return type_text<T>();
}
template <class T>
void read_field(const std::string& key, const Value& v, void* field, const Range& range) {
  read(key, v, *static_cast<T*>(field), range);  // a gallery's own types: argument-dependent lookup
}
template <class T>
bool is_set(const void* field) {
  if constexpr (MayBeUnset<T>)
    return static_cast<const T*>(field)->has_value();
  else
    return true;
}
template <class T>
Value write_field(const void* field) {
  if constexpr (MayBeUnset<T>)
    return write(**static_cast<const T*>(field));
  else
    return write(*static_cast<const T*>(field));
}
template <class T>
inline constexpr FieldType field_type = {field_text<T>, read_field<T>, is_set<T>, write_field<T>};

/// One field of a Settings in memory.
struct Field {
  const char* name;
  void* at;
  const FieldType* type;
  const char* doc;
  Range range;
  Budget budget;
};
using Fields = std::vector<Field>;
void add(Fields& fields, const Field& field);

/// The field list, visited once: what is done with it is compiled once for all Settings.
template <class S>
Fields fields_of(S& settings) {
  Fields fields;
  settings.visit([&](const char* name, auto& field, const char* doc, const Range& range = {},
                     Budget budget = Budget::none) {
    using T = std::remove_reference_t<decltype(field)>;
    add(fields, {name, &field, &field_type<T>, doc, range, budget});
  });
  return fields;
}

void read(const Fields& fields, const Table& table, const std::vector<std::string>& skip);
std::vector<FieldDoc> describe(const Fields& fields);
Table write(const Fields& fields);
}  // namespace settings

/// Set the fields of `out` that `table` names. `skip` are keys that somebody else reads ("kind",
/// "label"). An unknown key is a SpecError that lists the known ones and the nearest. A Settings
/// may have `void validate()` for what depends on several fields: it refuses combinations, by
/// SpecErrors that are located here, and fills in defaults that depend on other fields, which are
/// then echoed as if written. Doing it twice must change nothing.
template <class S>
void read_settings(S& out, const Table& table, const std::vector<std::string>& skip = {}) {
  settings::read(settings::fields_of(out), table, skip);
  if constexpr (requires { out.validate(); }) {
    try {
      out.validate();
    } catch (const SpecError& error) {
      throw settings::located(error, table);
    }
  }
}

/// Every field as `describe` prints it.
template <class S>
std::vector<FieldDoc> describe_settings() {
  S defaults{};
  if constexpr (requires { defaults.validate(); }) {
    try {
      defaults.validate();
    } catch (const SpecError&) {  // something must be set
    }
  }
  return settings::describe(settings::fields_of(defaults));
}

/// Every field with its resolved value; unset optionals are left out.
template <class S>
Table write_settings(S settings_copy) {
  return settings::write(settings::fields_of(settings_copy));
}

}  // namespace plumbline
