// Value → JSON by nlohmann/json, keys in the order given.
#include "cli/json.hpp"

#include <nlohmann/json.hpp>

namespace plumbline::cli {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Value& value);

struct Converter {
  Json operator()(const Array& array) const {
    Json list = Json::array();
    for (const Value& entry : array) list.push_back(json_of(entry));
    return list;
  }
  Json operator()(const Table& table) const {
    Json object = Json::object();
    for (const auto& [key, value] : table.members) object[key] = json_of(value);
    return object;
  }
  Json operator()(const auto& scalar) const { return scalar; }
};

Json json_of(const Value& value) {
  return std::visit(Converter{}, value.data);
}

}  // namespace

std::string to_json(const Value& value) {
  // What is no UTF-8, a path perhaps, is printed with U+FFFD in its place.
  return json_of(value).dump(2, ' ', false, Json::error_handler_t::replace);
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
