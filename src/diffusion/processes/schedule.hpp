// What a noise process is made of, for this room only: one Schedule per kind (ou, vp, ve, flow,
// general), each in its own file with its settings.
#pragma once

#include "diffusion/processes/noise_process.hpp"

namespace plumbline {

struct NoiseProcess::Schedule {
  virtual ~Schedule() = default;
  virtual std::string name() const = 0;
  virtual Table resolved() const = 0;
  virtual Real horizon() const = 0;
  virtual NoiseLevel at(Real t) const = 0;
  virtual Transition between(Real s, Real t) const = 0;
  virtual SdeCoefficients sde(Real t, Side side) const = 0;
  /// Through the SDE; a schedule with a = 0 somewhere has its own.
  virtual OdeCoefficients ode(Real t, Side side) const;
  /// By bisection; the closed forms override it. Only asked for λ between those of the horizon and
  /// of t = 0.
  virtual Real time_at_log_snr(Real lambda) const;

  Real log_snr(Real t) const;
};

using SchedulePointer = std::shared_ptr<const NoiseProcess::Schedule>;

/// One kind that a sweep file can name.
struct ScheduleEntry {
  ProcessDoc doc;
  SchedulePointer (*make)(const Table& table);
};
ScheduleEntry ou_schedule();
ScheduleEntry vp_schedule();
ScheduleEntry ve_schedule();
ScheduleEntry flow_schedule();

/// For a schedule S with `struct Settings` and a constructor from Settings.
template <class S>
ScheduleEntry schedule_entry(std::string name, std::string summary, std::string reference) {
  return {{std::move(name), std::move(summary), std::move(reference),
           describe_settings<typename S::Settings>()},
          [](const Table& table) -> SchedulePointer {
            typename S::Settings settings{};
            read_settings(settings, table, {"kind"});
            return std::make_shared<S>(settings);
          }};
}

/// The settings of a schedule as a table that starts with its kind.
template <class Settings>
Table resolved_schedule(const char* kind, const Settings& settings) {
  Table table;
  table.set("kind", Value{std::string(kind)});
  for (auto& member : write_settings(settings).members) table.members.push_back(member);
  return table;
}

}  // namespace plumbline
