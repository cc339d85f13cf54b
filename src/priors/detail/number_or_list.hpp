// A setting that is one number for all coordinates, or a list with one for each.
#pragma once

#include "core/settings.hpp"

namespace plumbline {

struct NumberOrList {
  using value_type = Real;  ///< `describe` calls it a list of numbers
  std::vector<Real> values;
  bool single = true;

  NumberOrList(Real value = 0) : values{value} {}

  Real operator[](int i) const { return values[single ? 0 : i]; }
};

inline void read(const std::string& key, const Value& v, NumberOrList& out, const Range& range) {
  out.single = !v.is_array();
  if (!out.single) return settings::read(key, v, out.values, range);
  out.values.resize(1);
  settings::read(key, v, out.values.front(), range);
}

inline Value write(const NumberOrList& list) {
  return list.single ? settings::write(list.values.front()) : settings::write(list.values);
}

/// SpecError unless it is one number or `dim` of them.
inline void require_length(const std::string& key, const NumberOrList& list, int dim) {
  if (!list.single && static_cast<int>(list.values.size()) != dim)
    throw SpecError(key, to_text(write(list), 40),
                    fmt::format("must be a number or a list of {} numbers", dim));
}

}  // namespace plumbline
