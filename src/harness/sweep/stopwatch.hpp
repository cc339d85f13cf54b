// Elapsed wall time. For reports and limits only: no number of a result depends on it.
#pragma once

#include <chrono>
#include <ctime>

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

/// The time that this thread has worked: of a host that is busy with other things about what the
/// wall clock of an idle one would say, as the first thread takes part in every kernel. On a device
/// it is the wall's.
class WorkWatch {
 public:
  Real seconds() const { return now() - start_; }

 private:
  static Real now() {
    timespec time{};
    ::clock_gettime(on_host ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time);
    return static_cast<Real>(time.tv_sec) + 1e-9 * static_cast<Real>(time.tv_nsec);
  }
  Real start_ = now();
};

}  // namespace plumbline
