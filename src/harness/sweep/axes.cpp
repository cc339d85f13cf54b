// Which settings are swept, and the points of the grid they span. Lists of numbers: generators.cpp.
#include "harness/sweep/axes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <set>

namespace plumbline {
namespace {

/// How deeply lists are nested: 0 for a scalar, 1 + the deepest entry for a list.
int nesting(const Value& value) {
  const auto* array = value.get_if<Array>();
  if (!array) return 0;
  int deepest = 0;
  for (const Value& entry : *array) deepest = std::max(deepest, nesting(entry));
  return 1 + deepest;
}

/// "list of list of number", "list of lists of numbers" → 2.
int nesting(std::string_view type) {
  for (const std::string_view prefix : {"list of ", "lists of "})
    if (type.starts_with(prefix)) return 1 + nesting(type.substr(prefix.size()));
  return 0;
}

/// The depths of a type's alternatives: "number or list of list of number" → 0, 2.
std::vector<int> depths(std::string_view type) {
  std::vector<int> list;
  for (constexpr std::string_view separator = " or ";;) {
    const std::size_t end = type.find(separator);
    list.push_back(nesting(type.substr(0, end)));
    if (end == type.npos) return list;
    type.remove_prefix(end + separator.size());
  }
}

bool contains(const auto& list, const auto& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// 1 and 1.0 are one value of a number setting.
void make_real(std::vector<Value>& values) {
  for (Value& value : values)
    if (const auto* whole = value.get_if<std::int64_t>()) value.data = static_cast<double>(*whole);
}

/// Points of an axis must differ: of a zipped axis in at least one of its settings.
void refuse_repeated(const Axis& axis) {
  const SweptKey& first = axis.keys.front();
  std::set<std::string> seen;
  for (std::size_t i = 0; i < first.values.size(); ++i) {
    std::string point;
    for (const SweptKey& key : axis.keys) {
      const auto* real = key.values[i].get_if<double>();
      point += real && *real == 0 ? "0.0" : to_text(key.values[i]);  // −0 is 0
      point += '\n';
    }
    if (!seen.insert(std::move(point)).second)
      throw SpecError(first.path, to_text(first.values[i], 40), "a value is listed once",
                      first.values[i].at.known() ? first.values[i].at : first.at);
  }
}

std::string names_of(const std::vector<SweptKey>& keys) {
  std::vector<std::string> paths;
  paths.reserve(keys.size());
  for (const SweptKey& key : keys) paths.push_back(key.path);
  return paths.empty() ? "nothing is swept here"
                       : fmt::format("swept here: {}", fmt::join(paths, ", "));
}

/// Move the key that `entry` names from `keys` into `axis`.
void move_key(const Value& entry, const std::string& swept, std::vector<SweptKey>& keys,
              Axis& axis) {
  const auto* path = entry.get_if<std::string>();
  const auto found = std::find_if(keys.begin(), keys.end(),
                                  [&](const SweptKey& key) { return path && key.path == *path; });
  if (found == keys.end())
    throw SpecError("zip", to_text(entry, 40),
                    "must name a swept setting, each in one group; " + swept, entry.at);
  if (!axis.keys.empty() && axis.size() != static_cast<Index>(found->values.size()))
    throw SpecError("zip", to_text(entry, 40),
                    fmt::format("must have as many values as {} ({}), not {}",
                                axis.keys.front().path, axis.size(), found->values.size()),
                    entry.at);
  axis.keys.push_back(std::move(*found));
  keys.erase(found);
}

void set_path(Table& table, std::string_view path, const Value& value) {
  const std::size_t dot = path.find('.');
  if (dot == path.npos) {
    table.set(path, value);
    return;
  }
  Value inner = *table.find(path.substr(0, dot));
  set_path(std::get<Table>(inner.data), path.substr(dot + 1), value);
  table.set(path.substr(0, dot), std::move(inner));
}

/// All values as T, in the storage type S; nothing when one of them is something else.
template <class T, class S = T>
bool store_as(const std::vector<Value>& values, AxisValues& out) {
  std::vector<S> list;
  for (const Value& value : values) {
    const T* entry = value.get_if<T>();
    if (!entry) return false;
    list.push_back(static_cast<S>(*entry));
  }
  out = std::move(list);
  return true;
}

AxisValues stored_values(const SweptKey& key) {
  AxisValues out;
  if (store_as<bool, std::int8_t>(key.values, out) || store_as<std::int64_t>(key.values, out) ||
      store_as<double>(key.values, out) || store_as<std::string>(key.values, out))
    return out;
  std::vector<std::string> texts;
  for (const Value& value : key.values) texts.push_back(to_text(value));
  return texts;
}

}  // namespace

bool is_axis(const Value& value, const std::string& type) {
  const int depth = nesting(value);
  const std::vector<int> own = depths(type);
  return depth > 0 && !contains(own, depth) && contains(own, depth - 1);
}

std::vector<SweptKey> take_axes(Table& table, const std::vector<FieldDoc>& fields,
                                const std::string& folder) {
  std::vector<SweptKey> keys;
  for (auto& [name, value] : table.members) {
    const auto field = std::find_if(fields.begin(), fields.end(),
                                    [&key = name](const FieldDoc& f) { return f.name == key; });
    if (field == fields.end()) continue;
    const std::string path = folder.empty() ? name : fmt::format("{}.{}", folder, name);
    const bool whole = field->type.starts_with("whole number");
    value = expand_generators(name, value, whole);
    if (!is_axis(value, field->type)) continue;
    const Array& values = std::get<Array>(value.data);
    if (values.empty()) throw SpecError(name, "[]", "an axis needs at least one value", value.at);
    keys.push_back({path, folder.empty() ? name : fmt::format("{}_{}", folder, name), *field,
                    values, value.at});
    if (field->type.starts_with("number")) make_real(keys.back().values);
    value = Value(keys.back().values.front());
  }
  return keys;
}

std::vector<Axis> zip_axes(std::vector<SweptKey> keys, const Value* zip) {
  std::vector<Axis> groups, axes;
  const std::vector<SweptKey> order = keys;
  if (zip) {
    for (const Value& group : settings::read_array("zip", *zip, "list of text")) {
      Axis axis;
      for (const Value& entry : settings::read_array("zip", group, "text"))
        move_key(entry, names_of(order), keys, axis);
      if (axis.keys.size() < 2)
        throw SpecError("zip", to_text(group), "a group names at least two settings", group.at);
      groups.push_back(std::move(axis));
    }
  }
  for (const SweptKey& key : order) {  // a group stands where its first setting was written
    for (Axis& group : groups)
      if (!group.keys.empty() && contains(std::vector{group.keys.front().path}, key.path))
        axes.push_back(std::move(group));
    for (SweptKey& single : keys)
      if (single.path == key.path) axes.push_back({{std::move(single)}});
  }
  for (const Axis& axis : axes) refuse_repeated(axis);
  return axes;
}

Index grid_size(const std::vector<Axis>& axes) {
  Index size = 1;
  for (const Axis& axis : axes)
    if (__builtin_mul_overflow(size, axis.size(), &size)) return std::numeric_limits<Index>::max();
  return size;
}

std::vector<Index> grid_indices(const std::vector<Axis>& axes, Index flat) {
  std::vector<Index> indices(axes.size());
  for (std::size_t a = axes.size(); a-- > 0; flat /= axes[a].size())
    indices[a] = flat % axes[a].size();
  return indices;
}

Table at_point(Table table, const std::vector<Axis>& axes, const std::vector<Index>& indices) {
  for (std::size_t a = 0; a < axes.size(); ++a)
    for (const SweptKey& key : axes[a].keys)
      set_path(table, key.path, key.values[static_cast<std::size_t>(indices[a])]);
  return table;
}

AxisInfo describe_axis(const Axis& axis) {
  const SweptKey& first = axis.keys.front();
  AxisInfo info{first.name, first.field.doc, stored_values(first)};
  for (std::size_t i = 1; i < axis.keys.size(); ++i)
    info.zipped.push_back({axis.keys[i].name, axis.keys[i].field.doc, stored_values(axis.keys[i])});
  return info;
}

}  // namespace plumbline
