// A value read from a sweep file or the command line, with the place it was written. The harness
// makes these from TOML; galleries read their settings from them (core/settings.hpp). No parser
// here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/errors.hpp"

namespace plumbline {

struct Value;
struct Member;
using Array = std::vector<Value>;

/// Key → value in the order written.
struct Table {
  std::vector<Member> members;

  const Value* find(std::string_view key) const;  ///< nullptr when absent
  Value& set(std::string_view key, Value value);  ///< replaces or appends
  bool erase(std::string_view key);
};

struct Value {
  std::variant<bool, std::int64_t, double, std::string, Array, Table> data;  ///< false by default
  Location at = {};

  template <class T>
  const T* get_if() const {
    return std::get_if<T>(&data);
  }
  bool is_table() const { return std::holds_alternative<Table>(data); }
  bool is_array() const { return std::holds_alternative<Array>(data); }
};

struct Member {
  std::string key;
  Value value;
};

/// "a whole number", "a table", …: for messages.
std::string type_name(const Value& value);

/// The value as TOML text on one line: shortest form that reads back to the same bits. Long arrays
/// are cut with … when `limit` > 0.
std::string to_text(const Value& value, std::size_t limit = 0);

/// The same members and values (locations ignored).
bool same(const Value& a, const Value& b);

}  // namespace plumbline
