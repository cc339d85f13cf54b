// Work that can be dropped between its steps. Whoever started it says when, whoever steps asks; no
// result depends on it, because work that is dropped leaves none.
#pragma once

#include <functional>

namespace plumbline {

/// Unwinds work that is not wanted any more: neither a result nor an error, so no std::exception.
struct Stopped {};

/// While one lives, this thread's work is dropped at the next `stop_if_asked` for which `drop` says
/// true. Scopes nest: the innermost is asked.
class StopScope {
 public:
  /// `drop` is asked at every step: a flag, a clock.
  explicit StopScope(std::function<bool()> drop);
  ~StopScope();
  StopScope(const StopScope&) = delete;
  StopScope& operator=(const StopScope&) = delete;

 private:
  friend void stop_if_asked();
  std::function<bool()> drop_;
  const StopScope* outer_;
};

/// Between two steps of what can take long, on the host: throws Stopped when somebody wants the
/// work dropped.   cost  a load where nobody asks
void stop_if_asked();

}  // namespace plumbline
