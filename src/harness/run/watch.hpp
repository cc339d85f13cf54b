// When to stop a run: signals and a time limit, asked between replicates and, through
// core/steps/stop.hpp, between the steps of one.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>

#include "core/steps/stop.hpp"
#include "harness/run/progress.hpp"
#include "harness/sweep/stopwatch.hpp"

namespace plumbline {

/// Why a run ended.
enum class Ended { finished, time_limit, interrupted, too_many_failures };
constexpr auto names(Ended) {
  return std::array{"finished", "time_limit", "interrupted", "too_many_failures"};
}

/// How many times somebody asked to stop: InterruptGuard::count, or what a test says.
using Signals = std::function<int()>;

/// A first signal lets the replicate in hand finish and says how long that takes, a second drops
/// it. Beyond the time limit it may finish within `grace`; otherwise it is dropped.
class Watch {
 public:
  static constexpr Real grace = 1;  // s

  Watch(Signals signals, Real max_seconds, ProgressSink& says)
      : signals_(std::move(signals)), max_seconds_(max_seconds), says_(says) {}

  /// Between replicates: false when it is time to stop.
  bool go_on();
  /// A replicate, or another piece of work that is finished whole or dropped, begins: what it is
  /// and how long it should take, where that is known.
  void begin(const std::string& what, std::optional<Real> seconds);
  void end() { work_.reset(); }
  /// Between its steps: true when it is to be dropped.
  bool drop();

  Ended ended() const { return ended_; }
  Real seconds() const { return clock_.seconds(); }

 private:
  struct Work {
    std::string what;
    std::optional<Real> end;  ///< on `clock_`
  };
  std::optional<Real> left() const;
  bool stop(Ended why);
  void say();

  Signals signals_;
  Real max_seconds_;
  ProgressSink& says_;
  Stopwatch clock_;
  std::optional<Work> work_;
  bool said_ = false;
  Ended ended_ = Ended::finished;
};

}  // namespace plumbline
