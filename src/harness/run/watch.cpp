// Signals and limits → go on, finish, drop.
#include "harness/run/watch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/run/run_options.hpp"

namespace plumbline {

void Watch::begin(const std::string& what, std::optional<Real> seconds) {
  work_ = {what, {}};
  if (seconds) work_->end = clock_.seconds() + *seconds;
}

bool Watch::stop(Ended why) {
  ended_ = why;
  return true;
}

bool Watch::go_on() {
  if (signals_() > 0) return !stop(Ended::interrupted);
  if (clock_.seconds() > max_seconds_) return !stop(Ended::time_limit);
  return true;
}

/// Seconds to the expected end; nothing where that is not known, or has passed.
std::optional<Real> Watch::left() const {
  if (!work_ || !work_->end || *work_->end < clock_.seconds()) return std::nullopt;
  return *work_->end - clock_.seconds();
}

void Watch::say() {
  said_ = true;
  std::string when;
  if (const std::optional<Real> seconds = left())
    when = ", about " + duration_text(*seconds);
  else if (work_ && work_->end)
    when = ", which takes longer than predicted";
  says_.note(fmt::format("interrupted: finishing this {}{}; press again to drop it",
                         work_ ? work_->what : "step", when));
}

bool Watch::drop() {
  const int signals = signals_();
  if (signals > 1) return stop(Ended::interrupted);
  if (signals == 1 && !said_) say();
  const Real late = clock_.seconds() - max_seconds_;
  if (!(late > 0)) return false;
  return (late > grace || left().value_or(grace) + late > grace) && stop(Ended::time_limit);
}

}  // namespace plumbline
