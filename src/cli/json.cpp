// Value → JSON text.
#include "cli/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace plumbline::cli {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += fmt::format("\\{}", c);
    else if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<int>(c));
    else
      out += c;
  }
  return out + '"';
}

struct Writer {
  std::string& out;
  int depth;

  void operator()(bool v) const { out += v ? "true" : "false"; }
  void operator()(std::int64_t v) const { out += fmt::format("{}", v); }
  void operator()(double v) const { out += std::isfinite(v) ? fmt::format("{}", v) : "null"; }
  void operator()(const std::string& v) const { out += quoted(v); }
  void operator()(const Array& array) const {
    if (std::none_of(array.begin(), array.end(), nests)) return line(array);
    list(array, '[', ']', [&](const Value& v) { std::visit(Writer{out, depth + 1}, v.data); });
  }
  void operator()(const Table& table) const {
    list(table.members, '{', '}', [&](const Member& m) {
      out += quoted(m.key) + ": ";
      std::visit(Writer{out, depth + 1}, m.value.data);
    });
  }
  static bool nests(const Value& v) { return v.is_table() || v.is_array(); }
  /// Numbers and words fit a line: a matrix is a line per row.
  void line(const Array& array) const {
    out += '[';
    const char* separator = "";
    for (const Value& v : array) {
      out += separator;
      separator = ", ";
      std::visit(Writer{out, depth}, v.data);
    }
    out += ']';
  }
  template <class Items, class One>
  void list(const Items& items, char open, char close, const One& one) const {
    out += open;
    const char* separator = "";
    for (const auto& item : items) {
      out += separator;
      separator = ",";
      newline(depth + 1);
      one(item);
    }
    if (!items.empty()) newline(depth);
    out += close;
  }
  void newline(int level) const {
    out += '\n' + std::string(2 * static_cast<std::size_t>(level), ' ');
  }
};

}  // namespace

std::string to_json(const Value& value) {
  std::string out;
  std::visit(Writer{out, 0}, value.data);
  return out;
}

Value object(std::vector<Member> members) {
  return {Table{std::move(members)}};
}

Value texts(const std::vector<std::string>& list) {
  Array array;
  for (const std::string& text : list) array.push_back({text});
  return {std::move(array)};
}

}  // namespace plumbline::cli
