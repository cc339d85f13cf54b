// Parsing KEY=VALUE, and following dotted paths into a sweep file's table.
#include "harness/sweep/overrides.hpp"

#include <algorithm>

#include "core/text/numbers.hpp"
#include "harness/sweep/toml.hpp"

namespace plumbline {
namespace {

const Location command_line = {"command line", 0, 0};

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

/// The pieces between commas that are outside brackets, parentheses and quotes.
std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> pieces(1);
  int depth = 0;
  char quote = 0;
  for (const char c : text) {
    if (quote) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '[' || c == '{' || c == '(') {
      ++depth;
    } else if (c == ']' || c == '}' || c == ')') {
      --depth;
    } else if (c == ',' && depth == 0) {
      pieces.emplace_back();
      continue;
    }
    pieces.back() += c;
  }
  for (std::string& piece : pieces) piece = trimmed(piece);
  return pieces;
}

/// Numbers as TOML spells them, outside quotes: ".5" → "0.5", "1." → "1.0", "+.5e3" → "+0.5e3".
std::string spelled_out(std::string_view text) {
  std::string out;
  char quote = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const std::size_t end = std::min(text.find_first_of(" \t,[]{}()=\"'", at), text.size());
    if (quote || end == at) {
      if (c == '"' || c == '\'') quote = quote == 0 ? c : quote == c ? char{0} : quote;
      out += c;
      ++at;
      continue;
    }
    const std::string_view token = text.substr(at, end - at);
    at = end;
    const std::size_t point = token.find('.');
    if (point == token.npos || !parse_number(token)) {
      out += token;
      continue;
    }
    const auto digit = [&](std::size_t i) {
      return i < token.size() && token[i] >= '0' && token[i] <= '9';
    };
    out += fmt::format("{}{}.{}{}", token.substr(0, point), digit(point - 1) ? "" : "0",
                       digit(point + 1) ? "" : "0", token.substr(point + 1));
  }
  return out;
}

/// "geom(10, 1000, 5)" → { geom = [10, 1000, 5] }, as in a file; else a TOML value; else text.
Value parse_entry(const std::string& typed) {
  const std::string text = spelled_out(typed);
  for (const std::string name : {"geom", "lin", "range"})
    if (text.starts_with(name + "(") && text.ends_with(")")) {
      const std::size_t open = name.size() + 1;
      const std::string list = fmt::format("[{}]", text.substr(open, text.size() - open - 1));
      if (auto arguments = parse_toml_value(list, command_line)) {
        Table generator;
        generator.set(name, *std::move(arguments));
        return {std::move(generator), command_line};
      }
    }
  if (auto value = parse_toml_value(text, command_line)) return *std::move(value);
  return {typed, command_line};
}

/// Set what `path` leads to from `node`; `whole` is the path as written, for messages.
void set_at(Value& node, const std::string& whole, std::string_view path, const Value& value) {
  auto* table = std::get_if<Table>(&node.data);
  if (!table)
    throw SpecError(whole, to_text(value, 40),
                    fmt::format("there is no '{}' to set: what holds it is {}, not a table", path,
                                type_name(node)),
                    value.at);
  const std::size_t dot = path.find('.');
  if (dot == path.npos) {
    table->set(path, value);
    return;
  }
  const std::string segment(path.substr(0, dot));
  if (whole.starts_with("metrics.") && whole.size() == path.size() + 8 && !table->find(segment))
    table->set(segment, {Table{}, value.at});  // a metric whose settings are all defaults
  if (whole == path && (segment == "metrics" || segment == "tolerance") && !table->find(segment))
    table->set(segment, {Table{}, value.at});  // tables that a file may leave out
  if (!table->find(segment)) {
    std::vector<std::string> keys;
    for (const Member& member : table->members) keys.push_back(member.key);
    throw SpecError(whole, to_text(value, 40), "leads nowhere: " + not_one_of(segment, keys),
                    value.at);
  }
  for (auto& [key, inner] : table->members)
    if (key == segment) return set_at(inner, whole, path.substr(dot + 1), value);
}

