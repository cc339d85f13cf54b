// Which planted bug is awake. plant.py writes copies of source files in which every site of
// mutants.toml asks; one compilation then holds all bugs, and none of them is in src/.
#pragma once

#include <cstdlib>

namespace plumbline {

/// The number of one bug of mutants.toml, counted from 1, from the environment; 0: none.
inline const int planted_bug = [] {
  const char* number = std::getenv("PLUMBLINE_PLANTED");
  return number ? std::atoi(number) : 0;
}();

inline bool planted(int number) {
  return planted_bug == number;
}

}  // namespace plumbline
