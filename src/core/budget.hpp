// Which way a setting is refined.
#pragma once

#include <array>
#include <cstdint>

namespace plumbline {

/// A setting that is a budget leads an algorithm to its limit as it grows (steps), or as it shrinks
/// to 0 (the length of a step).
enum class Budget : std::uint8_t { none, grows, shrinks };
constexpr auto names(Budget) {
  return std::array{"", "grows", "shrinks"};
}

}  // namespace plumbline
