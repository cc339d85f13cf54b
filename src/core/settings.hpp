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
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/budget.hpp"
#include "core/errors.hpp"
#include "core/named_enum.hpp"
#include "core/types.hpp"
#include "core/value.hpp"

namespace plumbline {

/// What a number may be. Applies to every entry of a list.
struct Range {
  Real low = -std::numeric_limits<Real>::infinity();
  Real high = std::numeric_limits<Real>::infinity();
  bool open_low = false;   ///< low itself is not allowed
  bool open_high = false;  ///< high itself is not allowed

  bool holds(Real v) const {  // false for NaN
    return (open_low ? v > low : v >= low) && (open_high ? v < high : v <= high);
  }
  std::string text() const;  ///< "≥ 1", "in (0, 1]", "" when anything goes
};
inline Range at_least(Real low) {
  return {.low = low};
}
inline Range above(Real low) {
  return {.low = low, .open_low = true};
}
inline Range between(Real low, Real high) {
  return {.low = low, .high = high};
}

/// One knob, as `describe` prints it.
struct FieldDoc {
  std::string name;
  std::string type;  ///< "whole number", "number", "true or false", "one of a, b, c", "list of …"
  std::string default_value;  ///< TOML text; "" when it depends on other settings
  std::string allowed;        ///< range text
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

/// "whole number", "one of a, b", "list of number": the type as `describe` and messages say it.
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
    return "list of " + type_text<typename T::value_type>();
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
/// The error where the table wrote its key (`key`, or the list in `key[3][0]`).
SpecError located(const SpecError& error, const Table& table);
}  // namespace settings

/// Set the fields of `out` that `table` names. `skip` are keys that somebody else reads ("kind",
/// "label"). An unknown key is a SpecError that lists the known ones and the nearest. A Settings
/// may have `void validate() const` for what depends on several fields; its SpecErrors are located
/// here.
template <class S>
void read_settings(S& out, const Table& table, const std::vector<std::string>& skip = {}) {
  std::vector<std::string> known;
  out.visit([&](const char* name, auto& field, const char*, Range range = {}, Budget = {}) {
    known.push_back(name);
    using settings::read;  // and a gallery's own field types, by argument-dependent lookup
    if (const Value* v = table.find(name)) read(name, *v, field, range);
  });
  settings::refuse_unknown(table, known, skip);
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
  std::vector<FieldDoc> docs;
  defaults.visit([&](const char* name, auto& field, const char* doc, Range range = {},
                     Budget budget = Budget::none) {
    using T = std::remove_reference_t<decltype(field)>;
    using settings::write;
    if constexpr (requires { field.has_value(); })
      docs.push_back(
          {name, settings::type_text<typename T::value_type>(), "", range.text(), doc, budget});
    else
      docs.push_back(
          {name, settings::type_text<T>(), to_text(write(field)), range.text(), doc, budget});
  });
  return docs;
}

/// Every field with its resolved value; unset optionals are left out.
template <class S>
Table write_settings(S settings_copy) {
  Table table;
  settings_copy.visit([&](const char* name, auto& field, const char*, Range = {}, Budget = {}) {
    using settings::write;
    if constexpr (requires { field.has_value(); }) {
      if (field) table.set(name, write(*field));
    } else {
      table.set(name, write(field));
    }
  });
  return table;
}

}  // namespace plumbline
