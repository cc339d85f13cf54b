// Tables, and values as TOML text. Reading TOML is the harness' part.
#include "core/value.hpp"

#include <algorithm>
#include <cmath>

namespace plumbline {
namespace {

bool is_bare_key(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

std::string quoted_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += fmt::format("\\{}", c);
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += fmt::format("\\u{:04X}", static_cast<int>(c));
    else
      out += c;
  }
  return out + '"';
}

/// Shortest decimal that reads back to the same bits, always recognisable as a float.
std::string float_text(double v) {
  if (std::isnan(v)) return "nan";
  std::string text = fmt::format("{}", v);
  if (text.find_first_of(".ein") == std::string::npos) text += ".0";
  return text;
}

/// Appends the TOML text of values to `out`; arrays stop with … once `out` is past `limit` > 0.
struct Writer {
  std::string& out;
  std::size_t limit;

  void operator()(bool v) const { out += v ? "true" : "false"; }
  void operator()(std::int64_t v) const { out += fmt::format("{}", v); }
  void operator()(double v) const { out += float_text(v); }
  void operator()(const std::string& v) const { out += quoted_text(v); }
  void operator()(const Array& array) const {
    out += '[';
    const char* separator = "";
    for (const Value& entry : array) {
      out += separator;
      separator = ", ";
      if (limit > 0 && out.size() >= limit) {
        out += "…";
        break;
      }
      std::visit(*this, entry.data);
    }
    out += ']';
  }
  void operator()(const Table& table) const {
    out += '{';
    const char* separator = " ";
    for (const auto& [key, value] : table.members) {
      out += separator;
      separator = ", ";
      out += is_bare_key(key) ? key : quoted_text(key);
      out += " = ";
      std::visit(*this, value.data);
    }
    out += table.members.empty() ? "}" : " }";
  }
};

/// Equality of the contents; two NaN are the same, 1 and 1.0 are not.
struct Same {
  template <class A, class B>
  bool operator()(const A&, const B&) const {
    return false;
  }
  template <class T>
  bool operator()(const T& a, const T& b) const {
    return a == b;
  }
  bool operator()(double a, double b) const { return a == b || (std::isnan(a) && std::isnan(b)); }
  bool operator()(const Array& a, const Array& b) const {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
  }
  bool operator()(const Table& a, const Table& b) const {  // the order of keys does not matter
    return a.members.size() == b.members.size() &&
           std::all_of(a.members.begin(), a.members.end(), [&](const Member& member) {
             const Value* other = b.find(member.key);
             return other && same(member.value, *other);
           });
  }
};

}  // namespace

const Value* Table::find(std::string_view key) const {
  for (const Member& member : members)
    if (member.key == key) return &member.value;
  return nullptr;
}

Value& Table::set(std::string_view key, Value value) {
  for (Member& member : members)
    if (member.key == key) return member.value = std::move(value);
  return members.emplace_back(Member{std::string(key), std::move(value)}).value;
}

bool Table::erase(std::string_view key) {
  return std::erase_if(members, [&](const Member& member) { return member.key == key; }) > 0;
}

std::string type_name(const Value& value) {
  static constexpr const char* names[] = {"true or false", "a whole number", "a number",
                                          "text",          "a list",         "a table"};
  return names[value.data.index()];
}

std::string to_text(const Value& value, std::size_t limit) {
  std::string out;
  std::visit(Writer{out, limit}, value.data);
  return out;
}

bool same(const Value& a, const Value& b) {
  return std::visit(Same{}, a.data, b.data);
}

}  // namespace plumbline
