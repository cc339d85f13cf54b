// SIGINT and SIGTERM as a question: "should I stop?". A second signal ends the process at once.
#pragma once

namespace plumbline {

/// While one of these lives, the first SIGINT or SIGTERM is noted instead of fatal.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// The signal that came, 0 when none did.
  static int signal();
};

}  // namespace plumbline
