// A noise process by name, and what follows from (a_t, s_t²) for every schedule.
// diffusion/processes/README §1, §2.
#include "diffusion/processes/noise_process.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "diffusion/processes/process.hpp"

namespace plumbline {
namespace {

std::vector<std::string> kinds() {
  std::vector<std::string> list;
  for (const ProcessEntry& entry : process_catalogue()) list.push_back(entry.name);
  return list;
}

}  // namespace

NoiseProcess NoiseProcess::from_settings(const Table& table) {
  const Value* kind = table.find("kind");
  if (!kind)
    throw SpecError("kind", "",
                    "a process needs one of " + fmt::to_string(fmt::join(kinds(), ", ")));
  const std::size_t choice = settings::read_choice("kind", *kind, kinds());
  try {
    return process_catalogue()[choice].make(table);
  } catch (const SpecError& error) {
    throw settings::located(error, table).at(kind->at);
  }
}

NoiseProcess::NoiseProcess(std::shared_ptr<const Schedule> schedule, Table resolved)
    : schedule_(std::move(schedule)),
      resolved_(std::make_shared<const Table>(std::move(resolved))) {}

std::string NoiseProcess::name() const {
  return std::get<std::string>(resolved_->find("kind")->data);
}
Real NoiseProcess::horizon() const {
  return schedule_->horizon();
}

NoiseLevel NoiseProcess::at(Real t) const {
  PLUMBLINE_REQUIRE(t >= 0 && t <= horizon(), "t = {} outside [0, {}]", t, horizon());
  return schedule_->at(t);
}
Transition NoiseProcess::between(Real s, Real t) const {
  PLUMBLINE_REQUIRE(0 <= s && s <= t && t <= horizon(), "s = {}, t = {}, horizon {}", s, t,
                    horizon());
  return schedule_->between(s, t);
}
SdeCoefficients NoiseProcess::sde(Real t, Side side) const {
  PLUMBLINE_REQUIRE(t >= 0 && t <= horizon(), "t = {} outside [0, {}]", t, horizon());
  return schedule_->sde(t, side);
}
OdeCoefficients NoiseProcess::ode(Real t, Side side) const {
  PLUMBLINE_REQUIRE(t > 0 && t <= horizon(), "t = {} outside (0, {}]", t, horizon());
  return schedule_->ode(t, side);
}

Real NoiseProcess::log_snr(Real t) const {
  PLUMBLINE_REQUIRE(t >= 0 && t <= horizon(), "t = {} outside [0, {}]", t, horizon());
  return schedule_->log_snr(t);
}

Real NoiseProcess::time_at_log_snr(Real lambda) const {
  if (lambda <= log_snr(horizon())) return horizon();
  if (std::isinf(lambda)) return 0;
  return std::clamp(schedule_->time_at_log_snr(lambda), Real(0), horizon());
}

Real NoiseProcess::practical_deviation() const {
  const NoiseLevel last = at(horizon());
  const Real total = last.alpha * last.alpha + last.variance;
  const bool variance_preserving = std::abs(total - 1) < 1e-12;
  return variance_preserving ? 1 : std::sqrt(last.variance);
}

OdeCoefficients NoiseProcess::Schedule::ode(Real t, Side side) const {
  const SdeCoefficients c = sde(t, side);
  const NoiseLevel level = at(t);
  const Real half = c.diffusion2 / (2 * level.variance);
  return {c.drift + half, -level.alpha * half};
}

Real NoiseProcess::Schedule::log_snr(Real t) const {
  const NoiseLevel level = at(t);
  if (level.variance == 0) return infinity;
  const Real log_alpha =
      level.alpha > 0.5 ? std::log1p(level.alpha_minus_one) : std::log(level.alpha);
  return 2 * log_alpha - std::log(level.variance);
}

Real NoiseProcess::Schedule::time_at_log_snr(Real lambda) const {
  Real low = 0, high = horizon();
  for (int i = 0; i < 200; ++i) {
    const Real middle = low + (high - low) / 2;
    (log_snr(middle) > lambda ? low : high) = middle;
  }
  return high;
}

}  // namespace plumbline
