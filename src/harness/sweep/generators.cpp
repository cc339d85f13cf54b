// { geom = [a, b, n] }, { lin = [a, b, n] }, { range = [a, b, step] } → lists.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "harness/sweep/axes.hpp"

namespace plumbline {
namespace {

constexpr Index longest = 100'000;  // values of one axis: more is a typing error

const std::vector<std::string> generator_names = {"geom", "lin", "range"};

/// A table whose only key is a generator's name.
bool is_generator(const Value& value) {
  const auto* table = value.get_if<Table>();
  return table && table->members.size() == 1 &&
         std::find(generator_names.begin(), generator_names.end(), table->members[0].key) !=
             generator_names.end();
}

/// 12 significant digits: the last bits of pow and of a + i·step are nobody's intention.
Real rounded(Real v) {
  return std::strtod(fmt::format("{:.12g}", v).c_str(), nullptr);
}

struct Generator {
  std::string key, name;
  const Value& written;
  std::vector<Real> arguments = {};

  [[noreturn]] void refuse(const std::string& allowed) const {
    throw SpecError(key, to_text(written, 60), allowed, written.at);
  }

  void read_arguments(const Array& values, std::size_t least, std::size_t most) {
    if (values.size() < least || values.size() > most)
      refuse(name == "range" ? "range takes [a, b] or [a, b, step]" : name + " takes [a, b, n]");
    for (const Value& value : values) {
      Real number = 0;
      settings::read(key, value, number, {});
      arguments.push_back(number);
    }
  }

  Index count() const {
    const Real n = arguments[2];
    if (n != std::floor(n) || n < 1 || n > static_cast<Real>(longest))
      refuse(fmt::format("n must be a whole number in [1, {}]", longest));
    return static_cast<Index>(n);
  }

  std::vector<Real> range() const {
    const Real a = arguments[0], b = arguments[1], step = arguments.size() > 2 ? arguments[2] : 1;
    if (step == 0) refuse("the step must not be 0");
    const Real n = std::ceil(rounded((b - a) / step));
    if (!std::isfinite(n) || n > static_cast<Real>(longest))
      refuse(fmt::format("at most {} values", longest));
    if (n < 0) return {};
    std::vector<Real> out;
    for (Index i = 0; i < static_cast<Index>(n); ++i)
      out.push_back(rounded(a + static_cast<Real>(i) * step));
    return out;
  }

  std::vector<Real> spaced(bool geometric) const {
    const Real a = arguments[0], b = arguments[1];
    const Index n = count();
    if (geometric && !(a * b > 0)) refuse("geom needs ends of one sign, not 0");
    std::vector<Real> out;
    for (Index i = 0; i < n; ++i) {
      const Real u = n == 1 ? 0 : static_cast<Real>(i) / static_cast<Real>(n - 1);
      out.push_back(
          i == 0
              ? a
              : (i == n - 1 ? b : rounded(geometric ? a * std::pow(b / a, u) : a + u * (b - a))));
    }
    return out;
  }

  std::vector<Real> values(const Array& list) {
    read_arguments(list, name == "range" ? 2 : 3, 3);
    return name == "range" ? range() : spaced(name == "geom");
  }
};

bool whole_number(const Value& value) {
  return value.get_if<std::int64_t>() != nullptr;
}

void append(const std::string& key, const Value& value, bool whole, Array& out) {
  const Member& member = std::get<Table>(value.data).members[0];
  const Array& list = settings::read_array(key, member.value, "number");
  // A range between whole numbers is whole, whatever it sets: number settings read those too.
  whole = whole || (member.key == "range" && std::all_of(list.begin(), list.end(), whole_number));
  for (const Real number : Generator{key, member.key, value}.values(list)) {
    if (!whole)
      out.push_back({number, value.at});
    else if (const Real nearest = std::round(number); std::fabs(nearest) < 9e15)
      out.push_back({static_cast<std::int64_t>(nearest), value.at});
    else
      throw SpecError(key, to_text(value, 60), "too large for a whole number", value.at);
    if (out.size() > 1 && same(out.back(), out[out.size() - 2])) out.pop_back();
  }
}

}  // namespace

Value expand_generators(const std::string& key, const Value& value, bool whole) {
  if (is_generator(value)) {
    Array out;
    append(key, value, whole, out);
    return {std::move(out), value.at};
  }
  const auto* array = value.get_if<Array>();
  if (!array || std::none_of(array->begin(), array->end(), is_generator)) return value;
  Array out;
  for (const Value& entry : *array) {
    if (is_generator(entry))
      append(key, entry, whole, out);
    else
      out.push_back(entry);
  }
  return {std::move(out), value.at};
}

}  // namespace plumbline
