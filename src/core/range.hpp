// What a number of a settings list may be.
#pragma once

#include <string>

#include "core/types.hpp"

namespace plumbline {

/// What a number may be. Applies to every entry of a list.
struct Range {
  Real low = -infinity;
  Real high = infinity;
  bool open_low = false;   ///< low itself is not allowed
  bool open_high = false;  ///< high itself is not allowed
  const char* words = "";  ///< what `describe` says instead: more than bounds, checked elsewhere

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

inline Range in_words(const char* words) {
  return {.words = words};
}

}  // namespace plumbline
