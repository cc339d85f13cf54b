// The gallery of noise processes: what one is, and how it enters the catalogue. A process is one
// file (what, paper → Settings → a_t, s_t and what follows from them → factory) plus one line in
// catalogue.def.
#pragma once

#include "diffusion/processes/noise_process.hpp"

namespace plumbline {

/// What a process has to know of itself. Times are inside [0, horizon] when these are asked, and
/// every quantity keeps full relative accuracy down to t = 1e-8: no difference of nearly equal
/// numbers. The contract suite checks each against the others.
struct NoiseProcess::Schedule {
  virtual ~Schedule() = default;
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

/// A catalogue entry, type-erased.
struct ProcessEntry {
  std::string name;
  std::string summary;    ///< one line: a_t, s_t, and what t is
  std::string reference;  ///< "Author year, section"
  std::vector<FieldDoc> fields = {};
  std::function<NoiseProcess(const Table&)> make = {};  ///< SpecError on bad settings; skips kind
};

/// For a schedule S with `struct Settings` and a constructor from Settings. Every setting has a
/// default; those that depend on other settings are filled in by `Settings::validate()`
/// (core/settings.hpp).
template <class S>
ProcessEntry process_entry(ProcessEntry entry) {
  using Settings = typename S::Settings;
  entry.fields = describe_settings<Settings>();
  entry.make = [name = entry.name](const Table& table) {
    Settings settings{};
    read_settings(settings, table, {"kind"});
    Table resolved;
    resolved.set("kind", Value{name});
    for (const Member& member : write_settings(settings).members)
      resolved.set(member.key, member.value);
    return NoiseProcess(std::make_shared<S>(settings), std::move(resolved));
  };
  return entry;
}

/// Every process that a sweep file can name, in the order of catalogue.def.
const std::vector<ProcessEntry>& process_catalogue();
/// SpecError("kind") with the nearest name when unknown.
const ProcessEntry& find_process(std::string_view name);

}  // namespace plumbline
