// Elapsed wall time. For reports and limits only: no number of a result depends on it.
#pragma once

#include <chrono>

#include "core/kokkos.hpp"

namespace plumbline {

class Stopwatch {
 public:
  Real seconds() const {
    return std::chrono::duration<Real>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace plumbline