/// The text under `key` of a [[sampler]] table, "" when there is none.
std::string text_of(const Value& sampler, std::string_view key) {
  const auto* table = sampler.get_if<Table>();
  const Value* value = table ? table->find(key) : nullptr;
  const auto* text = value ? value->get_if<std::string>() : nullptr;
  return text ? *text : "";
}

/// `path` is "NAME.SETTING": a sampler's label, else the kind of one or more. Names may have dots.
void set_in_samplers(Array& samplers, const Override& change, std::string_view path) {
  std::vector<std::string> names;
  for (const std::string key : {"label", "kind"}) {
    bool found = false;
    for (Value& sampler : samplers) {
      const std::string name = text_of(sampler, key);
      if (name.empty()) continue;
      names.push_back(name);
      if (!path.starts_with(name + ".")) continue;
      set_at(sampler, change.path, path.substr(name.size() + 1), change.value);
      found = true;
    }
    if (found) return;
  }
  const std::string first(path.substr(0, path.find('.')));
  const bool known = std::find(names.begin(), names.end(), first) != names.end();
  throw SpecError(change.path, to_text(change.value, 40),
                  known ? "name the setting too: sampler." + first + ".SETTING"
                        : "no such sampler: " + not_one_of(first, names),
                  change.value.at);
}

/// `replicates` that come later count for all samplers.
void forget_own_replicates(Table& root) {
  for (auto& [key, value] : root.members)
    if (auto* samplers = std::get_if<Array>(&value.data); samplers && key == "sampler")
      for (Value& sampler : *samplers)
        if (auto* table = std::get_if<Table>(&sampler.data)) table->erase("replicates");
}

void flatten(const Table& table, const std::string& prefix, std::vector<Override>& out) {
  for (const auto& [key, value] : table.members) {
    const auto* inner = value.get_if<Table>();
    const bool generator =
        inner && inner->members.size() == 1 && inner->members[0].value.is_array();
    const bool group =
        inner &&
        !(generator && (inner->find("geom") || inner->find("lin") || inner->find("range")));
    if (group)
      flatten(*inner, prefix + key + ".", out);
    else
      out.push_back({prefix + key, value});
  }
}

}  // namespace

Override parse_override(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string path = trimmed(text.substr(0, equals));
  if (equals == text.npos || path.empty())
    throw SpecError("", text, "must be KEY=VALUE, as in sampler.smc.particles=16,64", command_line);
  const std::string written = trimmed(text.substr(equals + 1));
  const std::vector<std::string> pieces = split_at_commas(written);
  if (std::find(pieces.begin(), pieces.end(), "") != pieces.end())
    throw SpecError(path, written, written.empty() ? "needs a value" : "has an empty entry",
                    command_line);
  if (pieces.size() == 1) return {path, parse_entry(pieces.front())};
  Array list;
  for (const std::string& piece : pieces) list.push_back(parse_entry(piece));
  return {path, {std::move(list), command_line}};
}

std::vector<Override> quick_overrides(const Table& quick) {
  std::vector<Override> out;
  flatten(quick, "", out);
  of_all_first(out);
  return out;
}

void of_all_first(std::vector<Override>& changes) {
  std::stable_partition(changes.begin(), changes.end(),
                        [](const Override& change) { return change.path == "replicates"; });
}

void apply(const Override& change, Table& root) {
  const std::string_view path = change.path;
  if (path == "replicates") forget_own_replicates(root);
  constexpr std::string_view prefix = "sampler.";
  for (auto& [key, value] : root.members)
    if (auto* samplers = std::get_if<Array>(&value.data);
        samplers && key == "sampler" && path.starts_with(prefix))
      return set_in_samplers(*samplers, change, path.substr(prefix.size()));
  Value node{std::move(root)};
  try {
    set_at(node, change.path, path, change.value);
  } catch (...) {
    root = std::get<Table>(std::move(node.data));
    throw;
  }
  root = std::get<Table>(std::move(node.data));
}

}  // namespace plumbline
