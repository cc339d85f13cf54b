// SIGINT and SIGTERM as a question: how many came? The first asks to finish what is in hand, the
// second to drop it; a third ends the process at once.
#pragma once

namespace plumbline {

/// While one of these lives, the first two signals are counted instead of fatal.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  static int count();
};

}  // namespace plumbline
