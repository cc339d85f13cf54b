// How many seeds a test of rates takes: a sample in the test command, all of them by `.ci/deep
// deep`.
#pragma once

#include <cstdlib>

namespace plumbline::test {

/// Where PLUMBLINE_DEEP is set.
inline bool deep() {
  return std::getenv("PLUMBLINE_DEEP") != nullptr;
}
inline int seeds(int few, int all) {
  return deep() ? all : few;
}

}  // namespace plumbline::test
