// What a person sees while a sweep runs: a bar on a terminal, plain lines elsewhere.
#pragma once

#include <chrono>
#include <cstdio>
#include <string>

#include "core/kokkos.hpp"

namespace plumbline {

struct ProgressState {
  Index done = 0, total = 0;  ///< cells of this run, as `plan` counts them: without exact draws
  Real fraction = 0;          ///< of the predicted cost, exact draws included
  Real elapsed = 0;           ///< seconds
  std::string current;        ///< the cell just finished
};

class ProgressSink {
 public:
  virtual ~ProgressSink() = default;
  virtual void update(const ProgressState& state) = 0;
  /// A line that stays: trouble, what was written where.
  virtual void note(const std::string& line) = 0;
  virtual void finish() {}
};

/// Nothing at all: tests, --quiet.
class SilentProgress final : public ProgressSink {
 public:
  void update(const ProgressState&) override {}
  void note(const std::string&) override {}
};

/// On `stream`: a bar that redraws itself at most ten times a second when it is a terminal, else a
/// line every 10 s. NO_COLOR and TERM=dumb are honoured.
class TextProgress final : public ProgressSink {
 public:
  explicit TextProgress(std::FILE* stream);
  void update(const ProgressState& state) override;
  void note(const std::string& line) override;
  void finish() override;

 private:
  void clear();

  std::FILE* stream_;
  bool terminal_, color_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_ = {};
};

/// A line for a log: "12/80 cells, 35 %, 1 min 5 s, about 2 min left, last: smc".
std::string log_line(const ProgressState& state);

/// The line of a bar at most `width` columns wide: "[####····] 12/80  35 %  2 min left  smc".
std::string progress_line(const ProgressState& state, int width);

}  // namespace plumbline
