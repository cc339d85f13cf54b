// How large a run is by its settings alone: what memory and overflow are judged by before anything
// is made.
#pragma once

#include <algorithm>

#include "core/settings.hpp"

namespace plumbline {

/// Read off a sampler's Settings by the members that its family gives them.
struct RunSize {
  Real steps = 1;      ///< T
  Real particles = 0;  ///< N of a run; 0: no particle method
  bool pooled = false;
  std::optional<Real> chains;  ///< C, not set: one per draw
  bool chained = false;        ///< several draws of one chain
  Real burn_in = 0, thin = 1;
  bool slopes = false;  ///< a kernel that integrates a score, and keeps it
  Real further = 1;  ///< product of the other whole numbers, each + 1: Langevin steps, jumps, …

  Real chain_count(Real n) const { return std::min(n, chains.value_or(n)); }
  /// Independent runs, or chains, behind n draws.
  Real runs(Real n) const {
    if (chained) return chain_count(n);
    return pooled ? n / particles + 1 : n;
  }
  /// A bound of the evaluations, but for a method's constants.
  Real evaluations(Real n) const {
    const Real moves = chained ? chain_count(n) * burn_in + n * thin : runs(n);
    return steps * std::max(Real(1), particles) * moves * further;
  }
};

template <class Settings>
RunSize run_size(const Settings& settings) {
  RunSize size;
  if constexpr (requires { Real(settings.steps); }) size.steps = Real(settings.steps);
  if constexpr (requires { settings.smc.particles; }) {
    size.particles = Real(settings.smc.particles);
    size.pooled = settings.smc.pooled;
  }
  if constexpr (requires { settings.chains.burn_in; }) {
    size.chained = true;
    if (settings.chains.chains) size.chains = Real(*settings.chains.chains);
    size.burn_in = Real(settings.chains.burn_in);
    size.thin = Real(settings.chains.thin);
  }
  for (const Member& member : write_settings(settings).members) {
    static constexpr std::array counted = {"steps", "particles", "chains", "burn_in", "thin"};
    const auto* whole = member.value.template get_if<std::int64_t>();
    if (const auto* text = member.value.template get_if<std::string>();
        text && member.key == "kernel")
      size.slopes = *text != "exact";
    if (whole && std::find(counted.begin(), counted.end(), member.key) == counted.end())
      size.further *= 1 + std::abs(Real(*whole));
  }
  return size;
}

}  // namespace plumbline
